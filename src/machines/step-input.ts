import { memberOf } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { ParameterValue } from '../openapi/operation.ts';
import type { StepCall } from '../plan/step-call.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';
import type { WorkflowContext } from './context.ts';
import { scopeOf } from './judge.ts';
import type { Runtime } from './runtime.ts';

/** Evaluates a step's request against what the run knows. What cannot be made is told in `problem`. */
export function stepCall(runtime: Runtime, context: WorkflowContext, step: StepPlan): StepCall {
  const scope = scopeOf(runtime, context);
  const { attempt } = context;
  const { id } = context.run;
  const call = {
    stepId: step.stepId,
    attempt,
    ...(id === undefined ? {} : { key: [id, step.stepId, memberOf(context.visits, step.stepId) ?? 1, attempt].join('/') }),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(step.atMostOnce ? { atMostOnce: true as const } : {}),
  };
  const parameters: ParameterValue[] = [];
  for (const { name, in: place, value, required } of step.parameters) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result) return { ...call, parameters, problem: absence(`the parameter "${name}"`, result.missing) };
    if (result.value !== undefined) parameters.push({ name, in: place, value: result.value });
    else if (required) return { ...call, parameters, problem: `The required parameter "${name}" has no value.` };
  }
  if (step.body === undefined) return { ...call, parameters };
  const payload = evaluateTemplate(step.body.payload, scope);
  if ('missing' in payload) return { ...call, parameters, problem: absence('the request body', payload.missing) };
  if (payload.value === undefined) return { ...call, parameters };
  const { contentType } = step.body;
  return { ...call, parameters, body: { payload: payload.value, ...(contentType === undefined ? {} : { contentType }) } };
}

function absence(where: string, expression: string): string {
  return `The value of ${expression}, which is a part of ${where}, is absent.`;
}
