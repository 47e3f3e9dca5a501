import { memberOf } from '../document/json.ts';
import type { MessageCall, StepCall } from '../plan/step-call.ts';
import type { PerformedStepPlan, StepPlan } from '../plan/workflow-plan.ts';
import { bodyOf, parametersOf } from './call-values.ts';
import type { Frame, WorkflowContext } from './context.ts';
import { scopeOf } from './judge.ts';
import { messageOf } from './message-call.ts';
import { frameOf, type Runtime } from './runtime.ts';

/**
 * Evaluates a step's request or message against what the run knows. What cannot be made is told in `problem`.
 *
 * @param recoveryOf - the step that is retried afterwards, where the request is made for its retry
 */
export function stepCall(
  runtime: Runtime,
  context: WorkflowContext,
  step: PerformedStepPlan,
  recoveryOf?: string,
): StepCall | MessageCall {
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
  const problem = isOver(runtime, frame, context)
    ? 'The run has ended before this request.'
    : unmetDependency(step, frame, context);
  if (step.kind === 'message') return { ...call, ...messageOf(step, scope, problem) };
  if (problem !== undefined) return { ...call, parameters: [], problem };
  const given = parametersOf(step.parameters, scope);
  return given.problem === undefined ? { ...call, ...given, ...bodyOf(step, scope) } : { ...call, ...given };
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
    ...(frame.round === undefined ? [] : [frame.round]),
    visited,
    memberOf(frame.visits, visited) ?? 1,
    frame.attempt,
  ];
  return [...parts, ...(recoveryOf === undefined ? [] : ['before', stepId])].join('/');
}
