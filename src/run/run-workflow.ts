import { createActor, type Actor } from 'xstate';
import { memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import type {
  CriterionProblem,
  Failure,
  Rejection,
  WorkflowContext,
  WorkflowEmitted,
  WorkflowOutput,
} from '../machines/context.ts';
import type { InteractionDescription } from '../machines/describe-redirect.ts';
import { describeWait, type WaitDescription, type WaitingSnapshot } from '../machines/describe-wait.ts';
import { persist, restore } from '../machines/persist.ts';
import { runtimeOf } from '../machines/registry.ts';
import { frameOf, pathOf } from '../machines/runtime.ts';
import { stateName, statePath } from '../machines/state-path.ts';
import type { AnswerOf, AnyWorkflow, WorkflowMachine } from '../machines/workflow-machine.ts';
import { provideServices, type ServicesOptions } from './provide-services.ts';

/** Any inputs where the workflow is known only at run time. */
type InputsOf<W extends AnyWorkflow> = [keyof W['inputs']] extends [never]
  ? JsonObject
  : Partial<W['inputs']>;

/** Any outputs where the workflow is known only at run time. */
type OutputsOf<W extends AnyWorkflow> = [keyof W['outputs']] extends [never]
  ? JsonObject
  : Partial<W['outputs']>;

/** What may be submitted: inputs, or the answer to an interaction. */
type ValuesOf<W extends AnyWorkflow> = [keyof W['inputs']] extends [never]
  ? [AnswerOf<W>] extends [never]
    ? JsonValue
    : JsonObject | AnswerOf<W>
  : Partial<W['inputs']> | AnswerOf<W>;

/**
 * What a person answers to a wait. `decline` is for interactions; of a redirect, the values of `submit` are the query
 * that came back. `stop` ends the run here, to be gone on with later. */
export type WaitAnswer<W extends AnyWorkflow = AnyWorkflow> =
  | { readonly type: 'submit'; readonly values: ValuesOf<W> }
  | { readonly type: 'repeat' }
  | { readonly type: 'revise'; readonly input: keyof InputsOf<W> & string }
  | { readonly type: 'decline' }
  | { readonly type: 'cancel' }
  | { readonly type: 'stop' };

/** What happens in a run, for progress and logs. Holds no secrets. */
export type RunEvent<StepId extends string = string> =
  | {
      readonly type: 'state';
      readonly state: string;
      readonly tags: readonly string[];
      readonly description?: string;
    }
  | WorkflowEmitted<StepId>;

/** How a workflow is run. */
export interface RunOptions<W extends AnyWorkflow = AnyWorkflow> {
  /** The inputs known at the start; of a resumed run, the values to submit at its first wait. */
  readonly inputs?: InputsOf<W> | AnswerOf<W>;
  /** How requests are sent; `false`: the machine has its actors already. */
  readonly services?: ServicesOptions | false;
  /** Asks a person. `signal` is aborted when the answer is not needed any more. Without it, nobody can be asked. */
  readonly ask?: (wait: WaitDescription, signal: AbortSignal) => Promise<WaitAnswer<W>>;
  /**
   * Without `ask`: go on to the first wait although inputs are missing that will be needed there. Default `false`:
   * the run is refused before its first request.
   */
  readonly untilWait?: boolean;
  /** What it throws is thrown again where nobody waits for it; the run goes on. */
  readonly onEvent?: (event: RunEvent<W['steps']>) => void;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** A run that `persist` stored, to be gone on with. */
  readonly snapshot?: JsonValue;
  /** Names the run; default: random. */
  readonly runId?: string;
}

/** One attempt of a step. */
export interface StepReport<StepId extends string = string> {
  readonly stepId: StepId;
  readonly state: string;
  readonly attempt: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly statusCode?: number;
  /** The kind of the failure where there was no response. */
  readonly failure?: string;
  /** The criteria that counted as false because they could not be evaluated. */
  readonly problems?: readonly CriterionProblem[];
}

/** How a run ended, or where it waits. */
export interface RunResult<W extends AnyWorkflow = AnyWorkflow> {
  readonly workflowId: string;
  readonly status: 'done' | 'failed' | 'cancelled' | 'waiting';
  /** The state it is in. */
  readonly state: string;
  /** Those there are; all of them where the run is `done`. */
  readonly outputs: OutputsOf<W>;
  readonly failure?: Failure;
  /** The inputs it waits for; of an interaction, the required members of the answer. */
  readonly missing: readonly string[];
  /** What it asks, where it waits for the answer to an interaction. */
  readonly interaction?: InteractionDescription;
  /** Why the last values were not taken. */
  readonly rejection?: readonly Rejection[];
  readonly steps: readonly StepReport<W['steps']>[];
  /** Of a run that waits: give it back to go on. Absent where nothing was started. */
  readonly snapshot?: JsonValue;
}

/** What the status says of the outputs. */
type ByStatus<W extends AnyWorkflow> =
  | { readonly status: 'done'; readonly outputs: W['outputs'] }
  | { readonly status: 'failed' | 'cancelled' | 'waiting' };

/**
 * Runs a machine to its end, asking for inputs when they are needed. A run that can ask nobody is refused before its
 * first request when an input is missing, and stops where one is missing later. Inputs, answers and outputs have the
 * types of a generated machine's workflow.
 *
 * @throws UsageError when `snapshot` belongs to another machine
 */
export async function runWorkflow<W extends AnyWorkflow>(
  machine: WorkflowMachine<W>,
  options: NoInfer<RunOptions<W>> = {},
): Promise<RunResult<W> & ByStatus<W>> {
  // What the types say more than these do is checked by the machine.
  return run(machine, options as unknown as RunOptions) as unknown as Promise<RunResult<W> & ByStatus<W>>;
}

async function run<W extends AnyWorkflow>(
  machine: WorkflowMachine<W>,
  options: RunOptions,
): Promise<RunResult> {
  const runtime = runtimeOf(machine);
  const { workflowId } = runtime.plan;
  const resumed = options.snapshot !== undefined;
  if (!resumed && options.ask === undefined && options.untilWait !== true) {
    const missing = runtime.required.filter((name) => memberOf(options.inputs ?? {}, name) === undefined);
    if (missing.length > 0)
      return { workflowId, status: 'waiting', state: runtime.flow.initial, outputs: {}, missing, steps: [] };
  }
  if (options.signal?.aborted === true) {
    return { workflowId, status: 'cancelled', state: 'cancelled', outputs: {}, missing: [], steps: [] };
  }
  const ready = options.services === false ? machine : provideServices(machine, options.services ?? {});
  const actor = (options.snapshot === undefined
    ? createActor(ready, {
        input: { inputs: options.inputs ?? {}, runId: options.runId ?? crypto.randomUUID() },
      } as never)
    : restore(ready, options.snapshot)) as unknown as Actor<WorkflowMachine>;
  return new Promise((resolve) => {
    follow(actor, workflowId, options, resumed ? options.inputs : undefined, resolve);
  });
}

function follow(
  actor: Actor<WorkflowMachine>,
  workflowId: string,
  options: RunOptions,
  values: JsonObject | undefined,
  resolve: (result: RunResult) => void,
): void {
  const steps: StepReport[] = [];
  let submission = values;
  let asking: AbortController | undefined;
  let last: unknown;
  let ended = false;

  const end = (result: Omit<RunResult, 'workflowId' | 'steps'>): void => {
    if (ended) return;
    ended = true;
    asking?.abort();
    options.signal?.removeEventListener('abort', cancel);
    resolve({ workflowId, ...result, steps });
    actor.stop();
  };
  const tell = (event: RunEvent): void => {
    try {
      options.onEvent?.(event);
    } catch (error) {
      // As XState does with its observers: the platform is told, and the run goes on.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
  const { servers = {}, serverVariables = {} } = options.services === false ? {} : (options.services ?? {});
  const describe = (snapshot: WaitingSnapshot): WaitDescription | undefined =>
    describeWait(snapshot, { servers, serverVariables });
  const cancel = (): void => actor.send({ type: 'cancel' });
  const stopHere = (wait: WaitDescription, context: WorkflowContext): void => {
    const { failure } = context;
    const { rejection } = frameOf({ path: wait.path ?? '' }, context);
    end({
      status: 'waiting',
      state: wait.state,
      outputs: {},
      missing: wait.inputs.filter((input) => input.required).map((input) => input.name),
      ...(failure === undefined ? {} : { failure }),
      ...(rejection === undefined ? {} : { rejection }),
      ...(wait.interaction === undefined ? {} : { interaction: wait.interaction }),
      snapshot: persist(actor),
    });
  };
  const answer = (given: WaitAnswer): void => {
    if (ended) return;
    if (given.type !== 'stop') return actor.send(given as never);
    const snapshot = actor.getSnapshot();
    const wait = describe(snapshot);
    if (wait !== undefined) stopHere(wait, snapshot.context);
  };

  const onSnapshot = (snapshot: ReturnType<Actor<WorkflowMachine>['getSnapshot']>): void => {
    asking?.abort();
    asking = undefined;
    const state = stateName(snapshot.value);
    if (state !== last) {
      last = state;
      const description = descriptionOf(snapshot);
      tell({
        type: 'state',
        state,
        tags: [...snapshot.tags],
        ...(description === undefined ? {} : { description }),
      });
    }
    if (snapshot.status !== 'active') return finish(snapshot.output, state);
    const wait = describe(snapshot);
    if (wait === undefined) return;
    if (submission !== undefined && Object.keys(submission).length > 0) {
      const now = submission;
      submission = undefined;
      queueMicrotask(() => actor.send({ type: 'submit', values: now }));
      return;
    }
    if (options.ask === undefined) {
      queueMicrotask(() => stopHere(wait, snapshot.context));
      return;
    }
    const controller = new AbortController();
    asking = controller;
    const { ask } = options;
    // What `ask` throws before it gives a promise counts as much as what the promise is rejected with.
    const asked = new Promise<WaitAnswer>((given) => given(ask(wait, controller.signal)));
    void asked.then(
      (given) => (controller.signal.aborted ? undefined : answer(given)),
      () => (controller.signal.aborted ? undefined : answer({ type: 'cancel' })),
    );
  };
  const finish = (output: WorkflowOutput<object> | undefined, state: string): void => {
    if (output === undefined) return end({ status: 'cancelled', state, outputs: {}, missing: [] });
    const { status, outputs } = output;
    end({
      status,
      state,
      outputs: outputs as JsonObject,
      missing: [],
      ...(output.status === 'failed' ? { failure: output.failure } : {}),
    });
  };

  actor.on('*', (event) => {
    const state = stateName(actor.getSnapshot().value);
    if (event.type === 'step.succeeded') {
      steps.push({
        stepId: event.stepId,
        state: stateOf(event, state),
        attempt: event.attempt,
        outcome: 'succeeded',
        ...(event.statusCode === undefined ? {} : { statusCode: event.statusCode }),
        ...(event.problems === undefined ? {} : { problems: event.problems }),
      });
    } else if (event.type === 'step.failed') {
      const { statusCode, kind } = event.failure;
      const about = statusCode === undefined ? { failure: kind } : { statusCode };
      steps.push({
        stepId: event.stepId,
        state: stateOf(event, state),
        attempt: event.attempt,
        outcome: 'failed',
        ...about,
        ...(event.problems === undefined ? {} : { problems: event.problems }),
      });
    }
    tell(event);
  });
  const { frames } = runtimeOf(actor.getSnapshot().machine);
  const stateOf = ({ stepId, path = '' }: WorkflowEmitted, fallback: string): string => {
    const state = frames.get(path)?.steps.get(stepId)?.state;
    return state === undefined ? fallback : pathOf(path, state);
  };
  actor.subscribe({
    next: onSnapshot,
    error: () =>
      end({
        status: 'failed',
        state: 'failed',
        outputs: {},
        missing: [],
        failure: { kind: 'internal', message: 'The machine stopped with an error.' },
      }),
  });
  options.signal?.addEventListener('abort', cancel, { once: true });
  actor.start();
  // A run that is over from the beginning, or restored in a wait, tells its observers nothing by itself.
  if (last === undefined) onSnapshot(actor.getSnapshot());
}

/** What the document says of the state that a machine is in. */
function descriptionOf(snapshot: ReturnType<Actor<WorkflowMachine>['getSnapshot']>): string | undefined {
  let node: {
    readonly description?: string | undefined;
    readonly states: Readonly<Record<string, unknown>>;
  } = snapshot.machine.root;
  for (const name of statePath(snapshot.value)) {
    const inner = node.states[name];
    if (inner === undefined) return undefined;
    node = inner as typeof node;
  }
  return node.description;
}
