import { memberOf } from '../document/json.ts';
import type { MessageCall, StepCall } from '../plan/step-call.ts';
import type { PerformedStepPlan, StepPlan } from '../plan/workflow-plan.ts';
import { bodyOf, parametersOf } from './call-values.ts';
import type { Frame, WorkflowContext } from './context.ts';
import { scopeOf } from './judge.ts';
import { messageOf } from './message-call.ts';
import { callerOf, callingState, frameOf, type Runtime } from './runtime.ts';

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
    ...(id === undefined ? {} : { key: keyOf(id, runtime, context, step.stepId, recoveryOf) }),
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

/**
 * What tells this sending from every other one of the run: where it is, and which visit and attempt of each step on the
 * way there.
 */
function keyOf(
  id: string,
  runtime: Runtime,
  context: WorkflowContext,
  stepId: string,
  recoveryOf: string | undefined,
): string {
  const frame = frameOf(runtime, context);
  return [
    id,
    ...wayTo(runtime, context),
    ...(recoveryOf === undefined
      ? [stepId, ...turnOf(frame, stepId)]
      : [recoveryOf, frame.recoveries ?? 0, 'before', stepId]),
  ].join('/');
}

/** The states that a called workflow runs in, each with its step's turn. */
function wayTo(runtime: Runtime, context: WorkflowContext): readonly (string | number)[] {
  if (runtime.path === '') return [];
  const caller = callerOf(runtime);
  const frame = frameOf(caller, context);
  const state = caller.states.get(callingState(runtime));
  const turn = (): readonly number[] => {
    // A wait that is over is retried without a turn of its step.
    if (state?.kind === 'recovery') return [frame.recoveries ?? 0];
    return state !== undefined && 'step' in state && state.step !== undefined
      ? turnOf(frame, state.step.stepId)
      : [];
  };
  return [...wayTo(caller, context), callingState(runtime), ...turn()];
}

/** Which visit of a step, and which attempt of it. */
function turnOf(frame: Frame, stepId: string): readonly [visit: number, attempt: number] {
  return [memberOf(frame.visits, stepId) ?? 1, frame.attempt];
}
