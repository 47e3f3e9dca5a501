import type { FailureAction, Interaction, Parameter, SuccessAction } from './model.ts';

/**
 * What `components` offers to Reusable Objects, by key. `undefined` stands for an entry that is there and
 * broken: it was reported where it stands, so its uses are not reported again.
 */
export interface Components {
  readonly parameters: ReadonlyMap<string, Parameter | undefined>;
  readonly successActions: ReadonlyMap<string, SuccessAction | undefined>;
  readonly failureActions: ReadonlyMap<string, FailureAction | undefined>;
  readonly interactions: ReadonlyMap<string, Interaction | undefined>;
}
