import { assign, emit, enqueueActions } from 'xstate';
import { hasMember, memberOf, type JsonObject } from '../document/json.ts';
import type { Failure, WorkflowContext, WorkflowEmitted } from './context.ts';
import { mayRepeat, repeatAtOf, submittedValues } from './guards.ts';
import { submissionRejections } from './input-values.ts';
import { delayOf, judge, type EndingEvent, type Judgement } from './judge.ts';
import { maskSecrets } from './mask.ts';
import type { Runtime } from './runtime.ts';

interface ActionArguments {
  readonly context: WorkflowContext;
  readonly event: EndingEvent & { readonly values?: unknown };
}

type Update = Partial<WorkflowContext>;

/** Which failure action an edge stands for; `index` counts the step's failure actions, absent for the default. */
interface FailureParams {
  readonly stepId: string;
  readonly index?: number;
}

/**
 * The actions of every machine, by name. Each is a pure update of the context or an emitted event; all take plain JSON
 * params, so that the picture shows what an edge does.
 */
export function createActions(runtime: Runtime) {
  const judged = (context: WorkflowContext, event: EndingEvent, stepId: string): Judgement | undefined => {
    const step = runtime.steps.get(stepId);
    return step === undefined ? undefined : judge(runtime, context, step, event);
  };
  const failureOf = (judgement: Judgement, params: FailureParams): Failure => {
    const action = judgement.step.onFailure[params.index ?? Number.NaN];
    if (action === undefined) return judgement.failure;
    return { ...judgement.failure, reason: action.name, ...(action.type === 'end' ? { endedBy: action.name } : {}) };
  };
  const endOf = (context: WorkflowContext, { step, failure }: Judgement): Update =>
    // The cooldown of a repeatable step counts from here.
    step.repeatable === undefined || failure.attempt === 0 ? {} : { endedAt: { ...context.endedAt, [step.stepId]: runtime.now() } };
  const update = <Params>(change: (args: ActionArguments, params: Params) => Update) => assign(change as never);

  return {
    /** A request is about to be prepared: a new visit of the step, or another attempt. */
    begin: update(({ context }, { stepId }: { stepId: string }) => {
      const isRetry = context.attempt > 0;
      return {
        attempt: context.attempt + 1,
        run: { ...context.run, executed: context.run.executed + 1 },
        visits: isRetry ? context.visits : { ...context.visits, [stepId]: (memberOf(context.visits, stepId) ?? 0) + 1 },
        retryAt: undefined,
      };
    }),
    /** Keeps the outputs of a step that succeeded. */
    succeed: update(({ context, event }, { stepId }: { stepId: string }) => {
      const judgement = judged(context, event, stepId);
      return {
        ...(judgement === undefined ? {} : { ...outputsOf(context, judgement), ...endOf(context, judgement) }),
        attempt: 0,
        attempts: {},
        failure: undefined,
        repeat: context.repeat?.stepId === stepId ? undefined : context.repeat,
      };
    }),
    /** Keeps why a step did not succeed, and those of its outputs that resolve. */
    fail: update(({ context, event }, params: FailureParams) => {
      const judgement = judged(context, event, params.stepId);
      if (judgement === undefined) return {};
      return {
        ...outputsOf(context, judgement),
        ...endOf(context, judgement),
        attempt: 0,
        attempts: {},
        failure: failureOf(judgement, params),
        repeat: context.repeat?.stepId === params.stepId ? undefined : context.repeat,
      };
    }),
    /** Counts a retry and sets its time. */
    backOff: update(({ context, event }, params: FailureParams) => {
      const judgement = judged(context, event, params.stepId);
      const action = judgement?.step.onFailure[params.index ?? Number.NaN];
      if (judgement === undefined || action?.type !== 'retry') return {};
      const delayMs = delayOf(runtime, context, judgement, action) ?? 0;
      return {
        ...outputsOf(context, judgement),
        ...endOf(context, judgement),
        attempts: { ...context.attempts, [action.name]: (memberOf(context.attempts, action.name) ?? 0) + 1 },
        failure: judgement.failure,
        retryAt: runtime.now() + delayMs,
      };
    }),
    /** Forgets inputs, so that they are asked for again. */
    forget: update(({ context }, { inputs }: { inputs: readonly string[] }) => ({ inputs: without(context.inputs as JsonObject, inputs) })),
    /** Removes secret inputs that nothing which can still run refers to. */
    dropSecrets: update(({ context }, { inputs }: { inputs: readonly string[] }) => ({ inputs: without(context.inputs as JsonObject, inputs) })),
    /** Sets the time limit of a wait for a person. */
    openWait: update((_args, { limitMs }: { limitMs: number }) => ({ expiresAt: runtime.now() + limitMs })),
    /** Ends a wait for a person. */
    closeWait: update(() => ({ expiresAt: undefined, rejection: undefined })),
    /** Takes submitted values. */
    accept: update(({ context, event }) => ({
      inputs: { ...context.inputs, ...submittedValues(event) },
      rejection: undefined,
      failure: undefined,
    })),
    /** Keeps why submitted values were not taken. */
    reject: update(({ context, event }, params: { state: string }) => {
      const state = runtime.states.get(params.state);
      if (state?.kind !== 'wait') return {};
      return { rejection: submissionRejections(runtime, context.inputs as JsonObject, submittedValues(event), state) };
    }),
    /** Remembers where a repeat came from. */
    startRepeat: update((_args, params: { stepId: string; state: string }) => ({
      repeat: params,
      rejection: undefined,
      failure: undefined,
      attempt: 0,
        attempts: {},
    })),
    /** Keeps that a repeat came too early. */
    refuseRepeat: update(({ context }, { stepId }: { stepId: string }) => {
      const seconds = Math.ceil(((repeatAtOf(runtime, context, stepId) ?? 0) - runtime.now()) / 1000);
      if (mayRepeat(runtime, context, stepId)) return {};
      const others = (context.rejection ?? []).filter(({ rule }) => rule !== 'cooldown');
      return { rejection: [...others, { input: '', rule: 'cooldown', message: `It can be asked for again in ${seconds} seconds.` }] };
    }),
    /** Starts another visit: a step was left, not retried. */
    endVisit: update(() => ({ attempt: 0, attempts: {} })),
    /** Ends a run that prepares requests without end. */
    exceed: update(() => ({
      failure: { kind: 'maxSteps', message: `The run was ended: it prepared more than ${runtime.maxSteps} requests.` },
    })),
    /** Ends a run whose timer broke. */
    loseTimer: update(() => ({ failure: { kind: 'internal', message: 'The timer of the run failed.' } })),
    /** Tells what a step's attempt came to. */
    announce: emit(announcement(runtime, judged, failureOf) as never),
    /** Tells that a request goes out; silent where the run ends instead. */
    announceStart: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId } = params as { stepId: string };
      const known = context as WorkflowContext;
      if (known.run.refused === true || known.run.executed > runtime.maxSteps) return;
      enqueue.emit({ type: 'step.started', stepId, attempt: known.attempt } satisfies WorkflowEmitted as never);
    }),
    /** Tells that a person is waited for; silent where nothing is missing. */
    announceWait: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId, inputs } = params as { stepId: string; inputs: readonly string[] };
      const missing = inputs.filter((input) => !hasMember(context.inputs, input));
      if (missing.length > 0 && context.run.refused !== true) {
        enqueue.emit({ type: 'input.required', stepId, inputs: missing } satisfies WorkflowEmitted as never);
      }
    }),
  };
}

function announcement(
  runtime: Runtime,
  judged: (context: WorkflowContext, event: EndingEvent, stepId: string) => Judgement | undefined,
  failureOf: (judgement: Judgement, params: FailureParams) => Failure,
) {
  return (
    { context, event }: ActionArguments,
    params: FailureParams & { event: 'step.succeeded' | 'step.failed' | 'step.retrying' },
  ): WorkflowEmitted => {
    const { stepId } = params;
    const { attempt } = context;
    const judgement = judged(context, event, stepId);
    if (params.event === 'step.succeeded') {
      return { type: 'step.succeeded', stepId, attempt: judgement?.failure.attempt ?? attempt, statusCode: judgement?.statusCode ?? 0 };
    }
    const failure = judgement === undefined ? ({ kind: 'internal', message: '' } satisfies Failure) : failureOf(judgement, params);
    if (params.event === 'step.retrying') {
      const retryAt = context.retryAt ?? runtime.now();
      return { type: 'step.retrying', stepId, attempt: attempt + 1, delayMs: Math.max(0, retryAt - runtime.now()), retryAt };
    }
    return { type: 'step.failed', stepId, attempt: failure.attempt ?? attempt, failure: maskSecrets(failure as unknown as JsonObject) as unknown as Failure };
  };
}

function outputsOf(context: WorkflowContext, judgement: Judgement): Update {
  const { step, outputs } = judgement;
  if (!judgement.success && Object.keys(outputs).length === 0) return {};
  const earlier = memberOf(context.steps, step.stepId)?.outputs;
  return { steps: { ...context.steps, [step.stepId]: { outputs: judgement.success ? outputs : { ...earlier, ...outputs } } } };
}

function without(inputs: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}

