import { hasMember } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { createFlow } from '../plan/create-flow.ts';
import type { InputPlan, WorkflowPlan } from '../plan/workflow-plan.ts';

/** The required inputs of a workflow that are not there, in document order. */
export function missingInputs(plan: WorkflowPlan, inputs: JsonObject): readonly InputPlan[] {
  return plan.inputs.filter(
    ({ name, requiredBecause }) => requiredBecause !== undefined && !hasMember(inputs, name),
  );
}

/** Those of them that no step refers to, and that no waiting state will therefore ask for. */
export function missingUnused(plan: WorkflowPlan, inputs: JsonObject): readonly InputPlan[] {
  return missingInputs(plan, inputs).filter(({ home }) => home === undefined);
}

/** The state that a run begins in. */
export function initialState(plan: WorkflowPlan): string {
  return createFlow(plan).initial;
}
