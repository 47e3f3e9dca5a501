import { memberOf } from '../document/json.ts';
import { applyReplacements, type EvaluatedReplacement } from '../expressions/apply-replacements.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import { chooseContentType } from '../openapi/request-body.ts';
import type { ParameterValue } from '../openapi/operation.ts';
import type { StepCall } from '../plan/step-call.ts';
import type { OperationStepPlan, StepPlan } from '../plan/workflow-plan.ts';
import type { Frame, WorkflowContext } from './context.ts';
import { scopeOf } from './judge.ts';
import { frameOf, type Runtime } from './runtime.ts';

/**
 * Evaluates a step's request against what the run knows. What cannot be made is told in `problem`.
 *
 * @param recoveryOf - the step that is retried afterwards, where the request is made for its retry
 */
export function stepCall(
  runtime: Runtime,
  context: WorkflowContext,
  step: OperationStepPlan,
  recoveryOf?: string,
): StepCall {
  const scope = scopeOf(runtime, context);
  const frame = frameOf(runtime, context);
  const attempt = recoveryOf === undefined ? frame.attempt : 1;
  const { id } = context.run;
  const call = {
    stepId: step.stepId,
    ...(runtime.path === '' ? {} : { path: runtime.path }),
    attempt,
    ...(id === undefined ? {} : { key: keyOf(id, runtime.path, frame, step.stepId, recoveryOf) }),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    ...(step.atMostOnce ? { atMostOnce: true as const } : {}),
  };
  if (isOver(runtime, frame, context))
    return { ...call, parameters: [], problem: 'The run has ended before this request.' };
  const unmet = unmetDependency(step, frame, context);
  if (unmet !== undefined) return { ...call, parameters: [], problem: unmet };
  const parameters: ParameterValue[] = [];
  for (const { name, in: place, value, required } of step.parameters) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result)
      return { ...call, parameters, problem: absence(`the parameter "${name}"`, result.missing) };
    if (result.value !== undefined) parameters.push({ name, in: place, value: result.value });
    else if (required)
      return { ...call, parameters, problem: `The required parameter "${name}" has no value.` };
  }
  const body = bodyOf(step, scope);
  return { ...call, parameters, ...body };
}

/** Evaluates a step's body: its payload, then the replacements in it. */
function bodyOf({ body, operation }: OperationStepPlan, scope: Scope): Pick<StepCall, 'body' | 'problem'> {
  if (body === undefined) return {};
  const { contentType, payload: template, replacements = [] } = body;
  const evaluated = template === undefined ? { value: undefined } : evaluateTemplate(template, scope);
  if ('missing' in evaluated) return { problem: absence('the request body', evaluated.missing) };
  let payload = evaluated.value;
  if (replacements.length > 0) {
    const values: EvaluatedReplacement[] = [];
    for (const { target, type, value } of replacements) {
      const result = evaluateTemplate(value, scope);
      if ('missing' in result) return { problem: absence(`what replaces "${target}"`, result.missing) };
      values.push({ target, ...(type === undefined ? {} : { type }), value: result.value });
    }
    const isDeclared = (operation.requestBody?.contentTypes ?? []).length > 0;
    const replaced = applyReplacements(
      payload,
      contentType ?? (isDeclared ? chooseContentType(operation, payload ?? {}) : undefined),
      values,
    );
    if ('problem' in replaced) return { problem: replaced.problem };
    payload = replaced.value;
  }
  return payload === undefined
    ? {}
    : { body: { payload, ...(contentType === undefined ? {} : { contentType }) } };
}

/**
 * Whether the run ends instead of sending the request that was just prepared. XState stops the request's actor again
 * before it starts; a host that carries out what `transition` tells it sees it all the same.
 */
export function isOver({ settings }: Runtime, frame: Frame, { run, refused }: WorkflowContext): boolean {
  return refused === true || frame.refused === true || run.executed > settings.maxSteps;
}

/** The step or workflow that must have run before a step, and has not. */
export function unmetDependency(
  { after = [] }: StepPlan,
  frame: Frame,
  context: WorkflowContext,
): string | undefined {
  for (const dependency of after) {
    if ('stepId' in dependency && memberOf(frame.visits, dependency.stepId) === undefined) {
      return `The step "${dependency.stepId}", which must come before, has not run.`;
    }
    if ('workflowId' in dependency && memberOf(context.finished, dependency.workflowId) === undefined) {
      return `The workflow "${dependency.workflowId}", which must come before, has not run.`;
    }
  }
  return undefined;
}

/** What tells this sending from every other one of the run. */
function keyOf(
  id: string,
  path: string,
  frame: Frame,
  stepId: string,
  recoveryOf: string | undefined,
): string {
  const visited = recoveryOf ?? stepId;
  const parts = [
    id,
    ...(path === '' ? [] : [path]),
    visited,
    memberOf(frame.visits, visited) ?? 1,
    frame.attempt,
  ];
  return [...parts, ...(recoveryOf === undefined ? [] : ['before', stepId])].join('/');
}

function absence(where: string, expression: string): string {
  return `The value of ${expression}, which is a part of ${where}, is absent.`;
}
