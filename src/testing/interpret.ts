import { type JsonObject, type JsonValue, hasMember, memberOf, setMember } from '../document/json.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import type { ResponseRecord, Scope } from '../expressions/scope.ts';
import type { OpenApiDocument } from '../openapi/openapi-document.ts';
import { failureOfResponse, retryAtOf } from './failure-of.ts';
import { inputRules, type InputRules } from './input-rules.ts';
import { type RawAction, type RawStep, type RawWorkflow, readRawWorkflow } from './raw-workflow.ts';
import type { Ended, Failure, FailureKind, Happening, Rejection, Situation } from './situation.ts';
import { outputsOf, recordOf, requestOf } from './step-request.ts';

/** What an interpretation starts from. */
export interface InterpretOptions {
  /** An Arazzo document that is known to be valid, parsed or as plain data. */
  readonly document: ParsedDocument | JsonValue;
  readonly workflowId: string;
  /** The OpenAPI descriptions by the names of the source descriptions. */
  readonly sources: Readonly<Record<string, OpenApiDocument>>;
  readonly inputs?: JsonObject;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** How many attempts of steps a run may make; 1000 by default. */
  readonly maxSteps?: number;
  /** `false`: inputs are never asked, absent required ones are refused at the start. `true` by default. */
  readonly deferredInputs?: boolean;
  /** A `Retry-After` above it makes the retry no match; 60 by default. */
  readonly retryAfterCapSeconds?: number;
  /** Cuts every `retryLimit`. */
  readonly maxRetries?: number;
}

/** Where a visit of a step leads. `returnTo` is the step that waits for the outcome of a repeat. */
type Next = { readonly goto: number; readonly returnTo?: number } | { readonly end: Ended['status'] };

/** How an attempt turned out, or a wait that ran out of time. */
type Outcome =
  | { readonly scope: Scope; readonly response: ResponseRecord }
  | { readonly lost: FailureKind; readonly message: string };

const CANCELLED = { end: 'cancelled' } as const;

/**
 * Walks a workflow as its document says, step by step: ask what is absent, then run the step. It yields what it
 * waits for, is told what happened, and returns how the run ended. It is what a compiled machine is judged by, and
 * shares no code with the compiler; steps that call workflows are not covered.
 *
 * @throws Error where the document is not valid or calls another workflow.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function* interpret(options: InterpretOptions): Generator<Situation, Ended, Happening> {
  const {
    now,
    maxSteps = 1000,
    deferredInputs = true,
    retryAfterCapSeconds = 60,
    maxRetries = Infinity,
  } = options;
  const { workflow, rules } = readOnce(options);
  const { steps } = workflow;

  let inputs = rules.withDefaults(options.inputs ?? {});
  let failure: Failure | undefined;
  let attempts = 0;
  const stepOutputs: Record<string, { readonly outputs: JsonObject }> = {};
  const lastRunAt = new Map<number, number>();

  const scope = (): Scope => ({ ...workflow.constants, inputs, steps: stepOutputs });
  const indexOf = (stepId: string | undefined): number => steps.findIndex((step) => step.stepId === stepId);
  const isAbsent = (input: string): boolean => !hasMember(inputs, input);
  const keep = (isKept: (input: string) => boolean): void => {
    if (deferredInputs)
      inputs = Object.fromEntries(Object.entries(inputs).filter(([input]) => isKept(input)));
  };
  /** By the rule of homes, only inputs that would be asked again are forgotten. */
  const forget = (isForgotten: (input: string, home: number) => boolean): void =>
    keep((input) => !rules.asked.has(input) || !isForgotten(input, rules.homeOf(input) ?? -1));

  function* waitForInputs(step: RawStep): Generator<Situation, 'ready' | 'expired' | Next, Happening> {
    const expiresAt = step.timeoutSeconds === undefined ? undefined : now() + step.timeoutSeconds * 1000;
    const repeated = steps
      .slice(0, step.index)
      .findLast((earlier) => earlier.repeatAfterSeconds !== undefined);
    const repeatedAt = repeated && lastRunAt.get(repeated.index);
    const repeatAt =
      repeatedAt === undefined ? undefined : repeatedAt + (repeated?.repeatAfterSeconds ?? 0) * 1000;
    let rejection: readonly Rejection[] = [];
    for (;;) {
      const missing = deferredInputs ? rules.askedBy(step.index).filter(isAbsent) : [];
      if (missing.length === 0) return 'ready';
      const happening: Happening = yield {
        kind: 'input',
        stepId: step.stepId,
        missing,
        ...(rejection.length === 0 ? {} : { rejection }),
        ...(failure === undefined ? {} : { failure }),
        ...(repeatAt === undefined ? {} : { repeatAt }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      if (happening.type === 'cancel') return CANCELLED;
      if (happening.type === 'elapsed' && expiresAt !== undefined) return 'expired';
      if (happening.type === 'submit') {
        rejection = submit(step.index, missing, happening.values);
      }
      if (happening.type === 'repeat' && repeated !== undefined && now() >= (repeatAt ?? 0)) {
        forget((_, home) => home > repeated.index && home < step.index);
        failure = undefined;
        return { goto: repeated.index, returnTo: step.index };
      }
      if (happening.type === 'revise' && rules.asked.has(happening.input)) {
        const home = rules.homeOf(happening.input);
        if (home === undefined || home > step.index) continue;
        forget((input, other) => input === happening.input || other > home);
        if (home < step.index) return { goto: home };
      }
    }
  }

  /** Takes the values, or gives what is wrong with them. */
  function submit(stepIndex: number, missing: readonly string[], values: JsonObject): readonly Rejection[] {
    const isAccepted = (input: string): boolean =>
      missing.includes(input) || (rules.homeOf(input) ?? -1) >= stepIndex;
    const wrong = Object.entries(values).flatMap(([input, value]) =>
      isAccepted(input) ? rules.checkOne(input, value) : [{ input, rule: 'notAsked' }],
    );
    if (wrong.length > 0) return wrong;
    const all: Record<string, JsonValue> = { ...inputs };
    for (const [input, value] of Object.entries(values)) setMember(all, input, value);
    const wrongTogether = rules.checkComplete(all);
    if (wrongTogether.length > 0) return wrongTogether;
    inputs = all;
    failure = undefined;
    return [];
  }

  /** Makes one attempt; `undefined`: it was cancelled. */
  function* send(step: RawStep, attempt: number): Generator<Situation, Outcome | undefined, Happening> {
    const { call, result } = requestOf(step, scope());
    const about = { stepId: step.stepId, attempt, call };
    if ('problem' in result) {
      const happening = yield { kind: 'unsendable', ...about, problem: result.problem };
      return happening.type === 'cancel' ? undefined : { lost: 'request', message: result.problem };
    }
    for (;;) {
      const happening = yield { kind: 'request', ...about, request: result.value };
      if (happening.type === 'cancel') return undefined;
      if (happening.type === 'lost')
        return { lost: happening.kind, message: `No response: ${happening.kind}.` };
      if (happening.type !== 'response') continue;
      const { statusCode, headers = {}, body } = happening;
      const lowered = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const response = { statusCode, headers: lowered, ...(body === undefined ? {} : { body }) };
      return { scope: { ...scope(), request: recordOf(result.value), response }, response };
    }
  }

  /** Outputs of a success replace those of an earlier run; those of a failure only add to them. */
  function keepOutputs(step: RawStep, outcome: Outcome, replaces: boolean): void {
    if (!('response' in outcome)) return;
    const earlier = replaces ? {} : memberOf(stepOutputs, step.stepId)?.outputs;
    setMember(stepOutputs, step.stepId, {
      outputs: { ...earlier, ...outputsOf(step.outputs, outcome.scope) },
    });
  }

  function* visit(step: RawStep, returnTo: number | undefined): Generator<Situation, Next, Happening> {
    const retries = new Map<RawAction, number>();
    let attempt = 0;
    for (;;) {
      let outcome: Outcome | undefined = { lost: 'timeout', message: 'Nobody gave the inputs in time.' };
      const wait = yield* waitForInputs(step);
      if (typeof wait === 'object') return wait;
      if (wait === 'ready') {
        if (++attempts > maxSteps) {
          failure = {
            kind: 'maxSteps',
            stepId: step.stepId,
            attempt: 0,
            message: 'The run takes too many steps.',
          };
          return { end: 'failed' };
        }
        outcome = yield* send(step, ++attempt);
        if (outcome === undefined) return CANCELLED;
        lastRunAt.set(step.index, now());
      }
      const seen = 'response' in outcome ? outcome.scope : scope();
      if ('response' in outcome && isSuccess(step, outcome)) {
        failure = undefined;
        const action = step.onSuccess.find(({ criteria }) => evaluateCriteria(criteria, seen));
        keepOutputs(step, outcome, true);
        if (action?.type === 'end') return { end: 'done' };
        if (action?.ask !== undefined) keep((input) => action.ask?.includes(input) !== true);
        return { goto: action === undefined ? step.index + 1 : indexOf(action.stepId) };
      }

      failure =
        'response' in outcome
          ? failureOfResponse(step.stepId, attempt, outcome.response, now())
          : { kind: outcome.lost, stepId: step.stepId, attempt, message: outcome.message };
      const retryAt = retryAtOf('response' in outcome ? outcome.response : undefined, now());
      const isTooLate = retryAt !== undefined && retryAt - now() > retryAfterCapSeconds * 1000;
      const action = step.onFailure.find((candidate) => {
        if (!evaluateCriteria(candidate.criteria, seen)) return false;
        const limit = Math.min(candidate.retryLimit, maxRetries);
        return candidate.type !== 'retry' || (!isTooLate && (retries.get(candidate) ?? 0) < limit);
      });
      keepOutputs(step, outcome, false);
      if (action?.type === 'retry') {
        retries.set(action, (retries.get(action) ?? 0) + 1);
        const isOver = yield* delay(step, retryAt ?? now() + action.retryAfterSeconds * 1000);
        const recovery = steps[indexOf(action.stepId)];
        const recovered = isOver && recovery !== undefined ? yield* recover(recovery) : isOver;
        if (!recovered) return CANCELLED;
        continue;
      }
      if (returnTo !== undefined) return { goto: returnTo };
      if (action === undefined) return { end: 'failed' };
      failure = {
        ...failure,
        reason: action.name,
        ...(action.type === 'end' ? { endedBy: action.name } : {}),
      };
      if (action.type === 'end') return { end: 'failed' };
      const target = indexOf(action.stepId);
      if (action.ask === undefined) forget((_, home) => isAskedAgain(home, target, step.index));
      else keep((input) => action.ask?.includes(input) !== true);
      return { goto: target };
    }
  }

  /** Runs the step that a retry refers to, once and whatever comes of it. */
  function* recover(step: RawStep): Generator<Situation, boolean, Happening> {
    const outcome = yield* send(step, 1);
    if (outcome !== undefined) keepOutputs(step, outcome, 'response' in outcome && isSuccess(step, outcome));
    return outcome !== undefined;
  }

  function* run(): Generator<Situation, Ended['status'], Happening> {
    const absent = deferredInputs ? [] : [...rules.asked].filter(isAbsent);
    const wrong = [...rules.checkGiven(inputs), ...rules.checkComplete(inputs)][0];
    if (absent.length > 0 || wrong !== undefined) {
      const message =
        wrong === undefined ? `Inputs are absent: ${absent.join(', ')}.` : `"${wrong.input}" is wrong.`;
      failure = { kind: 'request', stepId: steps[0]?.stepId ?? '', attempt: 0, message };
      return 'failed';
    }
    let next: Next = { goto: 0 };
    for (;;) {
      if ('end' in next) return next.end;
      const step: RawStep | undefined = steps[next.goto];
      if (step === undefined) return 'done';
      next = yield* visit(step, next.returnTo);
    }
  }

  const status = yield* run();
  const outputs = outputsOf(workflow.outputs, scope());
  return { status, outputs, ...(status === 'failed' && failure !== undefined ? { failure } : {}) };
}

interface Reading {
  readonly sources: InterpretOptions['sources'];
  readonly workflow: RawWorkflow;
  readonly rules: InputRules;
}

const readings = new WeakMap<object, Map<string, Reading>>();

/** Reads a workflow once for all its runs with the same sources. */
function readOnce({ document, workflowId, sources }: InterpretOptions): Reading {
  const known = typeof document === 'object' && document !== null ? readings.get(document) : undefined;
  const found = known?.get(workflowId);
  if (found !== undefined && found.sources === sources) return found;
  const workflow = readRawWorkflow(document, workflowId, sources);
  const reading = { sources, workflow, rules: inputRules(workflow) };
  if (typeof document === 'object' && document !== null)
    readings.set(document, (known ?? new Map<string, Reading>()).set(workflowId, reading));
  return reading;
}

function isSuccess(step: RawStep, { scope, response }: { scope: Scope; response: ResponseRecord }): boolean {
  if (step.criteria !== undefined) return evaluateCriteria(step.criteria, scope);
  return response.statusCode >= 200 && response.statusCode < 300;
}

/** Whether a failure action that leads back forgets the inputs of a home. */
function isAskedAgain(home: number, target: number, from: number): boolean {
  return target === from ? home === from : home > target && home <= from;
}

/** Gives whether the time went by; not when it was cancelled. */
function* delay(step: RawStep, until: number): Generator<Situation, boolean, Happening> {
  for (;;) {
    const happening = yield { kind: 'delay', stepId: step.stepId, until };
    if (happening.type === 'cancel' || happening.type === 'elapsed') return happening.type === 'elapsed';
  }
}
