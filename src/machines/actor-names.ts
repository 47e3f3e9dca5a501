import { innerFlow, type Flow } from '../plan/flow.ts';
import type { Operation } from '../openapi/operation.ts';
import { createFlow } from '../plan/create-flow.ts';
import type {
  MessageStepPlan,
  OperationStepPlan,
  PerformedStepPlan,
  WorkflowPlan,
} from '../plan/workflow-plan.ts';

/** The name of the actor that waits for a time, and the id under which it runs. */
export const WAIT_ACTOR = 'wait';

/**
 * The name of the actor that performs a step: its stepId, behind the path of the state in which its workflow was
 * called. XState keeps actors in an object by their ids, where `__proto__` would be lost.
 */
export function actorNameOf(path: string, stepId: string): string {
  if (path !== '') return `${path}.${stepId}`;
  return stepId === WAIT_ACTOR || stepId === '__proto__' ? `step:${stepId}` : stepId;
}

/** A step that an actor performs. */
export interface PerformedStep<Step extends PerformedStepPlan = OperationStepPlan> {
  readonly actor: string;
  /** The dotted path of the state in which its workflow was called; '' for the machine's own workflow. */
  readonly path: string;
  readonly step: Step;
}

/** Every step that actors perform, those of called workflows included, in document order. */
export function stepsOfActors(flow: Flow, path = ''): readonly PerformedStep<PerformedStepPlan>[] {
  return flow.states.flatMap((state): readonly PerformedStep<PerformedStepPlan>[] => {
    if (state.kind === 'call')
      return [{ actor: actorNameOf(path, state.step.stepId), path, step: state.step }];
    const inner = innerFlow(state);
    return inner === undefined
      ? []
      : stepsOfActors(inner.flow, path === '' ? state.name : `${path}.${state.name}`);
  });
}

/** Those of {@link stepsOfActors} that send requests over HTTP. */
export function performedSteps(flow: Flow): readonly PerformedStep[] {
  return stepsOfActors(flow).flatMap(({ actor, path, step }) =>
    step.kind === 'operation' ? [{ actor, path, step }] : [],
  );
}

/** Those of {@link stepsOfActors} that send or receive messages. */
export function messageSteps(flow: Flow): readonly PerformedStep<MessageStepPlan>[] {
  return stepsOfActors(flow).flatMap(({ actor, path, step }) =>
    step.kind === 'message' ? [{ actor, path, step }] : [],
  );
}

/** The operations that a workflow's steps call, those of called workflows included, in document order. */
export function operationsOf(plan: WorkflowPlan): readonly Operation[] {
  return performedSteps(createFlow(plan)).map(({ step }) => step.operation);
}
