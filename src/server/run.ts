import type { AnyMachineSnapshot } from 'xstate';
import type { JsonValue } from '../document/json.ts';
import type { Rejection, WorkflowContext, WorkflowOutput } from '../machines/context.ts';
import { describeWait, type WaitDescription } from '../machines/describe-wait.ts';
import { stateName } from '../machines/state-path.ts';
import type { RunRecord } from './run-record.ts';

/** A run, at one of its revisions. It is for the server: it holds all that the run knows. */
export interface Run {
  readonly id: string;
  readonly workflowId: string;
  /** The hash of the plan and machine that it runs on. */
  readonly plan: string;
  /** One more with each change. */
  readonly revision: number;
  readonly status: 'active' | 'done' | 'failed' | 'cancelled';
  /** The dotted path of the state that it is in. */
  readonly state: string;
  /** The same as XState writes it. */
  readonly value: JsonValue;
  readonly tags: readonly string[];
  /** What it asks of a person, while it does. */
  readonly wait?: WaitDescription;
  /** Why the values that it was last given were not taken. */
  readonly rejection: readonly Rejection[];
  /** How it ended. */
  readonly output?: WorkflowOutput;
  readonly context: WorkflowContext;
  /** What the run is bound to; see `StartOptions.binding`. */
  readonly binding?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly changedAt: number;
  /** Whether the run takes an event now. */
  readonly accepts: (event: { readonly type: string }) => boolean;
}

export function runOf(record: RunRecord, snapshot: AnyMachineSnapshot): Run {
  const { id, workflowId, plan, revision, position, binding, startedAt, changedAt } = record;
  const output = position.output as WorkflowOutput | undefined;
  const context = position.context as unknown as WorkflowContext;
  const wait = position.status === 'active' ? describeWait(snapshot) : undefined;
  return {
    id,
    workflowId,
    plan,
    revision,
    status: output?.status ?? 'active',
    state: stateName(position.value),
    value: position.value,
    tags: [...snapshot.tags],
    ...(wait === undefined ? {} : { wait }),
    rejection: (wait?.path === undefined ? context : context.calls[wait.path])?.rejection ?? [],
    ...(output === undefined ? {} : { output }),
    context,
    ...(binding === undefined ? {} : { binding }),
    startedAt,
    changedAt,
    accepts: (event) => position.status === 'active' && snapshot.can(event),
  };
}
