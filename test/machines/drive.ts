import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowContext, WorkflowEmitted, WorkflowOutput } from '../../src/machines/context.ts';
import { actorNameOf } from '../../src/machines/actor-names.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import type { CallErrorKind, StepCall } from '../../src/plan/step-call.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';

/** The time at which every drive starts. */
export const START = Date.UTC(2030, 0, 1);

interface Action {
  readonly type: string;
  readonly params?: unknown;
}

/** A machine that is driven by pure transitions: nothing runs, and what it wants done is written down. */
export interface Drive {
  readonly machine: AnyStateMachine;
  snapshot(): AnyMachineSnapshot;
  state(): string;
  context(): WorkflowContext;
  output(): WorkflowOutput | undefined;
  send(event: { readonly type: string } & Record<string, unknown>): Drive;
  submit(values: JsonObject): Drive;
  /** Answers the request in flight; by default with 200 and nothing else. */
  respond(statusCode?: number, body?: JsonValue, headers?: Record<string, string>): Drive;
  /** What the actor of the request in flight resolves with. */
  resolve(output: unknown): Drive;
  /** What the actor of the request in flight rejects with. */
  reject(error: unknown): Drive;
  lose(kind?: CallErrorKind): Drive;
  /** The time that is waited for has come. */
  elapse(): Drive;
  /** Lets time go by. */
  advance(ms: number): Drive;
  readonly calls: readonly StepCall[];
  /** The times that were waited for. */
  readonly waits: readonly number[];
  readonly emitted: readonly WorkflowEmitted[];
}

/** Starts to drive the machine of a plan. */
export function drive(plan: WorkflowPlan, inputs: object = {}, options: CompileOptions = {}): Drive {
  let now = START;
  const machine = compileMachine(plan, { now: () => now, ...options }) as unknown as AnyStateMachine;
  const calls: StepCall[] = [];
  const waits: number[] = [];
  const emitted: WorkflowEmitted[] = [];
  const take = ([next, actions]: readonly [AnyMachineSnapshot, readonly Action[]]): AnyMachineSnapshot => {
    for (const { type, params } of actions) {
      if (type === 'xstate.emit') emitted.push((params as { event: WorkflowEmitted }).event);
      if (type !== 'xstate.spawnChild') continue;
      const { src, input } = params as { src: string; input: StepCall & { until: number } };
      if (src === 'wait') waits.push(input.until);
      else calls.push(input);
    }
    return next;
  };
  let snapshot = take(initialTransition(machine, { inputs, runId: 'run' }) as never);
  const send = (event: object): Drive => {
    snapshot = take(transition(machine, snapshot, event as never) as never);
    return self;
  };
  const actor = (): string => {
    const tag = [...snapshot.tags].find((candidate) => candidate.startsWith('step:')) ?? '';
    return actorNameOf('', tag.slice('step:'.length));
  };
  const self: Drive = {
    machine,
    calls,
    waits,
    emitted,
    snapshot: () => snapshot,
    state: () => String(snapshot.value),
    context: () => snapshot.context as WorkflowContext,
    output: () => snapshot.output as WorkflowOutput | undefined,
    send,
    submit: (values) => send({ type: 'submit', values }),
    resolve: (output) => send({ type: `xstate.done.actor.${actor()}`, output, actorId: actor() }),
    respond: (statusCode = 200, body, headers = {}) =>
      self.resolve({ statusCode, headers, ...(body === undefined ? {} : { body }) }),
    reject: (error) => send({ type: `xstate.error.actor.${actor()}`, error, actorId: actor() }),
    lose: (kind = 'network') => self.reject({ kind, message: 'It is lost.' }),
    elapse: () => send({ type: 'xstate.done.actor.wait', actorId: 'wait' }),
    advance: (ms) => {
      now += ms;
      return self;
    },
  };
  return self;
}
