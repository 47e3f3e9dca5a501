import { hasMember, isJsonObject, memberOf, type JsonObject } from '../document/json.ts';
import { allFailureActions, retryKey, triedFailureActions } from '../plan/failure-actions.ts';
import { answerRejections } from './answer.ts';
import type { WorkflowContext } from './context.ts';
import { submissionRejections } from './input-values.ts';
import { unmetDependency } from './step-input.ts';
import { failureMatches, judge, successMatches, type EndingEvent } from './judge.ts';
import { frameOf, frameRuntimeOf, type Runtime } from './runtime.ts';

/** Where a guard or an action belongs: the dotted path of the called workflow; absent in the machine's own. */
export interface InFrame {
  readonly frame?: string;
}

/** The names of the guards that are not criteria. */
export const GUARDS = {
  inputsPresent: 'inputs present',
  valuesValid: 'values valid',
  repeatAllowed: 'repeat allowed',
  repeatFailed: 'repeat failed',
  tooManySteps: 'too many steps',
  inputsRefused: 'inputs refused',
  workflowDone: 'workflow done',
  answerRefused: 'answer refused',
} as const;

/** The name of the guard of the edge to what runs before a retry. */
export function recoveryGuard(action: string): string {
  return `retry of ${action}`;
}

/** The name of the guard of a `revise` edge. */
export function reviseGuard(input: string): string {
  return `revises ${input}`;
}

interface GuardArguments {
  readonly context: WorkflowContext;
  readonly event: EndingEvent & { readonly values?: unknown; readonly input?: unknown };
}

type Guard = (args: GuardArguments, params: never) => boolean;

/** The values of a `submit` event; a program may send anything, and what is no object has none. */
export function submittedValues(event: { readonly values?: unknown }): JsonObject {
  if (!isJsonObject(event.values)) return {};
  return Object.fromEntries(Object.entries(event.values).filter(([, value]) => value !== undefined));
}

/** Whether a repeat of a step would be taken now: its cooldown is over. */
export function mayRepeat(runtime: Runtime, context: WorkflowContext, stepId: string): boolean {
  const at = repeatAtOf(runtime, context, stepId);
  return at === undefined || runtime.settings.now() >= at;
}

/** When a step may be run again, epoch milliseconds; `undefined` when it never ran. */
export function repeatAtOf(runtime: Runtime, context: WorkflowContext, stepId: string): number | undefined {
  const cooldownMs = runtime.steps.get(stepId)?.repeatable?.cooldownMs;
  const endedAt = memberOf(frameOf(runtime, context).endedAt, stepId);
  return cooldownMs === undefined || endedAt === undefined ? undefined : endedAt + cooldownMs;
}

/** The guards that every machine has, and `criteria`, which stands behind every guard named by criteria. */
export function createGuards(root: Runtime) {
  const runtimeOf = ({ frame = '' }: InFrame): Runtime => frameRuntimeOf(root, frame);
  return {
    criteria: (
      { context, event }: GuardArguments,
      params: InFrame & { stepId: string; outcome: 'success' | 'failure'; index?: number },
    ): boolean => {
      const runtime = runtimeOf(params);
      const step = runtime.steps.get(params.stepId);
      if (step === undefined) return false;
      const judgement = judge(runtime, context, step, event);
      const index = params.index ?? Number.NaN;
      if (params.outcome === 'success') return successMatches(judgement, step.onSuccess[index]);
      return failureMatches(runtime, context, judgement, allFailureActions(step)[index]);
    },
    inputsPresent: (
      { context }: GuardArguments,
      params: InFrame & { inputs: readonly string[] },
    ): boolean => {
      const { inputs } = frameOf({ path: params.frame ?? '' }, context);
      return params.inputs.every((input) => hasMember(inputs, input));
    },
    valuesValid: ({ context, event }: GuardArguments, params: InFrame & { state: string }): boolean => {
      const runtime = runtimeOf(params);
      const state = runtime.states.get(params.state);
      const inputs = frameOf(runtime, context).inputs as JsonObject;
      return (
        state?.kind === 'wait' &&
        submissionRejections(runtime, inputs, submittedValues(event), state).length === 0
      );
    },
    repeatAllowed: ({ context }: GuardArguments, params: InFrame & { stepId: string }): boolean =>
      mayRepeat(runtimeOf(params), context, params.stepId),
    repeatFailed: (
      { context, event }: GuardArguments,
      params: InFrame & { stepId: string; state: string },
    ): boolean => {
      const runtime = runtimeOf(params);
      const step = runtime.steps.get(params.stepId);
      const { repeat } = frameOf(runtime, context);
      if (step === undefined || repeat?.stepId !== params.stepId || repeat.state !== params.state)
        return false;
      const judgement = judge(runtime, context, step, event);
      // What the step's own success leads on from is no failed repeat.
      if (judgement.success) return false;
      const tried = triedFailureActions(step, judgement.failure.kind);
      const taken = tried.find((action) => failureMatches(runtime, context, judgement, action));
      return taken?.type !== 'retry';
    },
    revises: ({ event }: GuardArguments, params: { input: string }): boolean => event.input === params.input,
    recovers: (
      { context }: GuardArguments,
      params: InFrame & { stepId: string; action: string },
    ): boolean => {
      const runtime = runtimeOf(params);
      const frame = frameOf(runtime, context);
      if (frame.retrying !== params.action) return false;
      const step = runtime.steps.get(params.stepId);
      const actions = step === undefined ? [] : allFailureActions(step);
      const action = actions.find((one) => step !== undefined && retryKey(step, one) === params.action);
      if (action?.type !== 'retry' || action.first === undefined || 'call' in action.first) return true;
      // A step that lacks what it would ask for is passed over: nobody is asked in the middle of a retry.
      const first = runtime.steps.get(action.first.stepId);
      if (first === undefined || unmetDependency(first, frame, context) !== undefined) return false;
      return first.inputs.every(
        (input) => !runtime.required.includes(input) || hasMember(frame.inputs, input),
      );
    },
    answerRefused: ({ event }: GuardArguments, params: InFrame & { stepId: string }): boolean => {
      const runtime = runtimeOf(params);
      const step = runtime.steps.get(params.stepId);
      return step?.kind !== 'interaction' || answerRejections(runtime, step, event.values).length > 0;
    },
    workflowDone: ({ event }: GuardArguments): boolean =>
      isJsonObject(event.output) && event.output['status'] === 'done',
    tooManySteps: ({ context }: GuardArguments, params: { limit: number }): boolean =>
      context.run.executed > params.limit,
    inputsRefused: ({ context }: GuardArguments, params?: InFrame): boolean =>
      frameOf({ path: params?.frame ?? '' }, context).refused === true,
  } satisfies Record<string, Guard>;
}
