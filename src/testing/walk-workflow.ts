import { type JsonObject, setMember } from '../document/json.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import type { Scope } from '../expressions/scope.ts';
import { type Jump, askInputs } from './ask-inputs.ts';
import { attemptStep, lost, problemOf } from './attempt-step.ts';
import {
  type Call,
  type Frame,
  type FrameEnd,
  type Run,
  type Stop,
  forgetByHome,
  forgetNamed,
  givenInputs,
  isAbsent,
  keepOutputs,
  scopeOf,
  sharedInputs,
} from './frame.ts';
import type { Outcome } from './outcome.ts';
import type { RawAction, RawStep } from './raw-workflow.ts';
import type { Reading } from './reading.ts';
import type { Failure, Happening, Situation } from './situation.ts';
import { outputsOf } from './step-request.ts';

/** An end; `outputs` where they are those of a workflow that control was given to. */
interface End {
  readonly end: FrameEnd['status'];
  readonly outputs?: JsonObject;
}

/** Where a visit of a place leads. */
type Next = Jump | End;

type Visit = Generator<Situation, Next, Happening>;

/** Runs one workflow from its first step, or what it depends on, to its end. */
export function* walkWorkflow(run: Run, call: Call): Generator<Situation, FrameEnd, Happening> {
  const { reading, path } = call;
  const { workflow, rules } = reading;
  const frame: Frame = {
    run,
    reading,
    path,
    inputs: rules.withDefaults(call.inputs),
    stepOutputs: {},
    lastRunAt: new Map(),
    ran: new Set(),
    first: call.withPreludes ? -reading.preludes.length : 0,
  };
  const before = run.response;
  run.response = undefined;
  const refusal = refusalOf(frame);
  let next: Next = { goto: frame.first };
  if (refusal !== undefined) next = fail(run, refusal);
  while (!('end' in next)) next = yield* visitPlace(frame, next);

  const { response } = run;
  run.response ??= before;
  const status = next.end;
  const outputs = next.outputs ?? outputsOf(workflow.outputs, scopeOf(frame));
  const isOver = status === 'done' || status === 'failed';
  if (isOver) setMember(run.finished, workflow.workflowId, { inputs: frame.inputs, outputs });
  return {
    status,
    outputs,
    ...(run.failure === undefined || status === 'done' || status === 'cancelled'
      ? {}
      : { failure: run.failure }),
    ...(response === undefined ? {} : { response }),
  };
}

/** Why a workflow is not even begun. */
function refusalOf(frame: Frame): Failure | undefined {
  const { run, reading, inputs } = frame;
  const { rules, workflow } = reading;
  const absent = run.deferredInputs ? [] : [...rules.asked].filter((input) => isAbsent(frame, input));
  const wrong = [...rules.checkGiven(inputs), ...rules.checkComplete(inputs)][0];
  if (absent.length === 0 && wrong === undefined) return undefined;
  const message =
    wrong === undefined ? `Inputs are absent: ${absent.join(', ')}.` : `"${wrong.input}" is wrong.`;
  return { kind: 'request', stepId: workflow.steps[0]?.stepId ?? '', attempt: 0, message };
}

function fail(run: Run, failure: Failure): End {
  run.failure = failure;
  return { end: 'failed' };
}

function* visitPlace(frame: Frame, { goto: index, returnTo }: Jump): Visit {
  const { preludes, workflow } = frame.reading;
  const prelude = preludes[index + preludes.length];
  if (index < 0 && prelude !== undefined) return yield* visitPrelude(frame, index, prelude);
  const step = workflow.steps[index];
  return step === undefined ? { end: 'done' } : yield* visitStep(frame, step, returnTo);
}

/** Runs a workflow that this one depends on. */
function* visitPrelude(frame: Frame, index: number, prelude: Reading): Visit {
  const { workflowId } = prelude.workflow;
  const wait = yield* askInputs(frame, { index, name: workflowId });
  if (typeof wait === 'object') return wait;
  if (wait !== 'ready') return { end: 'cancelled' };
  const { status } = yield* frame.run.enter({
    reading: prelude,
    inputs: sharedInputs(frame, prelude),
    path: [...frame.path, workflowId],
    withPreludes: false,
  });
  return status === 'done' ? { goto: index + 1 } : { end: status };
}

function* visitStep(frame: Frame, step: RawStep, returnTo: number | undefined): Visit {
  const { run } = frame;
  const retries = new Map<RawAction, number>();
  const place = { ...step, name: step.stepId };
  let attempt = 0;
  for (;;) {
    const wait = yield* askInputs(frame, place);
    if (typeof wait === 'object') return wait;
    if (wait === 'cancelled') return { end: 'cancelled' };
    let outcome: Outcome | Stop = lost(frame, step, attempt, 'timeout', 'Nobody gave the inputs in time.');
    if (wait === 'ready') {
      if (++run.attempts > run.maxSteps) return exhausted(run, step);
      outcome = yield* attemptStep(frame, step, ++attempt);
      if (typeof outcome === 'string') return { end: outcome };
      frame.lastRunAt.set(step.index, run.now());
    }
    const { scope, hasResult, failure } = outcome;
    run.failure = failure;
    if (failure === undefined) return yield* followSuccess(frame, step, scope);
    const action = failureActionOf(run, step, scope, failure, retries);
    if (hasResult) keepOutputs(frame, step, scope, false);
    if (action?.type === 'retry') {
      retries.set(action, (retries.get(action) ?? 0) + 1);
      const until = failure.retryAt ?? run.now() + action.retryAfterSeconds * 1000;
      if (!(yield* delay(frame, step, until))) return { end: 'cancelled' };
      const stop = yield* recover(frame, action, scope);
      if (stop !== undefined) return { end: stop };
      continue;
    }
    if (returnTo !== undefined) return { goto: returnTo };
    if (action === undefined) return { end: 'failed' };
    return yield* followFailure(frame, step, action, scope, failure);
  }
}

function exhausted(run: Run, { stepId }: RawStep): End {
  run.failure = { kind: 'maxSteps', stepId, attempt: 0, message: 'The run takes too many steps.' };
  return { end: 'exhausted' };
}

function* followSuccess(frame: Frame, step: RawStep, scope: Scope): Visit {
  const action = step.onSuccess.find(({ criteria }) => evaluateCriteria(criteria, scope));
  keepOutputs(frame, step, scope, true);
  if (action === undefined) return { goto: step.index + 1 };
  if (action.type === 'end') return { end: 'done' };
  if (action.ask !== undefined) forgetNamed(frame, action.ask);
  if (action.workflow !== undefined) return yield* transfer(frame, step, action, scope);
  return { goto: indexOf(frame, action.stepId) };
}

/** The first failure action that matches; a `retry` only while it has retries left and need not wait too long. */
function failureActionOf(
  run: Run,
  step: RawStep,
  scope: Scope,
  { kind, retryAt }: Failure,
  retries: ReadonlyMap<RawAction, number>,
): RawAction | undefined {
  const isTooLate = retryAt !== undefined && retryAt - run.now() > run.retryAfterCapSeconds * 1000;
  const first = kind === 'timeout' ? step.onTimeout : kind === 'declined' ? step.onCancel : [];
  return [...first, ...step.onFailure].find((candidate) => {
    if (!evaluateCriteria(candidate.criteria, scope)) return false;
    const limit = Math.min(candidate.retryLimit, run.maxRetries);
    return candidate.type !== 'retry' || (!isTooLate && (retries.get(candidate) ?? 0) < limit);
  });
}

function* followFailure(
  frame: Frame,
  step: RawStep,
  action: RawAction,
  scope: Scope,
  failure: Failure,
): Visit {
  const endedBy = action.type === 'end' ? { endedBy: action.name } : {};
  frame.run.failure = { ...failure, reason: action.name, ...endedBy };
  if (action.type === 'end') return { end: 'failed' };
  if (action.ask !== undefined) forgetNamed(frame, action.ask);
  if (action.workflow !== undefined) return yield* transfer(frame, step, action, scope);
  const target = indexOf(frame, action.stepId);
  if (action.ask === undefined) forgetByHome(frame, (home) => isAskedAgain(home, target, step.index));
  return { goto: target };
}

/** Whether a failure action that leads back forgets the inputs of a home. */
function isAskedAgain(home: number, target: number, from: number): boolean {
  return target === from ? home === from : home > target && home <= from;
}

/** Gives control to another workflow, for good: its end is the end of this one. */
function* transfer(frame: Frame, step: RawStep, action: RawAction, scope: Scope): Visit {
  const call = callOf(frame, action, scope);
  if ('problem' in call) return fail(frame.run, lost(frame, step, 0, 'request', call.problem).failure);
  const { status, outputs } = yield* frame.run.enter(call.value);
  return { end: status, outputs };
}

/** The workflow that an action leads to: with the action's parameters, else with this workflow's inputs by name. */
function callOf(
  frame: Frame,
  { workflow = { workflowId: '' }, parameters }: RawAction,
  scope: Scope,
): { readonly value: Call } | { readonly problem: string } {
  const reading = frame.reading.workflowOf(workflow);
  const given = givenInputs(reading, parameters, scope);
  if ('problem' in given) return given;
  return {
    value: {
      reading,
      inputs: parameters.length > 0 ? given.value : sharedInputs(frame, reading),
      path: [...frame.path, workflow.workflowId],
      withPreludes: true,
    },
  };
}

/** Runs the step or the workflow that a retry refers to, once and whatever comes of it. */
function* recover(
  frame: Frame,
  action: RawAction,
  scope: Scope,
): Generator<Situation, Stop | undefined, Happening> {
  const { reading, run } = frame;
  if (action.workflow !== undefined) {
    const call = callOf(frame, action, scope);
    if ('problem' in call) return undefined;
    const { status } = yield* run.enter(call.value);
    return status === 'done' || status === 'failed' ? undefined : status;
  }
  const step = reading.workflow.steps[indexOf(frame, action.stepId)];
  if (step === undefined) return undefined;
  const lacksInputs = reading.rules.askedBy(step.index).some((input) => isAbsent(frame, input));
  if (lacksInputs || problemOf(frame, step) !== undefined) return undefined;
  const outcome = yield* attemptStep(frame, step, 1);
  if (typeof outcome === 'string') return outcome;
  if (outcome.hasResult) keepOutputs(frame, step, outcome.scope, outcome.failure === undefined);
  return undefined;
}

function indexOf({ reading }: Frame, stepId: string | undefined): number {
  return reading.workflow.steps.findIndex((step) => step.stepId === stepId);
}

/** Gives whether the time went by; not when it was cancelled. */
function* delay(
  { path }: Frame,
  { stepId }: RawStep,
  until: number,
): Generator<Situation, boolean, Happening> {
  for (;;) {
    const happening = yield { kind: 'delay', path, stepId, until };
    if (happening.type === 'cancel' || happening.type === 'elapsed') return happening.type === 'elapsed';
  }
}
