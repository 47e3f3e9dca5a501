import { isJsonObject, type JsonValue } from '../document/json.ts';
import type { ParameterValue } from '../openapi/operation.ts';
import type { StepCall } from '../plan/step-call.ts';
import { messageSteps, performedSteps, type PerformedStep } from '../machines/actor-names.ts';
import { createFlow } from '../plan/create-flow.ts';
import type { BodyPlan, OperationStepPlan, WorkflowPlan } from '../plan/workflow-plan.ts';
import { performCall } from '../services/perform-call.ts';
import type { ServiceOptions } from '../services/service-options.ts';
import { fitsTemplate } from './fits-template.ts';
import type { StepReply } from './remote-services.ts';

/** The most characters of a run's key for an attempt. */
const MAX_KEY_LENGTH = 512;

/**
 * Performs a step for a machine that runs elsewhere, in a browser say: the server's half of `createRemoteServices`,
 * where the credentials are. The call comes from outside and is checked against the plan: it must be of one of its
 * steps, with the parameters and the body that the step has, and everything in them that the document fixes must be
 * as it says. Only what expressions stand for is taken as it comes; how long to wait for the API and what may be sent
 * once at most are the plan's.
 *
 * What it does not do: know who is asking, count how often, or keep a run's steps in order. Never rejects.
 *
 * @param call - a `StepCall` as JSON, or whatever came instead of one
 * @returns the exchange, or why there is none; of the credentials it holds nothing
 */
export async function performStep(
  plan: WorkflowPlan,
  call: unknown,
  options: ServiceOptions,
  signal?: AbortSignal,
): Promise<StepReply> {
  const checked = checkCall(plan, call);
  if (typeof checked === 'string') return { error: { kind: 'request', message: checked } };
  const { step, call: known } = checked;
  const result = await performCall(step.operation, known, options, signal);
  if (result.kind === 'response') return { exchange: result.exchange };
  return {
    error: { kind: result.kind === 'aborted' ? 'interrupted' : result.kind, message: result.message },
  };
}

const known = new WeakMap<WorkflowPlan, readonly PerformedStep[]>();

/** The steps of a plan that are performed, looked up once. */
function stepsOf(plan: WorkflowPlan): readonly PerformedStep[] {
  const found = known.get(plan) ?? performedSteps(createFlow(plan));
  known.set(plan, found);
  return found;
}

function checkCall(
  plan: WorkflowPlan,
  call: unknown,
): { readonly step: OperationStepPlan; readonly call: StepCall } | string {
  if (!isJsonObject(call)) return 'The call of a step must be a JSON object.';
  const { stepId, attempt, key, parameters, body } = call;
  const path = call['path'] ?? '';
  const step = stepsOf(plan).find(
    (candidate) => candidate.step.stepId === stepId && candidate.path === path,
  )?.step;
  if (step === undefined) {
    const isMessage = messageSteps(createFlow(plan)).some(
      (candidate) => candidate.step.stepId === stepId && candidate.path === path,
    );
    return isMessage
      ? 'The step uses a channel of AsyncAPI, and only requests over HTTP are performed here.'
      : `The workflow "${plan.workflowId}" has no such step.`;
  }
  const given = Array.isArray(parameters) ? (parameters as readonly JsonValue[]) : [];
  const taken: ParameterValue[] = [];
  for (const parameter of given) {
    if (!isJsonObject(parameter)) return 'A parameter of the call is not an object.';
    const declared = step.parameters.find(
      ({ name, in: place }) => name === parameter['name'] && place === parameter['in'],
    );
    const { value } = parameter;
    if (declared === undefined || value === undefined || !fitsTemplate(declared.value, value))
      return notTheSteps(step);
    if (taken.some(({ name, in: place }) => name === declared.name && place === declared.in))
      return notTheSteps(step);
    taken.push({ name: declared.name, in: declared.in, value });
  }
  const absent = step.parameters.some(
    ({ name, in: place, value, required }) =>
      (required || !fitsTemplate(value, undefined)) &&
      !taken.some((parameter) => parameter.name === name && parameter.in === place),
  );
  if (absent) return notTheSteps(step);
  const payload = isJsonObject(body) ? body['payload'] : undefined;
  if (!fitsBody(step.body, payload)) return notTheSteps(step);
  const contentType = step.body?.contentType;
  return {
    step,
    call: {
      stepId: step.stepId,
      ...(typeof path === 'string' && path !== '' ? { path } : {}),
      attempt: typeof attempt === 'number' ? attempt : 1,
      ...(typeof key === 'string' && key.length <= MAX_KEY_LENGTH ? { key } : {}),
      ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
      ...(step.atMostOnce ? { atMostOnce: true } : {}),
      parameters: taken,
      ...(payload === undefined
        ? {}
        : { body: { payload, ...(contentType === undefined ? {} : { contentType }) } }),
    },
  };
}

/** A payload with replacements in it may look like anything where they were made. */
function fitsBody(body: BodyPlan | undefined, payload: JsonValue | undefined): boolean {
  if (body?.replacements !== undefined) return true;
  return body?.payload === undefined ? payload === undefined : fitsTemplate(body.payload, payload);
}

function notTheSteps(step: OperationStepPlan): string {
  return `The call is not one that the step "${step.stepId}" makes.`;
}
