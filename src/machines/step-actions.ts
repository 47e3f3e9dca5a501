import { assign } from 'xstate';
import { memberOf, withMember } from '../document/json.ts';
import { allFailureActions, retryKey } from '../plan/failure-actions.ts';
import type { FailureActionPlan, StepPlan } from '../plan/workflow-plan.ts';
import { callInputs } from './call-inputs.ts';
import type { Failure, Frame, WorkflowContext } from './context.ts';
import {
  runtimeIn,
  updaterOf,
  withFrame,
  type ActionArguments,
  type FrameArguments,
  type Update,
} from './frame-update.ts';
import type { InFrame } from './guards.ts';
import { delayOf, judge, scopeOf, type Judgement } from './judge.ts';
import { frameOf, type Runtime } from './runtime.ts';

type RetryPlan = FailureActionPlan & { readonly type: 'retry' };

/** Which failure action an edge stands for; `index` counts the step's failure actions, absent for the default. */
export interface FailureParams extends InFrame {
  readonly stepId: string;
  readonly index?: number;
}

/** What happens to a step: it is begun, and its attempts come to an end. */
export function stepActions(root: Runtime) {
  const { now } = root.settings;
  const update = updaterOf(root);
  const judged = ({ runtime, context, event }: FrameArguments, stepId: string): Judgement | undefined => {
    const step = runtime.steps.get(stepId);
    return step === undefined ? undefined : judge(runtime, context, step, event);
  };
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
    begin: assign(
      ({ context }: ActionArguments, params: InFrame & { stepId: string }): Partial<WorkflowContext> => {
        const runtime = runtimeIn(root, params);
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
      },
    ),
    /** A step runs before a retry of another: what depends on it may come now. */
    visit: update(({ runtime, frame }, { stepId }: { stepId: string }) => ({
      visits: visited(runtime, frame, stepId),
    })),
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
    /** Starts another visit: a step was left, not retried. Nobody waits for a repeat any more. */
    endVisit: update(() => ({ attempt: 0, attempts: {}, repeat: undefined })),
  };
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
  const recoveries = (frame.recoveries ?? 0) + 1;
  if (!('call' in first)) return { retrying: name, recoveries, handed: undefined };
  const steps = outputsOf(frame, judgement).steps ?? frame.steps;
  const given = callInputs(first.call, { ...judgement.scope, ...scopeOf(runtime, context), steps });
  return { retrying: name, recoveries, handed: 'inputs' in given ? given.inputs : {} };
}

/** Whether a step stands for what the workflow depends on, which is not counted. */
function isDependency(runtime: Runtime, stepId: string): boolean {
  const step = runtime.steps.get(stepId);
  return step?.kind === 'workflow' && step.isDependency;
}

function needsRecovery(step: StepPlan): boolean {
  return allFailureActions(step).some((action) => action.type === 'retry' && action.first !== undefined);
}

/** What a failed attempt came to, with the failure action that is taken. */
export function failureOf(judgement: Judgement, params: FailureParams): Failure {
  const action = allFailureActions(judgement.step)[params.index ?? Number.NaN];
  if (action === undefined) return judgement.failure;
  return {
    ...judgement.failure,
    reason: action.name,
    ...(action.type === 'end' ? { endedBy: action.name } : {}),
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
