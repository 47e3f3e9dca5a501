import type { AnyStateMachine } from 'xstate';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { stateName } from '../../src/machines/state-path.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import { MAX_RETRIES } from './core.ts';
import { startLockstep, type Subject } from './lockstep.ts';

/** Plays paths; gives the first difference of each. */
export type Replay = (path: WorkflowPath) => string | undefined;

/** Plays paths on the machine and on the reference interpreter by pure transitions, stored and restored in every state. */
export function restoredReplayOf(subject: Subject): Replay {
  let now = 0;
  const machines = new Map<number | undefined, AnyStateMachine>();
  return (path) => {
    const { maxSteps } = path;
    const limit = maxSteps === undefined ? {} : { maxSteps };
    const options = { now: () => now, maxRetries: MAX_RETRIES, ...limit };
    const machine = machines.get(maxSteps) ?? compileMachine(subject.plan, options);
    machines.set(maxSteps, machine);
    now = path.startsAt;
    const run = startLockstep(subject, path.inputs, options, machine);
    for (const { happening, state, at } of path.events) {
      now = at;
      run.player.persistAndRestore();
      run.apply(happening);
      const difference = run.difference();
      if (difference !== undefined) return `${path.description}\nafter ${happening.type}:\n${difference}`;
      const actual = stateName(run.player.snapshot().value);
      if (actual !== state) return `${path.description}\nends in ${actual}, not in ${state}`;
    }
    return undefined;
  };
}
