import { isJsonObject, memberOf, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import type { ResponseRecord, Scope } from '../expressions/scope.ts';
import type { StepExchange } from '../plan/step-call.ts';
import type { FailureActionPlan, OutputPlan, StepPlan, SuccessActionPlan } from '../plan/workflow-plan.ts';
import type { Failure, WorkflowContext } from './context.ts';
import { failureOfError, failureOfResponse, retryAtOf } from './failure.ts';
import type { Runtime } from './runtime.ts';

/** What became of one attempt of a step: read once from the event that ended it, and used by all guards and actions. */
export interface Judgement {
  readonly step: StepPlan;
  readonly scope: Scope;
  readonly success: boolean;
  readonly statusCode: number | undefined;
  readonly outputs: JsonObject;
  readonly failure: Failure;
}

/** An event that ends an attempt, or a wait for a person. */
export interface EndingEvent {
  readonly type: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

const judgements = new WeakMap<object, Judgement>();

/** Judges an attempt by its step's success criteria. The same event is judged once. */
export function judge(runtime: Runtime, context: WorkflowContext, step: StepPlan, event: EndingEvent): Judgement {
  const known = judgements.get(event);
  if (known?.step === step) return known;
  const judgement = judgeAnew(runtime, context, step, event);
  judgements.set(event, judgement);
  return judgement;
}

function judgeAnew(runtime: Runtime, context: WorkflowContext, step: StepPlan, event: EndingEvent): Judgement {
  const base = scopeOf(runtime, context);
  const { attempt } = context;
  const failed = (failure: Failure, scope: Scope, outputs: JsonObject): Judgement => ({
    step,
    scope,
    success: false,
    statusCode: scope.response?.statusCode,
    outputs,
    failure: { ...failure, stepId: step.stepId, attempt },
  });
  if (event.type.startsWith('xstate.error.')) return failed(failureOfError(event.error), base, {});
  if (event.type === WAIT_OVER) return failed({ kind: 'timeout', message: 'Nobody answered in time.' }, base, {});
  const exchange = exchangeOf(event.output);
  if (exchange === undefined) {
    return failed({ kind: 'internal', message: `The actor of the step "${step.stepId}" gave no response.` }, base, {});
  }
  const { response, request } = exchange;
  const scope: Scope = { ...base, response, ...(request === undefined ? {} : { request }) };
  const outputs = evaluateOutputs(step.outputs, scope);
  const success =
    step.successCriteria === undefined
      ? response.statusCode >= 200 && response.statusCode < 300
      : evaluateCriteria(step.successCriteria, scope);
  const failure = failureOfResponse(response, retryAtOf(response, runtime.now));
  if (success) {
    const tooLarge = Object.entries(outputs).find(([, value]) => isLargerThan(value, runtime.maxOutputBytes));
    if (tooLarge === undefined) {
      return { step, scope, success, statusCode: response.statusCode, outputs, failure: { ...failure, stepId: step.stepId, attempt } };
    }
    const message = `The output "${tooLarge[0]}" is larger than ${runtime.maxOutputBytes} bytes.`;
    return failed({ kind: 'internal', message }, scope, {});
  }
  return failed(failure, scope, withoutLarge(outputs, runtime.maxOutputBytes));
}

/** The type of the event by which a waiting state's time limit ends. */
export const WAIT_OVER = 'xstate.done.actor.wait';

/** What expressions are evaluated against, outside of an exchange. */
export function scopeOf(runtime: Runtime, context: WorkflowContext): Scope {
  const { plan } = runtime;
  const inputs = context.inputs as JsonObject;
  return {
    inputs,
    steps: context.steps,
    workflows: { [plan.workflowId]: { inputs } },
    sourceDescriptions: plan.sourceDescriptions,
    ...(plan.self === undefined ? {} : { self: plan.self }),
  };
}

/** Evaluates outputs; those that do not resolve are left out. */
export function evaluateOutputs(outputs: readonly OutputPlan[], scope: Scope): JsonObject {
  const values: Record<string, JsonValue> = {};
  for (const { name, value } of outputs) {
    const result = evaluateTemplate(value, scope);
    if ('value' in result && result.value !== undefined) setMember(values, name, result.value);
  }
  return values;
}

/** Whether a success action's criteria hold, on top of the step's own. */
export function successMatches(judgement: Judgement, action: SuccessActionPlan | undefined): boolean {
  return judgement.success && (action === undefined || evaluateCriteria(action.criteria, judgement.scope));
}

/** Whether a failure action is the one to take: its criteria hold, and a retry is still allowed. */
export function failureMatches(runtime: Runtime, context: WorkflowContext, judgement: Judgement, action: FailureActionPlan | undefined): boolean {
  if (action === undefined) return true;
  if (action.type === 'retry' && delayOf(runtime, context, judgement, action) === undefined) return false;
  return evaluateCriteria(action.criteria, judgement.scope);
}

/** How long to wait before a retry, in milliseconds; `undefined` when it may not be tried (again). */
export function delayOf(
  runtime: Runtime,
  context: WorkflowContext,
  judgement: Judgement,
  action: FailureActionPlan & { readonly type: 'retry' },
): number | undefined {
  const used = memberOf(context.attempts, action.name) ?? 0;
  if (used >= Math.min(action.limit, runtime.maxRetries)) return undefined;
  const { retryAt } = judgement.failure;
  if (retryAt === undefined) return action.delayMs;
  const delayMs = Math.max(0, retryAt - runtime.now());
  return delayMs > runtime.retryAfterCapMs ? undefined : delayMs;
}

/**
 * The exchange that an actor resolved with. An actor of someone's own may give just
 * `{ statusCode, headers?, body? }`.
 */
function exchangeOf(output: unknown): { readonly response: ResponseRecord; readonly request: StepExchange['request'] | undefined } | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const candidate = output as Partial<StepExchange> & Partial<ResponseRecord>;
  const response = candidate.response ?? candidate;
  if (typeof response !== 'object' || typeof response.statusCode !== 'number') return undefined;
  const headers = isJsonObject(response.headers) ? (response.headers as Readonly<Record<string, string>>) : {};
  const body = response.body === undefined ? {} : { body: response.body };
  return { response: { statusCode: response.statusCode, headers, ...body }, request: candidate.request };
}

function withoutLarge(outputs: JsonObject, limit: number): JsonObject {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !isLargerThan(value, limit)));
}

/** Whether a value's JSON is larger than so many bytes, without writing it out. */
function isLargerThan(value: JsonValue, limit: number): boolean {
  let left = limit;
  const pending: JsonValue[] = [value];
  while (pending.length > 0 && left >= 0) {
    const next = pending.pop();
    if (typeof next === 'string') left -= next.length + 2;
    else if (Array.isArray(next)) {
      left -= 2 + next.length;
      for (const item of next) pending.push(item);
    } else if (isJsonObject(next)) {
      for (const [name, member] of Object.entries(next)) {
        left -= name.length + 4;
        pending.push(member);
      }
    } else left -= 5;
  }
  return left < 0;
}
