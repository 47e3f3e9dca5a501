import type { AnyMachineSnapshot, AnyTransitionDefinition, InspectionEvent } from 'xstate';
import { judgementOf } from '../machines/judge.ts';
import { statePath } from '../machines/state-path.ts';
import { decisionsOf } from './criteria.ts';
import { transitionKey } from './machine-events.ts';

/** Notes what runs of a machine come through. */
export interface CoverageRecorder {
  /** To be given to the actor of each run. */
  readonly inspect: (event: InspectionEvent) => void;
  /** How often what was covered: transitions, outcomes of criteria, uses of inputs, all by their keys. */
  readonly counts: ReadonlyMap<string, number>;
  /** The states that were entered, by their dotted paths. */
  readonly states: ReadonlySet<string>;
  /** Notes something that cannot be seen from inside of the machine. */
  add(keys: Iterable<string>): void;
}

/** A recorder that has seen nothing yet. */
export function createCoverageRecorder(): CoverageRecorder {
  const counts = new Map<string, number>();
  const states = new Set<string>();
  const values = new WeakSet<object>();
  const count = (key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const enter = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      if (values.has(value)) return;
      values.add(value);
    }
    let path = '';
    for (const name of statePath(value)) {
      path = path === '' ? name : `${path}.${name}`;
      states.add(path);
    }
  };
  return {
    counts,
    states,
    add(keys) {
      for (const key of keys) count(key);
    },
    inspect(event) {
      if (event.type === '@xstate.snapshot') return enter((event.snapshot as AnyMachineSnapshot).value);
      if (event.type !== '@xstate.microstep') return;
      const judgement = judgementOf(event.event);
      for (const transition of event._transitions as readonly AnyTransitionDefinition[]) {
        count(transitionKey(transition));
        if (judgement !== undefined) for (const key of decisionsOf(judgement, transition)) count(key);
      }
      // A called workflow's end is passed through within one step.
      enter((event.snapshot as AnyMachineSnapshot).value);
    },
  };
}
