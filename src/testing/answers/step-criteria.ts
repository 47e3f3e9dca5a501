import type { Criterion } from '../../expressions/criterion.ts';
import { expressionsIn } from '../../expressions/references.ts';
import type {
  FailureActionPlan,
  StepPlan,
  SuccessActionPlan,
  WorkflowPlan,
} from '../../plan/workflow-plan.ts';

/** A criterion, and where it is written. */
export interface PlacedCriterion {
  readonly criterion: Criterion;
  /** Its JSON Pointer in the document. */
  readonly pointer: string;
}

/** The success criteria of a step with their places. */
export function successCriteriaOf({ successCriteria = [], pointer }: StepPlan): readonly PlacedCriterion[] {
  return successCriteria.map((criterion, index) => ({
    criterion,
    pointer: `${pointer}/successCriteria/${index}`,
  }));
}

/** The criteria of an action with their places. */
export function criteriaOf({
  criteria,
  pointer,
}: SuccessActionPlan | FailureActionPlan): readonly PlacedCriterion[] {
  return criteria.map((criterion, index) => ({ criterion, pointer: `${pointer}/criteria/${index}` }));
}

/** All criteria of a step and its actions, in the order in which they are looked at. */
export function allCriteriaOf(step: StepPlan): readonly PlacedCriterion[] {
  return [
    ...successCriteriaOf(step),
    ...step.onSuccess.flatMap(criteriaOf),
    ...step.onFailure.flatMap(criteriaOf),
  ];
}

/** The criteria of other steps that look at what a step leaves behind, and at no response of their own. */
export function laterCriteriaOf(workflow: WorkflowPlan, stepId: string): readonly PlacedCriterion[] {
  return workflow.steps
    .filter((step) => step.stepId !== stepId)
    .flatMap(allCriteriaOf)
    .filter(({ criterion }) => {
      const kinds = expressionsIn(criterion);
      return (
        kinds.some((expression) => expression.kind === 'steps' && expression.stepId === stepId) &&
        kinds.every(({ kind }) => kind === 'steps' || kind === 'inputs')
      );
    });
}
