import {
  initialTransition,
  transition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type EventObject,
} from 'xstate';
import { isJsonObject, type JsonValue } from '../document/json.ts';
import type { CallError } from '../plan/step-call.ts';
import { WAIT_ACTOR } from '../machines/actor-names.ts';
import type { WorkflowInput } from '../machines/context.ts';
import type { RunPosition, RunTask } from './run-record.ts';

/** An action that a transition asks for, to be carried out once the transition is stored: as XState gives it. */
export interface Effect {
  readonly type: string;
  readonly info: unknown;
  readonly params: unknown;
  readonly exec: ((info: never, params: never) => void) | undefined;
}

/** Where a transition leads. Nothing of it has happened yet. */
export interface Advance {
  readonly snapshot: AnyMachineSnapshot;
  readonly position: RunPosition;
  /** What the run is busy with then; the task that it has, where that goes on. */
  readonly task: RunTask | undefined;
  readonly effects: readonly Effect[];
}

/** The first state of a run. */
export function beginRun(machine: AnyStateMachine, input: WorkflowInput): Advance {
  const [snapshot, actions] = initialTransition(machine, input as never);
  return advanceTo(snapshot as AnyMachineSnapshot, actions, undefined, 1);
}

/** What an event makes of a run that is at a revision. */
export function advanceRun(
  machine: AnyStateMachine,
  before: AnyMachineSnapshot,
  task: RunTask | undefined,
  event: EventObject,
  revision: number,
): Advance {
  const [snapshot, actions] = transition(machine, before, event as never);
  return advanceTo(snapshot as AnyMachineSnapshot, actions, task, revision + 1);
}

/** The snapshot of a machine at a stored position. */
export function snapshotAt(machine: AnyStateMachine, position: RunPosition): AnyMachineSnapshot {
  return machine.resolveState(position as never) as AnyMachineSnapshot;
}

/** Whether a task is a time that is waited for. Such a task is no process's own. */
export function isTimer({ src }: RunTask): boolean {
  return src === WAIT_ACTOR;
}

/** When a time that is waited for has come: at once, where it is none. */
export function timeOf({ input }: RunTask): number {
  const until = isJsonObject(input) ? input['until'] : undefined;
  return typeof until === 'number' ? Math.min(until, Number.MAX_SAFE_INTEGER) : 0;
}

/** Whether a task's request must not be sent when it may have been sent already. */
export function isAtMostOnce({ input }: RunTask): boolean {
  return isJsonObject(input) && input['atMostOnce'] === true;
}

/** The event that a task ends with. */
export function completion(id: string, output: unknown): EventObject {
  return { type: `xstate.done.actor.${id}`, output, actorId: id } as EventObject;
}

/** The event that a task ends with which has no result. */
export function failureOfTask(id: string, error: unknown): EventObject {
  return { type: `xstate.error.actor.${id}`, error, actorId: id } as EventObject;
}

/** Why a request is not sent again that may have been sent at most once. */
export const INTERRUPTED: CallError = {
  kind: 'interrupted',
  message: 'The run was interrupted while the request was in flight.',
};

/** How a run ends whose machine stopped with an error. */
export const STOPPED = {
  status: 'failed',
  failure: { kind: 'internal', message: 'The machine stopped with an error.' },
  outputs: {},
} as const;

function advanceTo(
  snapshot: AnyMachineSnapshot,
  actions: readonly Effect[],
  before: RunTask | undefined,
  since: number,
): Advance {
  const { value, context, status } = snapshot;
  const active = status === 'active' ? invokedIn(snapshot) : [];
  let task = before !== undefined && active.includes(before.id) ? before : undefined;
  const effects: Effect[] = [];
  for (const action of actions) {
    if (action.type === 'xstate.spawnChild') {
      const { id, src, input } = action.params as {
        readonly id: string;
        readonly src: string;
        readonly input?: JsonValue;
      };
      // What a state that was left again had prepared is not begun.
      if (active.includes(id)) task = { id, src, input: input ?? null, since };
    } else if (action.type !== 'xstate.stopChild') effects.push(action);
  }
  const output = status === 'error' ? STOPPED : (snapshot.output as JsonValue | undefined);
  return {
    snapshot,
    position: {
      value: value as JsonValue,
      context: context as RunPosition['context'],
      status: status as RunPosition['status'],
      ...(output === undefined ? {} : { output }),
    },
    task,
    effects,
  };
}

function invokedIn(snapshot: AnyMachineSnapshot): readonly string[] {
  return snapshot._nodes.flatMap((node) => node.invoke.map(({ id }) => id));
}
