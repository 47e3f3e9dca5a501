import { isJsonObject, memberOf, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import type { ResponseRecord, Scope } from '../expressions/scope.ts';
import { retryKey, triedFailureActions } from '../plan/failure-actions.ts';
import type {
  FailureActionPlan,
  InteractionStepPlan,
  OutputPlan,
  StepPlan,
  SuccessActionPlan,
  WorkflowStepPlan,
} from '../plan/workflow-plan.ts';
import { replyOfChannel, replyOfRequest } from './actor-reply.ts';
import { answerOf, recordOf } from './answer.ts';
import type { Failure, WorkflowContext } from './context.ts';
import { failureOfError } from './failure.ts';
import { isJsonWithin } from './json-limits.ts';
import { frameOf, pathOf, type Runtime } from './runtime.ts';

/** What became of one attempt of a step: read once from the event that ended it, and used by all guards and actions. */
export interface Judgement {
  readonly step: StepPlan;
  readonly scope: Scope;
  readonly success: boolean;
  /** Nothing came back, or the called workflow failed: the success criteria were not looked at. */
  readonly isLost?: true;
  /** 1 for the first attempt of the step's visit. */
  readonly attempt: number;
  readonly statusCode: number | undefined;
  readonly outputs: JsonObject;
  readonly failure: Failure;
}

/** An event that ends an attempt, or a wait for a person. */
export interface EndingEvent {
  readonly type: string;
  readonly output?: unknown;
  readonly error?: unknown;
  /** Of a `submit`: the answer of a person. */
  readonly values?: unknown;
  /** Why a question cannot be asked. */
  readonly problem?: string;
}

/** The last judgement of each event, and the context that it was judged in. */
const judgements = new WeakMap<
  object,
  { readonly context: WorkflowContext; readonly judgement: Judgement }
>();

/**
 * Judges an attempt by its step's success criteria. The guards and actions of one transition share a judgement; an
 * event that is sent again, to another snapshot, is judged again.
 */
export function judge(
  runtime: Runtime,
  context: WorkflowContext,
  step: StepPlan,
  event: EndingEvent,
): Judgement {
  const known = judgements.get(event);
  if (known?.context === context && known.judgement.step === step) return known.judgement;
  const judgement = judgeSafely(runtime, context, step, event);
  judgements.set(event, { context, judgement });
  return judgement;
}

/** The judgement that an event's transition was taken by, for what comes after the context has changed. */
export function judgementOf(event: EndingEvent): Judgement | undefined {
  return judgements.get(event)?.judgement;
}

/** XState stops a machine whose guard throws, so what cannot be judged is a failure of the actor. */
function judgeSafely(
  runtime: Runtime,
  context: WorkflowContext,
  step: StepPlan,
  event: EndingEvent,
): Judgement {
  try {
    return judgeAnew(runtime, context, step, event);
  } catch {
    return {
      step,
      scope: scopeOf(runtime, context),
      success: false,
      isLost: true,
      attempt: frameOf(runtime, context).attempt,
      statusCode: undefined,
      outputs: {},
      failure: {
        kind: 'internal',
        message: `What the actor of the step "${step.stepId}" gave cannot be read.`,
        stepId: step.stepId,
        attempt: frameOf(runtime, context).attempt,
      },
    };
  }
}

function judgeAnew(
  runtime: Runtime,
  context: WorkflowContext,
  step: StepPlan,
  event: EndingEvent,
): Judgement {
  const base = scopeOf(runtime, context);
  const { attempt } = frameOf(runtime, context);
  const failed = (failure: Failure, scope: Scope, outputs: JsonObject): Judgement => ({
    step,
    scope,
    success: false,
    ...(scope === base ? { isLost: true as const } : {}),
    attempt,
    statusCode: scope.response?.statusCode,
    outputs,
    failure: { ...failure, stepId: step.stepId, attempt },
  });
  if (event.type.startsWith('xstate.error.')) return failed(failureOfError(event.error), base, {});
  if (event.type === WAIT_OVER)
    return failed({ kind: 'timeout', message: 'Nobody answered in time.' }, base, {});
  if (event.type === IMPOSSIBLE)
    return failed({ kind: 'request', message: event.problem ?? 'It cannot be asked.' }, base, {});
  if (event.type === 'decline')
    return failed({ kind: 'declined', message: 'The person declined.' }, base, {});
  if (step.kind === 'interaction') return judgeAnswer(runtime, step, event, { base, attempt });
  if (step.kind === 'workflow') return judgeCall(runtime, context, step, event);
  const answer =
    step.kind === 'message'
      ? replyOfChannel(step, base, event.output)
      : replyOfRequest(event.output, runtime.settings.now);
  if (answer === undefined) {
    const what = step.kind === 'message' ? 'message' : 'response';
    const message = `The actor of the step "${step.stepId}" gave no ${what}.`;
    return failed({ kind: 'internal', message }, base, {});
  }
  const scope: Scope = { ...base, ...answer.scope };
  const outputs = evaluateOutputs(step.outputs, scope);
  const success =
    step.successCriteria === undefined ? answer.isSuccess : evaluateCriteria(step.successCriteria, scope);
  const failureOfThis = (): Failure => ({ ...answer.failure(), stepId: step.stepId, attempt });
  if (success) {
    const tooLarge = Object.entries(outputs).find(
      ([, value]) => !isJsonWithin(value, runtime.settings.maxOutputBytes),
    );
    if (tooLarge === undefined) {
      return {
        step,
        scope,
        success,
        attempt,
        statusCode: scope.response?.statusCode,
        outputs,
        // Made only when somebody asks: looking through the body of every good response would be in vain.
        get failure() {
          return failureOfThis();
        },
      };
    }
    const message = `The output "${tooLarge[0]}" is larger than ${runtime.settings.maxOutputBytes} bytes.`;
    return failed({ kind: 'internal', message }, scope, {});
  }
  return failed(failureOfThis(), scope, withoutLarge(outputs, runtime.settings.maxOutputBytes));
}

/** Judges what a person answered; without criteria it is a success, unless they were to acknowledge and did not. */
function judgeAnswer(
  runtime: Runtime,
  step: InteractionStepPlan,
  event: EndingEvent,
  { base, attempt }: { readonly base: Scope; readonly attempt: number },
): Judgement {
  const payload = answerOf(step, event.values);
  const scope: Scope = { ...base, interaction: recordOf(step, payload) };
  const all = evaluateOutputs(step.outputs, scope);
  const outputs = withoutLarge(all, runtime.settings.maxOutputBytes);
  const refuses =
    step.mode === 'acknowledge' && isJsonObject(payload) && memberOf(payload, 'acknowledged') === false;
  const { successCriteria } = step;
  const success = successCriteria === undefined ? !refuses : evaluateCriteria(successCriteria, scope);
  const failure: Failure = {
    kind: 'answer',
    message: `The answer is not what the step "${step.stepId}" asks for.`,
    stepId: step.stepId,
    attempt,
  };
  return { step, scope, success, attempt, statusCode: undefined, outputs, failure };
}

/** What came of a called workflow, as the output of its final state. */
export interface CallOutcome {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly outputs: JsonObject;
  readonly failure?: Failure;
  /** Its last response, where its caller looks at it. */
  readonly response?: ResponseRecord;
}

function judgeCall(
  runtime: Runtime,
  context: WorkflowContext,
  step: WorkflowStepPlan,
  event: EndingEvent,
): Judgement {
  const outcome = event.output as CallOutcome;
  const { workflowId } = step.call.workflow;
  const base = scopeOf(runtime, context);
  const called = frameOf({ path: pathOf(runtime.path, stateOf(event)) }, context);
  const run = { inputs: called.inputs as JsonObject, outputs: outcome.outputs };
  const scope: Scope = {
    ...base,
    outputs: outcome.outputs,
    ...(called.unmet === true ? {} : { workflows: { ...base.workflows, [workflowId]: run } }),
    ...(outcome.response === undefined ? {} : { response: outcome.response }),
  };
  const didRun = called.unmet !== true;
  const outputs = didRun
    ? withoutLarge(evaluateOutputs(step.outputs, scope), runtime.settings.maxOutputBytes)
    : {};
  const isDone = outcome.status === 'done';
  const statusCode = outcome.response?.statusCode;
  const success =
    isDone && (step.successCriteria === undefined || evaluateCriteria(step.successCriteria, scope));
  const { attempt } = frameOf(runtime, context);
  const unmet: Failure = {
    kind: statusCode === undefined ? 'internal' : 'response',
    ...(statusCode === undefined ? {} : { statusCode }),
    message: `The workflow "${workflowId}" is done, but not as the step "${step.stepId}" asks.`,
  };
  const lost = isDone ? {} : { isLost: true as const };
  const judged = { step, scope, success, ...lost, attempt, statusCode, outputs };
  if (step.isDependency && outcome.failure !== undefined) return { ...judged, failure: outcome.failure };
  // The actions that the called workflow took are not the caller's.
  const { reason: _reason, endedBy: _endedBy, ...inner } = outcome.failure ?? unmet;
  return { ...judged, failure: { ...inner, stepId: step.stepId, attempt } };
}

/** The name of the compound state that an event of XState says is done: `xstate.done.state.<machine>.a.b` is of `b`. */
function stateOf({ type }: EndingEvent): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

/** The type of the event by which a machine leaves an interaction whose question cannot be asked. */
export const IMPOSSIBLE = 'interaction.impossible';

/** The type of the event by which a waiting state's time limit ends. */
export const WAIT_OVER = 'xstate.done.actor.wait';

/** What expressions are evaluated against, outside of an exchange. */
export function scopeOf(runtime: Runtime, context: WorkflowContext): Scope {
  const { plan } = runtime;
  const frame = frameOf(runtime, context);
  const inputs = frame.inputs as JsonObject;
  return {
    inputs,
    steps: frame.steps,
    workflows: { ...context.finished, [plan.workflowId]: { inputs } },
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

/** What a workflow gives, as far as it resolves: its own outputs, or those of the workflow that control passed to. */
export function outputsOfWorkflow(runtime: Runtime, context: WorkflowContext): JsonObject {
  const { transferred } = frameOf(runtime, context);
  const target = transferred === undefined ? undefined : runtime.frames.get(transferred);
  return target === undefined
    ? evaluateOutputs(runtime.plan.outputs, scopeOf(runtime, context))
    : outputsOfWorkflow(target, context);
}

/** Whether a success action's criteria hold, on top of the step's own. */
export function successMatches(judgement: Judgement, action: SuccessActionPlan | undefined): boolean {
  return judgement.success && (action === undefined || evaluateCriteria(action.criteria, judgement.scope));
}

/** Whether a failure action is the one to take: its criteria hold, and a retry is still allowed. */
export function failureMatches(
  runtime: Runtime,
  context: WorkflowContext,
  judgement: Judgement,
  action: FailureActionPlan | undefined,
): boolean {
  if (action === undefined) return true;
  const { step, failure } = judgement;
  if (!triedFailureActions(step, failure.kind).includes(action)) return false;
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
  const used = memberOf(frameOf(runtime, context).attempts, retryKey(judgement.step, action)) ?? 0;
  if (used >= Math.min(action.limit, runtime.settings.maxRetries)) return undefined;
  const { retryAt } = judgement.failure;
  if (retryAt === undefined) return action.delayMs;
  const delayMs = Math.max(0, retryAt - runtime.settings.now());
  return delayMs > runtime.settings.retryAfterCapMs ? undefined : delayMs;
}

function withoutLarge(outputs: JsonObject, limit: number): JsonObject {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => isJsonWithin(value, limit)));
}
