import type { FINAL_STATES } from './state-names.ts';
import type {
  CallPlan,
  FailureActionPlan,
  InteractionStepPlan,
  PerformedStepPlan,
  StepPlan,
  SuccessActionPlan,
  WorkflowStepPlan,
} from './workflow-plan.ts';

/** How a workflow's control flows: the states of its machine and the edges between them, in document order. */
export interface Flow {
  readonly initial: string;
  readonly states: readonly FlowState[];
  /** The secret inputs that no step which can run, and no output, refers to. */
  readonly unused: readonly string[];
  /** The secret inputs that no output refers to: of no use once the run has ended. */
  readonly spent: readonly string[];
}

export type FlowState =
  | WaitState
  | InteractionState
  | CallState
  | WorkflowState
  | TransferState
  | BackoffState
  | RecoveryState
  | FinalState;

/** A person is asked for the inputs that the step needs. */
export interface WaitState {
  readonly kind: 'wait';
  readonly name: string;
  readonly step: StepPlan;
  /** The inputs that may be absent here. */
  readonly inputs: readonly string[];
  /** Once all are there. */
  readonly proceed: Edge;
  /** After the time limit of the step's wait, where it has one. */
  readonly expired: readonly FailureEdge[];
  /** Runs the nearest earlier repeatable step again. */
  readonly repeat?: Edge & { readonly step: StepPlan };
  readonly revise: readonly (Edge & { readonly input: string })[];
}

/** A person is asked what the step's interaction says, and the answer is waited for. */
export interface InteractionState {
  readonly kind: 'interaction';
  readonly name: string;
  readonly step: InteractionStepPlan;
  /** After an answer that the step's criteria accept. */
  readonly succeeded: readonly SuccessEdge[];
  /** After another answer. */
  readonly failed: readonly FailureEdge[];
  /** When the person does not want to answer. */
  readonly declined: readonly FailureEdge[];
  /** After the time limit, where it has one. */
  readonly expired: readonly FailureEdge[];
  /** When the question cannot be asked; empty where that cannot be. */
  readonly impossible: readonly FailureEdge[];
}

/** The step's request is in flight, or its message is being sent or waited for. */
export interface CallState {
  readonly kind: 'call';
  readonly name: string;
  readonly step: PerformedStepPlan;
  readonly succeeded: readonly SuccessEdge[];
  /** After a response that is not a success. */
  readonly failed: readonly FailureEdge[];
  /** When there is no response; edges of `onTimeout` are for when none came in time. */
  readonly lost: readonly FailureEdge[];
}

/** The workflow that the step calls runs inside. */
export interface WorkflowState {
  readonly kind: 'workflow';
  readonly name: string;
  readonly step: WorkflowStepPlan;
  readonly call: CallPlan;
  readonly flow: Flow;
  readonly succeeded: readonly SuccessEdge[];
  /** When the called workflow has failed, or the step's criteria do not hold. */
  readonly failed: readonly FailureEdge[];
}

/** A workflow runs inside to which control has passed: what comes of it is what comes of this one. */
export interface TransferState {
  readonly kind: 'transfer';
  readonly name: string;
  readonly call: CallPlan;
  readonly flow: Flow;
}

/** What a retry refers to runs: a step's request, or a workflow inside. Whatever comes of it, the step is retried. */
export interface RecoveryState {
  readonly kind: 'recovery';
  readonly name: string;
  /** The step that is retried. */
  readonly step: StepPlan;
  /** The name of the retry action. */
  readonly action: string;
  readonly first:
    | { readonly kind: 'call'; readonly step: PerformedStepPlan }
    | {
        readonly kind: 'workflow';
        readonly call: CallPlan;
        readonly flow: Flow;
        readonly step?: WorkflowStepPlan;
      };
  readonly resume: Edge;
}

/** Waits for the time of the next attempt. */
export interface BackoffState {
  readonly kind: 'backoff';
  readonly name: string;
  readonly step: StepPlan;
  /** Of retries that something runs before: where to. The first whose action was taken. */
  readonly recover: readonly { readonly action: string; readonly target: string }[];
  readonly resume: Edge;
}

export interface FinalState {
  readonly kind: 'final';
  readonly name: (typeof FINAL_STATES)[number];
}

/** A way from one state to another. */
export interface Edge {
  readonly target: string;
  /** The inputs to forget, so that they are asked for again. */
  readonly forget: readonly string[];
  /** The secret inputs that no step which can still run refers to. */
  readonly drop: readonly string[];
}

export interface SuccessEdge extends Edge {
  readonly action?: SuccessActionPlan;
}

/** `repeats`: the edge of a failed repeat, back to the state that asked for it. Otherwise `action`, or the default. */
export interface FailureEdge extends Edge {
  readonly action?: FailureActionPlan;
  readonly repeats?: string;
}

/** Settings of {@link createFlow}. */
export interface FlowOptions {
  /**
   * Whether required inputs may be absent at the start and are asked for when they are needed; default `true`.
   * `false`: to the letter of Arazzo 1.0, all are there at the start.
   */
  readonly deferredInputs?: boolean;
  /** The inputs that are surely there at the start. */
  readonly given?: ReadonlySet<string>;
}

/** The flow of a called workflow that runs inside a state, where one does. */
export function innerFlow(state: FlowState): { readonly call: CallPlan; readonly flow: Flow } | undefined {
  if (state.kind === 'workflow' || state.kind === 'transfer') return state;
  return state.kind === 'recovery' && state.first.kind === 'workflow' ? state.first : undefined;
}

/** How many states a flow has, those of called workflows included. */
export function countStates(flow: Flow): number {
  return flow.states.reduce((sum, state) => {
    const inner = innerFlow(state);
    return sum + 1 + (inner === undefined ? 0 : countStates(inner.flow));
  }, 0);
}

/** All states by their dotted paths, in document order: a state, then those inside it. */
export function statesByPath(flow: Flow): ReadonlyMap<string, FlowState> {
  const found = new Map<string, FlowState>();
  const visit = ({ states }: Flow, prefix: string): void => {
    for (const state of states) {
      // Only a whole run is cancelled.
      if (prefix !== '' && state.name === 'cancelled') continue;
      found.set(`${prefix}${state.name}`, state);
      const inner = innerFlow(state);
      if (inner !== undefined) visit(inner.flow, `${prefix}${state.name}.`);
    }
  };
  visit(flow, '');
  return found;
}

/** The dotted paths of all states, in document order. */
export function statePaths(flow: Flow): readonly string[] {
  return [...statesByPath(flow).keys()];
}
