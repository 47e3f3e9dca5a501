import { hasMember, isJsonObject, memberOf, type JsonObject } from '../document/json.ts';
import type { WorkflowContext } from './context.ts';
import { submissionRejections } from './input-values.ts';
import { failureMatches, judge, successMatches, type EndingEvent } from './judge.ts';
import type { Runtime } from './runtime.ts';

/** What a guard is told by the edge that it stands on. Plain JSON, so that the picture can show it. */
export type GuardParams =
  /** The edge of a step: `index` counts its success or failure actions; absent for the default. */
  | { readonly stepId: string; readonly outcome: 'success' | 'failure'; readonly action?: string; readonly index?: number }
  | { readonly stepId: string; readonly inputs: readonly string[] }
  | { readonly stepId: string; readonly state: string }
  | { readonly input: string }
  | { readonly limit: number };

/** The names of the guards that are not criteria. */
export const GUARDS = {
  inputsPresent: 'inputs present',
  valuesValid: 'values valid',
  repeatAllowed: 'repeat allowed',
  repeatFailed: 'repeat failed',
  tooManySteps: 'too many steps',
  inputsRefused: 'inputs refused',
} as const;

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
  return at === undefined || runtime.now() >= at;
}

/** When a step may be run again, epoch milliseconds; `undefined` when it never ran. */
export function repeatAtOf(runtime: Runtime, context: WorkflowContext, stepId: string): number | undefined {
  const cooldownMs = runtime.steps.get(stepId)?.repeatable?.cooldownMs;
  const endedAt = memberOf(context.endedAt, stepId);
  return cooldownMs === undefined || endedAt === undefined ? undefined : endedAt + cooldownMs;
}

/** The guards that every machine has, and `criteria`, which stands behind every guard named by criteria. */
export function createGuards(runtime: Runtime) {
  const stepOf = (stepId: string) => runtime.steps.get(stepId);
  return {
    criteria: ({ context, event }: GuardArguments, params: { stepId: string; outcome: 'success' | 'failure'; index?: number }): boolean => {
      const step = stepOf(params.stepId);
      if (step === undefined) return false;
      const judgement = judge(runtime, context, step, event);
      const index = params.index ?? Number.NaN;
      if (params.outcome === 'success') return successMatches(judgement, step.onSuccess[index]);
      return failureMatches(runtime, context, judgement, step.onFailure[index]);
    },
    inputsPresent: ({ context }: GuardArguments, params: { inputs: readonly string[] }): boolean =>
      params.inputs.every((input) => hasMember(context.inputs, input)),
    valuesValid: ({ context, event }: GuardArguments, params: { state: string }): boolean => {
      const state = runtime.states.get(params.state);
      return state?.kind === 'wait' && submissionRejections(runtime, context.inputs as JsonObject, submittedValues(event), state).length === 0;
    },
    repeatAllowed: ({ context }: GuardArguments, params: { stepId: string }): boolean => mayRepeat(runtime, context, params.stepId),
    repeatFailed: ({ context, event }: GuardArguments, params: { stepId: string; state: string }): boolean => {
      const step = stepOf(params.stepId);
      if (step === undefined || context.repeat?.stepId !== params.stepId || context.repeat.state !== params.state) return false;
      const judgement = judge(runtime, context, step, event);
      const taken = step.onFailure.find((action) => failureMatches(runtime, context, judgement, action));
      return taken?.type !== 'retry';
    },
    revises: ({ event }: GuardArguments, params: { input: string }): boolean => event.input === params.input,
    tooManySteps: ({ context }: GuardArguments, params: { limit: number }): boolean => context.run.executed > params.limit,
    inputsRefused: ({ context }: GuardArguments): boolean => context.run.refused === true,
  } satisfies Record<string, Guard>;
}
