import type {
  ActorLogic,
  AnyActorRef,
  ParameterizedObject,
  SnapshotFrom,
  StateMachine,
  StateValue,
} from 'xstate';
import type { MessageCall, MessageExchange, StepCall, StepExchange, WaitUntil } from '../plan/step-call.ts';
import type { JsonValue } from '../document/json.ts';
import type { MessageRecord, ResponseRecord } from '../expressions/scope.ts';
import type {
  WorkflowContext,
  WorkflowEmitted,
  WorkflowEvent,
  WorkflowInput,
  WorkflowOutput,
} from './context.ts';

/** What is known of a workflow to the compiler of TypeScript; `arazzo-xstate generate` writes one per workflow. */
export interface AnyWorkflow {
  /** The inputs by name; those that are never waited for are optional. */
  readonly inputs: object;
  readonly outputs: object;
  /** The answers to interactions, by stepId; absent where nobody is asked. */
  readonly answers?: object;
  /** The union of the stepIds. */
  readonly steps: string;
  /** Those of the stepIds whose steps use a channel of AsyncAPI; absent where none does. */
  readonly messages?: string;
  /** The union of the states' values; those of called workflows are nested. */
  readonly states: StateValue;
}

/** `busy`: a request is in flight or backed off · `waiting`: a person must act · `step:<stepId>`: which step it is. */
export type WorkflowTag<StepId extends string = string> = 'busy' | 'waiting' | `step:${StepId}`;

/** Where a state comes from. */
export interface WorkflowMeta {
  readonly stepId: string;
  /** JSON Pointer of the step in its document. */
  readonly pointer: string;
  readonly operationId?: string;
  readonly method?: string;
  readonly path?: string;
  /** Of a step that uses a channel: what it does, and the channel's name. */
  readonly action?: 'send' | 'receive';
  readonly channel?: string;
  /** The workflow that the step calls. */
  readonly workflowId?: string;
  /** How the step asks a person: `form`, `redirect` or `acknowledge`. */
  readonly interaction?: string;
}

/**
 * Promise logic that takes an input and resolves with an output. XState's own `PromiseActorLogic` is invariant, so that
 * logic which always resolves with a narrower output would be refused; this asks only what an actor must keep to.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- only `any` takes part in both directions of a variance
type ResolvingLogic<Output, Input> = ActorLogic<any, any, Input, any, any> & {
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly transition: (...args: any[]) => { readonly output: Output | undefined };
};

/** The actor of a step: it resolves with the exchange (or just the response) and rejects with a `CallError`. */
export type StepActorLogic = ResolvingLogic<StepExchange | ResponseRecord, StepCall>;

/**
 * The actor of a step that uses a channel of AsyncAPI: it resolves with the message, which `send` may leave out, and
 * rejects with a `CallError`.
 */
export type MessageActorLogic = ResolvingLogic<
  MessageExchange | MessageRecord | { readonly payload: JsonValue } | undefined | void,
  MessageCall
>;

/** Of a workflow that nothing is known of, a step may be either. */
type LogicOf<StepId extends string, MessageId extends string> = string extends StepId
  ? StepActorLogic | MessageActorLogic
  : StepId extends MessageId
    ? MessageActorLogic
    : StepActorLogic;

type StepActor<StepId extends string, MessageId extends string> = {
  readonly [Id in StepId]: { readonly src: Id; readonly logic: LogicOf<Id, MessageId>; readonly id: Id };
}[StepId];

/** The stepIds of a workflow's steps that use a channel. */
type MessagesOf<W extends AnyWorkflow> = W extends { readonly messages: infer Id extends string }
  ? Id
  : never;

type WaitActor = {
  readonly src: 'wait';
  readonly logic: ResolvingLogic<unknown, WaitUntil>;
  readonly id: 'wait';
};

/** What a person may answer in some interaction of a workflow. */
export type AnswerOf<W extends AnyWorkflow> = W extends { readonly answers: infer Answers }
  ? Answers[keyof Answers]
  : never;

/** An XState machine that was compiled from a workflow. */
export type WorkflowMachine<W extends AnyWorkflow = AnyWorkflow> = StateMachine<
  WorkflowContext<W['inputs']>,
  WorkflowEvent<W['inputs'], AnswerOf<W>>,
  Record<string, AnyActorRef | undefined>,
  StepActor<W['steps'], MessagesOf<W>> | WaitActor,
  ParameterizedObject,
  ParameterizedObject,
  string,
  W['states'],
  WorkflowTag<W['steps']>,
  WorkflowInput<W['inputs']> | undefined,
  WorkflowOutput<W['outputs']>,
  WorkflowEmitted<W['steps']>,
  WorkflowMeta,
  // oxlint-disable-next-line typescript/no-explicit-any -- XState's own schema of the configuration, which is made at run time
  any
>;

/* oxlint-disable typescript/no-explicit-any -- only `any` takes part in both directions of a variance */
/** A machine of whatever workflow, for what gives it back as it is; also one that `provide` was called of. */
export type SomeWorkflowMachine = StateMachine<
  WorkflowContext<any>,
  any,
  any,
  any,
  any,
  any,
  any,
  any,
  any,
  any,
  WorkflowOutput<any>,
  any,
  any,
  any
>;
/* oxlint-enable typescript/no-explicit-any */

/** The snapshot of a workflow's machine. */
export type WorkflowSnapshot<W extends AnyWorkflow = AnyWorkflow> = SnapshotFrom<WorkflowMachine<W>>;
