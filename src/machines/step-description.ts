import type { StepPlan } from '../plan/workflow-plan.ts';

/** What a step's states say of it: the author's words, where it is in the document, and what it calls. */
export function describeStep(step: StepPlan): object {
  const { stepId, pointer } = step;
  if (step.kind === 'workflow') {
    const { workflowId, summary } = step.call.workflow;
    return { ...descriptionOf(step.description ?? summary), meta: { stepId, pointer, workflowId } };
  }
  if (step.kind === 'message') {
    const { operationId, action, channel, summary } = step.channelOperation;
    const byId = operationId === undefined ? {} : { operationId };
    return {
      ...descriptionOf(step.description ?? summary),
      meta: { stepId, pointer, ...byId, action, channel },
    };
  }
  if (step.kind === 'interaction')
    return { ...descriptionOf(step.description), meta: { stepId, pointer, interaction: step.mode } };
  const { operationId, method, path, summary } = step.operation;
  return {
    ...descriptionOf(step.description ?? summary),
    meta: { stepId, pointer, ...(operationId === undefined ? {} : { operationId }), method, path },
  };
}

/** A description as a member of a configuration, left out where there is none. */
export function descriptionOf(description: string | undefined): object {
  return description === undefined ? {} : { description };
}
