import { hasMember } from '../document/json.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import { askPerson } from './ask-person.ts';
import { failureOfMessage, failureOfResponse } from './failure-of.ts';
import { type Frame, type Run, type Stop, givenInputs, scopeOf } from './frame.ts';
import type { Outcome } from './outcome.ts';
import type { RawMessageStep, RawOperationStep, RawStep, RawWorkflowStep } from './raw-workflow.ts';
import type { Failure, FailureKind, Happening, Situation } from './situation.ts';
import { type StepRequest, messageOf, recordOf, requestOf } from './step-request.ts';

type Attempt = Generator<Situation, Outcome | Stop, Happening>;

/** Makes one attempt of a step: sends its request, uses its channel, runs its workflow, or asks its person. */
export function* attemptStep(frame: Frame, step: RawStep, attempt: number): Attempt {
  const outcome = yield* performed(frame, step, attempt);
  frame.ran.add(step.stepId);
  return outcome;
}

function performed(frame: Frame, step: RawStep, attempt: number): Attempt {
  switch (step.kind) {
    case 'workflow':
      return callWorkflow(frame, step, attempt);
    case 'operation':
      return sendRequest(frame, step, attempt);
    case 'message':
      return useChannel(frame, step, attempt);
    case 'interaction':
      return askPerson(frame, step, attempt, unmetDependency(frame, step));
  }
}

/** Why a step cannot be run as things are; `undefined` where it can. */
export function problemOf(frame: Frame, step: RawStep): string | undefined {
  if (step.kind === 'operation') {
    const { result } = prepare(frame, step);
    return 'problem' in result ? result.problem : undefined;
  }
  if (step.kind === 'interaction') return 'Nobody is asked before a retry.';
  const given =
    step.kind === 'workflow'
      ? inputsFor(frame, step)
      : { problem: unmetDependency(frame, step), ...messageOf(step, scopeOf(frame)) };
  return 'problem' in given ? given.problem : undefined;
}

/** The outcome of what came to nothing. */
export function lost(
  frame: Frame,
  { stepId }: { readonly stepId: string },
  attempt: number,
  kind: FailureKind,
  message: string,
): Outcome & { readonly failure: Failure } {
  return { scope: scopeOf(frame), hasResult: false, failure: { kind, stepId, attempt, message } };
}

function* sendRequest(frame: Frame, step: RawOperationStep, attempt: number): Attempt {
  const { run, path } = frame;
  const { call, result } = prepare(frame, step);
  const about = { path, stepId: step.stepId, attempt, call };
  if ('problem' in result) {
    const happening = yield { kind: 'unsendable', ...about, problem: result.problem };
    return happening.type === 'cancel' ? 'cancelled' : lost(frame, step, attempt, 'request', result.problem);
  }
  const sending = sendingOf(run, step);
  for (;;) {
    const happening = yield { kind: 'request', ...about, ...sending, request: result.value };
    if (happening.type === 'cancel') return 'cancelled';
    if (happening.type === 'lost')
      return lost(frame, step, attempt, happening.kind, `No response: ${happening.kind}.`);
    if (happening.type !== 'response') continue;
    const { statusCode, headers = {}, body } = happening;
    const lowered = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const response = { statusCode, headers: lowered, ...(body === undefined ? {} : { body }) };
    run.response = response;
    const scope = { ...scopeOf(frame), request: recordOf(result.value), response };
    const isSuccess =
      step.criteria === undefined
        ? statusCode >= 200 && statusCode < 300
        : evaluateCriteria(step.criteria, scope);
    if (isSuccess) return { scope, hasResult: true };
    const failure = failureOfResponse(step.stepId, attempt, response, run.now());
    return { scope, hasResult: true, failure };
  }
}

/** Waits until a message is sent, or has come. */
function* useChannel(frame: Frame, step: RawMessageStep, attempt: number): Attempt {
  const { path } = frame;
  const { stepId } = step;
  const about = { path, stepId, attempt };
  const unmet = unmetDependency(frame, step);
  const result = unmet === undefined ? messageOf(step, scopeOf(frame)) : { problem: unmet };
  if ('problem' in result) {
    const { problem } = result;
    const happening = yield { kind: 'unsendable', ...about, call: { parameters: [] }, problem };
    return happening.type === 'cancel' ? 'cancelled' : lost(frame, step, attempt, 'request', problem);
  }
  const call = result.value;
  const sending = sendingOf(frame.run, step);
  for (;;) {
    const happening = yield { kind: 'message', ...about, ...sending, call };
    if (happening.type === 'cancel') return 'cancelled';
    if (happening.type === 'lost')
      return lost(frame, step, attempt, happening.kind, `No message: ${happening.kind}.`);
    if (happening.type !== 'message') continue;
    const sent = call.parameters.flatMap(({ name, in: place, value }) =>
      place === 'header' ? [[name, typeof value === 'string' ? value : JSON.stringify(value)] as const] : [],
    );
    const isSent = call.action === 'send';
    const payload = isSent ? call.body?.payload : happening.payload;
    const headers = Object.fromEntries(
      (isSent ? sent : Object.entries(happening.headers ?? {})).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    );
    const message = { headers, ...(payload === undefined ? {} : { payload }) };
    const scope = { ...scopeOf(frame), message };
    if (evaluateCriteria(step.criteria ?? [], scope)) return { scope, hasResult: true };
    return { scope, hasResult: true, failure: failureOfMessage(stepId, attempt, payload) };
  }
}

/** Counts what is sent now, once however often it is sent. */
function sendingOf(run: Run, { isAtMostOnce }: RawStep): { sending: number; isAtMostOnce?: true } {
  run.sendings += 1;
  return { sending: run.sendings, ...(isAtMostOnce ? { isAtMostOnce } : {}) };
}

function* callWorkflow(frame: Frame, step: RawWorkflowStep, attempt: number): Attempt {
  const { run, reading, path } = frame;
  const { stepId } = step;
  const given = inputsFor(frame, step);
  if ('problem' in given) return lost(frame, step, attempt, 'request', given.problem);
  const end = yield* run.enter({
    reading: reading.workflowOf(step.workflow),
    inputs: given.value,
    path: [...path, stepId],
    withPreludes: true,
  });
  const { status, outputs, response } = end;
  if (status === 'cancelled' || status === 'exhausted') return status;
  const scope = { ...scopeOf(frame), outputs, ...(response === undefined ? {} : { response }) };
  if (status === 'failed' && end.failure !== undefined) {
    const { reason: _reason, endedBy: _endedBy, ...rest } = end.failure;
    return { scope, hasResult: true, failure: { ...rest, stepId, attempt } };
  }
  if (evaluateCriteria(step.criteria ?? [], scope)) return { scope, hasResult: true };
  const kind = response === undefined ? 'internal' : 'response';
  const message = 'The workflow is done, and a success criterion does not hold.';
  const statusCode = response === undefined ? {} : { statusCode: response.statusCode };
  return { scope, hasResult: true, failure: { kind, stepId, attempt, ...statusCode, message } };
}

function prepare(frame: Frame, step: RawOperationStep): StepRequest {
  const prepared = requestOf(step, scopeOf(frame), frame.run.servers);
  const problem = unmetDependency(frame, step);
  return problem === undefined ? prepared : { ...prepared, result: { problem } };
}

function inputsFor(frame: Frame, step: RawWorkflowStep): ReturnType<typeof givenInputs> {
  const problem = unmetDependency(frame, step);
  if (problem !== undefined) return { problem };
  return givenInputs(frame.reading.workflowOf(step.workflow), step.parameters, scopeOf(frame));
}

function unmetDependency({ run, ran }: Frame, step: RawStep): string | undefined {
  for (const dependency of step.dependsOn) {
    if ('stepId' in dependency) {
      if (!ran.has(dependency.stepId)) return `The step "${dependency.stepId}" has not run.`;
    } else if (!hasMember(run.finished, dependency.workflowId)) {
      return `The workflow "${dependency.workflowId}" has not run.`;
    }
  }
  return undefined;
}
