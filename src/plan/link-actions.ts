import type { ActionTarget, FailureAction, SuccessAction } from '../arazzo/model.ts';
import { callWith, callWithOwnInputs, checkInputs, linkCalledWorkflow } from './link-call.ts';
import type { LinkContext } from './link-context.ts';
import type { CallPlan, FailureActionPlan, SuccessActionPlan } from './workflow-plan.ts';

/** Links a step's success actions, all or none. */
export function linkSuccessActions(
  context: LinkContext,
  actions: readonly SuccessAction[],
): readonly SuccessActionPlan[] | undefined {
  return allOf(
    actions.map((action): SuccessActionPlan | undefined => {
      const { name, criteria, pointer } = action;
      if (action.type === 'end') return { name, criteria, pointer, type: 'end' };
      if (action.target.kind === 'step')
        return { name, criteria, pointer, type: 'goto', stepId: action.target.stepId, ...askOf(action) };
      const call = callOf(context, action, action.target);
      return call && { name, criteria, pointer, type: 'transfer', call, ...askOf(action) };
    }),
  );
}

/** Links a step's failure actions, all or none. */
export function linkFailureActions(
  context: LinkContext,
  actions: readonly FailureAction[],
): readonly FailureActionPlan[] | undefined {
  return allOf(
    actions.map((action): FailureActionPlan | undefined => {
      const { name, criteria, pointer } = action;
      if (action.type === 'end') return { name, criteria, pointer, type: 'end' };
      if (action.type === 'retry') {
        const retry = {
          name,
          criteria,
          pointer,
          type: 'retry',
          delayMs: (action.retryAfterSeconds ?? 0) * 1000,
          limit: action.retryLimit,
        } as const;
        if (action.target === undefined) return retry;
        if (action.target.kind === 'step') return { ...retry, first: { stepId: action.target.stepId } };
        const call = callOf(context, action, action.target);
        return call && { ...retry, first: { call } };
      }
      if (action.target.kind === 'step')
        return { name, criteria, pointer, type: 'goto', stepId: action.target.stepId, ...askOf(action) };
      const call = callOf(context, action, action.target);
      return call && { name, criteria, pointer, type: 'transfer', call, ...askOf(action) };
    }),
  );
}

function callOf(
  context: LinkContext,
  action: SuccessAction | FailureAction,
  target: ActionTarget & { readonly kind: 'workflow' },
): CallPlan | undefined {
  const workflow = linkCalledWorkflow(context, target, `${action.pointer}/workflowId`);
  if (workflow === undefined) return undefined;
  checkInputs(context, workflow, action.parameters);
  return action.parameters.length === 0 ? callWithOwnInputs(workflow) : callWith(workflow, action.parameters);
}

function askOf({ ask }: SuccessAction | FailureAction): { readonly ask?: readonly string[] } {
  return ask === undefined ? {} : { ask };
}

function allOf<Value>(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === values.length ? present : undefined;
}
