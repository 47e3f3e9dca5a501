import type { AnyStateMachine } from 'xstate';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { stateName } from '../../src/machines/state-path.ts';
import type { Happening } from '../../src/testing/situation.ts';
import {
  workflowPaths,
  type Alphabet,
  type WorkflowPath,
  type WorkflowPaths,
} from '../../src/testing/workflow-paths.ts';
import { startLockstep, type Subject } from './lockstep.ts';
import { playMachine } from './machine-player.ts';

/** When runs begin, epoch milliseconds. */
export const START = Date.UTC(2030, 0, 1);

export const MINUTE = 60_000;

/** Paths try each retry action at most this often. */
export const MAX_RETRIES = 2;

/** A machine whose clock has gone on by a minute whenever it is looked at, so that no cooldown is in the way. */
function searchable({ plan }: Subject): AnyStateMachine {
  let now = START;
  return compileMachine(plan, { now: () => (now += MINUTE), maxRetries: MAX_RETRIES });
}

/** Every way through a workflow that starts without inputs. */
export function searchPaths(subject: Subject, alphabet: Alphabet): WorkflowPaths {
  return workflowPaths(searchable(subject), { input: {}, alphabet });
}

/** The path that certain happenings take. */
export function pathOf(subject: Subject, happenings: readonly Happening[]): WorkflowPath {
  const player = playMachine(searchable(subject), {});
  const steps = happenings.map((happening) => {
    player.apply(happening);
    return { happening, state: stateName(player.snapshot().value) };
  });
  const description = steps.map(({ happening, state }) => `${happening.type} → ${state}`).join(' · ');
  return { steps, state: steps.at(-1)?.state ?? '', description };
}

/** Plays paths; gives the first difference of each. */
export type Replay = (path: WorkflowPath, options?: { readonly restored?: boolean }) => string | undefined;

/** Plays paths on the machine and on the reference interpreter by pure transitions. */
export function replayOf(subject: Subject): Replay {
  let now = START;
  const options = { now: () => now, maxRetries: MAX_RETRIES };
  const machine = compileMachine(subject.plan, options) as unknown as AnyStateMachine;
  return (path, { restored = false } = {}) => {
    now = START;
    const run = startLockstep(subject, {}, options, machine);
    for (const { happening, state } of path.steps) {
      now += MINUTE;
      if (restored) run.player.persistAndRestore();
      run.apply(happening);
      const difference = run.difference();
      if (difference !== undefined) return `${path.description}\nafter ${happening.type}:\n${difference}`;
      const actual = stateName(run.player.snapshot().value);
      if (actual !== state) return `${path.description}\nends in ${actual}, not in ${state}`;
    }
    return undefined;
  };
}
