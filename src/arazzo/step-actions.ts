import type { FailureAction, Step, SuccessAction } from './model.ts';

/** The lists of actions that a step writes itself, in the order of its fields. */
export function actionListsOf(step: Step): readonly (readonly (SuccessAction | FailureAction)[])[] {
  return [step.onSuccess, step.onFailure, step.onTimeout, step.onCancel];
}

/** All actions that a step writes itself. */
export function actionsOf(step: Step): readonly (SuccessAction | FailureAction)[] {
  return actionListsOf(step).flat();
}
