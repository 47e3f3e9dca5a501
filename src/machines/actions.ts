import { assign, emit, enqueueActions } from 'xstate';
import { hasMember, memberOf, withMember, type JsonObject } from '../document/json.ts';
import type { Failure, Frame, WorkflowContext, WorkflowEmitted } from './context.ts';
import { answerRejections } from './answer.ts';
import { callInputs } from './call-inputs.ts';
import { mayRepeat, repeatAtOf, submittedValues, type InFrame } from './guards.ts';
import { initialFrame } from './initial-context.ts';
import { submissionRejections } from './input-values.ts';
import {
  delayOf,
  IMPOSSIBLE,
  judge,
  judgementOf,
  outputsOfWorkflow,
  scopeOf,
  type CallOutcome,
  type EndingEvent,
  type Judgement,
} from './judge.ts';
import { problemsOf } from './criterion-problems.ts';
import { maskSecrets } from './mask.ts';
import { questionOf } from './question.ts';
import { isOver, unmetDependency } from './step-input.ts';
import { allFailureActions, retryKey } from '../plan/failure-actions.ts';
import type { FlowState } from '../plan/flow.ts';
import type { FailureActionPlan, StepPlan } from '../plan/workflow-plan.ts';
import { callerOf, callingState, frameOf, frameRuntimeOf, type Runtime } from './runtime.ts';

interface ActionArguments {
  readonly context: WorkflowContext;
  readonly event: EndingEvent & { readonly values?: unknown };
}

/** What an update of one workflow's data sees. */
interface FrameArguments extends ActionArguments {
  readonly runtime: Runtime;
  readonly frame: Frame;
}

type RetryPlan = FailureActionPlan & { readonly type: 'retry' };

type Update = Partial<Frame> & Pick<WorkflowContext, 'failure'>;

/** Which failure action an edge stands for; `index` counts the step's failure actions, absent for the default. */
interface FailureParams extends InFrame {
  readonly stepId: string;
  readonly index?: number;
}

/**
 * The actions of every machine, by name. Each is a pure update of the context or an emitted event; all take plain JSON
 * params, so that the picture shows what an edge does. `frame` says which workflow of the machine they are about.
 */
export function createActions(root: Runtime) {
  const { now } = root.settings;
  const runtimeOf = (params: InFrame | undefined): Runtime =>
    params?.frame === undefined ? root : frameRuntimeOf(root, params.frame);
  const judged = ({ runtime, context, event }: FrameArguments, stepId: string): Judgement | undefined => {
    const step = runtime.steps.get(stepId);
    return step === undefined ? undefined : judge(runtime, context, step, event);
  };
  /** Updates the data of the workflow that the params say. */
  const update = <Params>(change: (args: FrameArguments, params: Params) => Update) =>
    assign(((args: ActionArguments, params: (Params & InFrame) | undefined): Partial<WorkflowContext> => {
      const runtime = runtimeOf(params);
      const frame = frameOf(runtime, args.context);
      return withFrame(args.context, runtime.path, change({ ...args, runtime, frame }, params as Params));
    }) as never);
  /** What ended an attempt: its outputs, when it ended, and its response where a caller looks at it. */
  const endOf = (args: FrameArguments, judgement: Judgement): Update => {
    const { step, attempt, scope } = judgement;
    const isRepeatable = step.repeatable !== undefined && attempt !== 0;
    return {
      ...outputsOf(args.frame, judgement),
      ...(isRepeatable ? { endedAt: withMember(args.frame.endedAt, step.stepId, now()) } : {}),
      ...(args.runtime.keepsResponse && scope.response !== undefined ? { last: { ...scope.response } } : {}),
    };
  };

  return {
    /** A step is begun: a new visit of it, or another attempt. */
    begin: assign(((
      { context }: ActionArguments,
      params: InFrame & { stepId: string },
    ): Partial<WorkflowContext> => {
      const runtime = runtimeOf(params);
      const { path } = runtime;
      const frame = frameOf(runtime, context);
      // A workflow whose inputs were refused enters its first state, and leaves it at once.
      if (frame.refused === true) return {};
      const { stepId } = params;
      const visits = frame.attempt > 0 ? frame.visits : visited(runtime, frame, stepId);
      return {
        ...(isDependency(runtime, stepId)
          ? {}
          : { run: { ...context.run, executed: context.run.executed + 1 } }),
        ...withFrame(context, path, { attempt: frame.attempt + 1, visits, retryAt: undefined }),
      };
    }) as never),
    /** A step runs before a retry of another: what depends on it may come now. */
    visit: update(({ runtime, frame }, { stepId }: { stepId: string }) => ({
      visits: visited(runtime, frame, stepId),
    })),
    /** Gives a called workflow its inputs. */
    enterCall: assign(((
      { context, event }: ActionArguments,
      { call }: { call: string },
    ): Partial<WorkflowContext> => {
      const runtime = frameRuntimeOf(root, call);
      const caller = callerOf(runtime);
      if (frameOf(caller, context).refused === true) {
        const { frame } = initialFrame(runtime, {});
        return { calls: { ...context.calls, [call]: { ...frame, refused: true, unmet: true } } };
      }
      const state = caller.states.get(callingState(runtime));
      const given = givenInputs(caller, runtime, state, context, event);
      const unmet =
        state?.kind === 'workflow'
          ? unmetDependency(state.step, frameOf(caller, context), context)
          : undefined;
      const { frame, failure } = initialFrame(runtime, 'inputs' in given ? given.inputs : {});
      const problem = unmet ?? ('problem' in given ? given.problem : undefined);
      const led = state?.kind === 'transfer' ? withFrame(context, caller.path, { transferred: call }) : {};
      const calls = led.calls ?? context.calls;
      if (problem !== undefined) {
        const refused = { ...frame, refused: true, unmet: true } as const;
        return {
          ...led,
          calls: { ...calls, [call]: refused },
          failure: { kind: 'request', message: problem },
        };
      }
      return { ...led, calls: { ...calls, [call]: frame }, ...(failure === undefined ? {} : { failure }) };
    }) as never),
    /** Ends a workflow whose inputs were refused: once. */
    refuse: update(() => ({ refused: undefined })),
    /** Keeps what came of a called workflow, for `$workflows`. */
    leaveCall: assign(((
      { context, event }: ActionArguments,
      { call }: { call: string },
    ): Partial<WorkflowContext> => {
      // It may be left by a cancel, too; or, entered anew by the event of its end, for want of steps.
      if (event.type !== `xstate.done.state.${root.plan.workflowId}.${call}`) return {};
      if (context.run.executed > root.settings.maxSteps) return {};
      const runtime = frameRuntimeOf(root, call);
      const { inputs, unmet } = frameOf(runtime, context);
      if (unmet === true) return {};
      const outputs = outputsOfWorkflow(runtime, context);
      return {
        finished: {
          ...context.finished,
          [runtime.plan.workflowId]: { inputs: inputs as JsonObject, outputs },
        },
      };
    }) as never),
    /** Makes what came of the workflow that control passed to what comes of this one. */
    adopt: update(({ event }) => {
      const { failure, response } = event.output as CallOutcome;
      return { failure, ...(response === undefined ? {} : { last: response }) };
    }),
    /** Keeps the outputs of a step that succeeded. */
    succeed: update((args, { stepId }: { stepId: string }) => {
      const judgement = judged(args, stepId);
      return {
        ...(judgement === undefined ? {} : endOf(args, judgement)),
        attempt: 0,
        attempts: {},
        failure: undefined,
        repeat: args.frame.repeat?.stepId === stepId ? undefined : args.frame.repeat,
      };
    }),
    /** Keeps why a step did not succeed, and those of its outputs that resolve. */
    fail: update((args, params: FailureParams) => {
      const judgement = judged(args, params.stepId);
      if (judgement === undefined) return {};
      return {
        ...endOf(args, judgement),
        attempt: 0,
        attempts: {},
        failure: failureOf(judgement, params),
        repeat: args.frame.repeat?.stepId === params.stepId ? undefined : args.frame.repeat,
      };
    }),
    /** Counts a retry and sets its time. */
    backOff: update((args, params: FailureParams) => {
      const judgement = judged(args, params.stepId);
      const action = judgement && allFailureActions(judgement.step)[params.index ?? Number.NaN];
      if (judgement === undefined || action?.type !== 'retry') return {};
      const { runtime, context, frame } = args;
      const delayMs = delayOf(runtime, context, judgement, action) ?? 0;
      const key = retryKey(judgement.step, action);
      return {
        ...endOf(args, judgement),
        attempts: { ...frame.attempts, [key]: (memberOf(frame.attempts, key) ?? 0) + 1 },
        failure: judgement.failure,
        retryAt: now() + delayMs,
        ...(runtime.plan.steps.some(needsRecovery) ? recoveryOf(args, judgement, action) : {}),
      };
    }),
    /** Keeps the outputs of a step that ran before a retry. */
    keepOutputs: update((args, { stepId }: { stepId: string }) => {
      const judgement = judged(args, stepId);
      if (judgement === undefined) return {};
      const { response } = judgement.scope;
      return {
        ...outputsOf(args.frame, judgement),
        ...(args.runtime.keepsResponse && response !== undefined ? { last: response } : {}),
      };
    }),
    /** Keeps the last response of a workflow that ran before a retry, where a caller looks at it. */
    keepResponse: update(({ event }) => {
      const { response } = event.output as CallOutcome;
      return response === undefined ? {} : { last: response };
    }),
    /** Forgets inputs, so that they are asked for again. */
    forget: update(({ frame }, { inputs }: { inputs: readonly string[] }) => ({
      inputs: without(frame.inputs as JsonObject, inputs),
    })),
    /** Removes secret inputs that nothing which can still run refers to. */
    dropSecrets: update(({ frame }, { inputs }: { inputs: readonly string[] }) => ({
      inputs: without(frame.inputs as JsonObject, inputs),
    })),
    /** Sets the time limit of a wait for a person. */
    openWait: update((_args, { limitMs }: { limitMs: number }) => ({ expiresAt: now() + limitMs })),
    /** Ends a wait for a person. */
    closeWait: update(() => ({ expiresAt: undefined, rejection: undefined, question: undefined })),
    /** Evaluates what an interaction asks, so that it stays the same however long the answer takes. */
    ask: update(({ runtime, context, frame }, { stepId }: { stepId: string }) => {
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction' || isOver(root, frame, context)) return {};
      return { question: questionOf(runtime, context, step) };
    }),
    /** Keeps why an answer was not taken. */
    refuseAnswer: update(({ runtime, event }, { stepId }: { stepId: string }) => {
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction') return {};
      return { rejection: answerRejections(runtime, step, event.values) };
    }),
    /** Takes submitted values. */
    accept: update(({ frame, event }) => ({
      inputs: { ...frame.inputs, ...submittedValues(event) },
      rejection: undefined,
      failure: undefined,
    })),
    /** Keeps why submitted values were not taken. */
    reject: update(({ runtime, frame, event }, params: { state: string }) => {
      const state = runtime.states.get(params.state);
      if (state?.kind !== 'wait') return {};
      return {
        rejection: submissionRejections(runtime, frame.inputs as JsonObject, submittedValues(event), state),
      };
    }),
    /** Remembers where a repeat came from. */
    startRepeat: update((_args, { stepId, state }: { stepId: string; state: string }) => ({
      repeat: { stepId, state },
      rejection: undefined,
      failure: undefined,
      attempt: 0,
      attempts: {},
    })),
    /** Keeps that a repeat came too early. */
    refuseRepeat: update(({ runtime, frame, context }, { stepId }: { stepId: string }) => {
      const seconds = Math.ceil(((repeatAtOf(runtime, context, stepId) ?? 0) - now()) / 1000);
      if (mayRepeat(runtime, context, stepId)) return {};
      const others = (frame.rejection ?? []).filter(({ rule }) => rule !== 'cooldown');
      const message = `It can be asked for again in ${seconds} seconds.`;
      return { rejection: [...others, { input: '', rule: 'cooldown', message }] };
    }),
    /** Starts another visit: a step was left, not retried. Nobody waits for a repeat any more. */
    endVisit: update(() => ({ attempt: 0, attempts: {}, repeat: undefined })),
    /** Ends a run that begins steps without end. */
    exceed: assign({
      failure: {
        kind: 'maxSteps',
        message: `The run was ended: it began more than ${root.settings.maxSteps} steps.`,
      },
    } as never),
    /** Ends a workflow whose timer broke. */
    loseTimer: update(() => ({ failure: { kind: 'internal', message: 'The timer of the run failed.' } })),
    /** Tells what a step's attempt came to. */
    announce: emit(announcement(root) as never),
    /** Tells that a step is begun; silent where the run ends instead. */
    announceStart: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId, frame: path = '' } = params as InFrame & { stepId: string };
      const known = context as WorkflowContext;
      const frame = frameOf({ path }, known);
      if (isOver(root, frame, known)) return;
      enqueue.emit({
        type: 'step.started',
        ...about(path, stepId),
        attempt: frame.attempt,
      } satisfies WorkflowEmitted as never);
    }),
    /** Tells that a person is asked; leaves the state where that cannot be. Silent where the run ends instead. */
    announceQuestion: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId, frame: path = '' } = params as InFrame & { stepId: string };
      const known = context as WorkflowContext;
      const runtime = frameRuntimeOf(root, path);
      const frame = frameOf(runtime, known);
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction' || isOver(root, frame, known)) return;
      if (frame.question !== undefined && 'problem' in frame.question) {
        enqueue.raise({ type: IMPOSSIBLE, problem: frame.question.problem } as never);
        return;
      }
      const inputs = step.fields.filter(({ required }) => required).map(({ name }) => name);
      enqueue.emit({
        type: 'input.required',
        ...about(path, stepId),
        inputs,
      } satisfies WorkflowEmitted as never);
    }),
    /** Tells that a person is waited for; silent where nothing is missing. */
    announceWait: enqueueActions(({ context, enqueue }, params: never) => {
      const {
        stepId,
        inputs,
        frame: path = '',
      } = params as InFrame & { stepId: string; inputs: readonly string[] };
      const frame = frameOf({ path }, context as WorkflowContext);
      const missing = inputs.filter((input) => !hasMember(frame.inputs, input));
      if (missing.length > 0 && frame.refused !== true) {
        enqueue.emit({
          type: 'input.required',
          ...about(path, stepId),
          inputs: missing,
        } satisfies WorkflowEmitted as never);
      }
    }),
  };
}

/**
 * What a called workflow is given. An action's values are evaluated with the response that the action was taken for:
 * those of a retry have been, when it was counted.
 */
function givenInputs(
  caller: Runtime,
  { call }: Runtime,
  state: FlowState | undefined,
  context: WorkflowContext,
  event: EndingEvent,
): ReturnType<typeof callInputs> {
  const { handed } = frameOf(caller, context);
  if (state?.kind === 'recovery' && handed !== undefined) return { inputs: handed };
  if (call === undefined) return { inputs: {} };
  const base = scopeOf(caller, context);
  const { response, request, message, interaction } =
    (state?.kind === 'transfer' ? judgementOf(event)?.scope : undefined) ?? {};
  return callInputs(call, {
    ...base,
    ...(response === undefined ? {} : { response }),
    ...(request === undefined ? {} : { request }),
    ...(message === undefined ? {} : { message }),
    ...(interaction === undefined ? {} : { interaction }),
  });
}

/** The part of a context that changes when one workflow's data do. */
function withFrame(context: WorkflowContext, path: string, change: Update): Partial<WorkflowContext> {
  if (path === '') return change;
  // The last failure is the run's, wherever it happened.
  const { failure, ...own } = change;
  return {
    calls: { ...context.calls, [path]: { ...frameOf({ path }, context), ...own } },
    ...('failure' in change ? { failure } : {}),
  };
}

function about(path: string, stepId: string): { readonly stepId: string; readonly path?: string } {
  return path === '' ? { stepId } : { stepId, path };
}

/** The visits of a workflow's steps with one more. */
function visited({ counted }: Runtime, { visits }: Frame, stepId: string): Frame['visits'] {
  if (!counted.has(stepId)) return visits;
  return withMember(visits, stepId, (memberOf(visits, stepId) ?? 0) + 1);
}

/** What is to run before a retry, with the values that its action hands over. */
function recoveryOf(
  { runtime, context, frame }: FrameArguments,
  judgement: Judgement,
  action: RetryPlan,
): Update {
  const { first } = action;
  const name = retryKey(judgement.step, action);
  if (first === undefined) return { retrying: undefined, handed: undefined };
  if (!('call' in first)) return { retrying: name, handed: undefined };
  const steps = outputsOf(frame, judgement).steps ?? frame.steps;
  const given = callInputs(first.call, { ...judgement.scope, ...scopeOf(runtime, context), steps });
  return { retrying: name, handed: 'inputs' in given ? given.inputs : {} };
}

/** Whether a step stands for what the workflow depends on, which is not counted. */
function isDependency(runtime: Runtime, stepId: string): boolean {
  const step = runtime.steps.get(stepId);
  return step?.kind === 'workflow' && step.isDependency;
}

function needsRecovery(step: StepPlan): boolean {
  return allFailureActions(step).some((action) => action.type === 'retry' && action.first !== undefined);
}

function failureOf(judgement: Judgement, params: FailureParams): Failure {
  const action = allFailureActions(judgement.step)[params.index ?? Number.NaN];
  if (action === undefined) return judgement.failure;
  return {
    ...judgement.failure,
    reason: action.name,
    ...(action.type === 'end' ? { endedBy: action.name } : {}),
  };
}

function announcement(root: Runtime) {
  const secrets = new Set(
    [...root.frames.values()]
      .flatMap(({ plan }) => [
        ...plan.inputs,
        ...plan.outputs,
        ...plan.steps.flatMap((step) => [
          ...step.outputs,
          ...(step.kind === 'interaction' ? step.fields : []),
        ]),
      ])
      .filter(({ secret }) => secret)
      .map(({ name }) => name),
  );
  return (
    { context, event }: ActionArguments,
    params: FailureParams & { event: 'step.succeeded' | 'step.failed' | 'step.retrying' },
  ): WorkflowEmitted => {
    const { frame: path = '' } = params;
    const frame = frameOf({ path }, context);
    const { attempt } = frame;
    const step = about(path, params.stepId);
    const judgement = judgementOf(event);
    if (params.event === 'step.succeeded') {
      const { statusCode } = judgement ?? {};
      return {
        type: 'step.succeeded',
        ...step,
        attempt: judgement?.attempt ?? attempt,
        ...(statusCode === undefined ? {} : { statusCode }),
        ...problemsOf(judgement),
      };
    }
    if (params.event === 'step.retrying') {
      const retryAt = frame.retryAt ?? root.settings.now();
      return {
        type: 'step.retrying',
        ...step,
        attempt: attempt + 1,
        delayMs: Math.max(0, retryAt - root.settings.now()),
        retryAt,
      };
    }
    const failure =
      judgement === undefined
        ? ({ kind: 'internal', message: '' } satisfies Failure)
        : failureOf(judgement, params);
    const masked = maskSecrets(failure as unknown as JsonObject, secrets) as unknown as Failure;
    return {
      type: 'step.failed',
      ...step,
      attempt: failure.attempt ?? attempt,
      failure: masked,
      ...problemsOf(judgement, params.index),
    };
  };
}

/** A success replaces a step's outputs; a failure adds those that resolve. */
function outputsOf(frame: Frame, judgement: Judgement): Update {
  const { step, outputs } = judgement;
  if (!judgement.success && Object.keys(outputs).length === 0) return {};
  const earlier = memberOf(frame.steps, step.stepId)?.outputs;
  const ended = { outputs: judgement.success ? outputs : { ...earlier, ...outputs } };
  return { steps: withMember(frame.steps, step.stepId, ended) };
}

function without(inputs: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}
