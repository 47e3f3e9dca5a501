import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { JsonObject, JsonValue } from '../document/json.ts';
import type { Rejection } from '../machines/context.ts';
import { snapshotAt, STOPPED } from '../server/advance.ts';
import { runOf, type Run } from '../server/run.ts';
import type { RunPosition } from '../server/run-record.ts';

/** The name that runs have in Restate, where the options give no other. */
export const DEFAULT_NAME = 'arazzo';

/** What is kept of a run beside the machine's snapshot. */
export interface RunFacts {
  readonly id: string;
  readonly workflowId: string;
  /** The hash of the plan and machine that it runs on. */
  readonly plan: string;
  readonly revision: number;
  /** The ids of the last events that were taken, the newest last. */
  readonly taken: readonly string[];
  readonly binding?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

/** A machine's snapshot as the adapter keeps it, as far as it is read here. */
export interface KeptSnapshot {
  readonly value: JsonValue;
  readonly context: JsonObject;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly output?: JsonValue;
  /** The revision of the run that it was stored for: read apart from a change, it may be one ahead. */
  readonly revision?: number;
}

/** A run on its way from the service: as JSON, with the events that it takes by their types. */
export interface RunMessage extends Omit<Run, 'accepts'> {
  readonly accepted: readonly string[];
}

export interface StartRequest {
  readonly workflowId: string;
  readonly inputs: JsonObject;
  readonly binding?: string;
}

export type StartReply =
  | { readonly kind: 'started' | 'existing'; readonly run: RunMessage }
  | { readonly kind: 'refused'; readonly rejection: readonly Rejection[] }
  | { readonly kind: 'unknown-workflow' | 'stranded' };

export interface EventRequest {
  readonly event: { readonly type: string };
  readonly eventId?: string;
  readonly revision?: number;
}

export type EventReply =
  | { readonly kind: 'taken' | 'repeated' | 'refused' | 'conflict'; readonly run: RunMessage }
  | { readonly kind: 'unknown' | 'stranded' };

/** `unchanged`: nothing happened in the time. */
export type ReadReply =
  | { readonly kind: 'run'; readonly run: RunMessage }
  | { readonly kind: 'unknown' | 'stranded' | 'unchanged' };

export interface ChangeRequest {
  /** The revision that is known. */
  readonly after: number;
  /** How long to wait for a later one, milliseconds. */
  readonly waitMs: number;
}

/** The key under which the plan of older runs is kept. No run has such an id. */
export function planKey(hash: string): string {
  return `plan:${hash}`;
}

/**
 * The name of the state by which a run that is not over is found; its value says nothing. Names are in the clear, so
 * that the admin interface can list the runs of a plan.
 */
export function activeKey({ plan, workflowId }: Pick<RunFacts, 'plan' | 'workflowId'>): string {
  return `active:${plan}:${workflowId}`;
}

/** What {@link activeKey} made a name of. */
export function readActiveKey(name: string): Pick<RunFacts, 'plan' | 'workflowId'> | undefined {
  const [, plan, workflowId] = /^active:([^:]+):(.*)$/s.exec(name) ?? [];
  return plan === undefined || workflowId === undefined ? undefined : { plan, workflowId };
}

/** The run that a snapshot is of. */
export function runAt(machine: AnyStateMachine, kept: KeptSnapshot, facts: RunFacts): Run {
  const { value, context, status } = kept;
  const output = status === 'error' ? STOPPED : kept.output;
  const position: RunPosition = {
    value,
    context,
    status: status === 'done' ? 'done' : status === 'active' ? 'active' : 'error',
    ...(output === undefined ? {} : { output }),
  };
  const isEnded = position.status !== 'active';
  const snapshot: AnyMachineSnapshot = snapshotAt(machine, position);
  return runOf({ ...facts, position, isEnded }, snapshot);
}

const EVENTS = ['submit', 'repeat', 'revise', 'decline', 'cancel'];

export function messageOf(run: Run): RunMessage {
  const { accepts, ...rest } = run;
  return { ...rest, accepted: EVENTS.filter((type) => accepts({ type })) };
}

export function runOfMessage({ accepted, ...rest }: RunMessage): Run {
  return { ...rest, accepts: ({ type }) => accepted.includes(type) };
}
