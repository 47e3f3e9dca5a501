import type { FailureAction, Step, SuccessAction } from '../arazzo/model.ts';
import type { Condition } from '../expressions/condition.ts';
import type { Criterion } from '../expressions/criterion.ts';

/** A status code that a step's criteria compare `$statusCode` with, and the condition in which they do. */
export interface ComparedStatus {
  readonly status: number;
  readonly pointer: string;
}

/**
 * The status codes that a step's own criteria expect by `==`; ranges are no expectation. Left out are those that failure
 * actions handle and that any server or proxy may answer with, whatever it declares: 408, 429 and 5xx.
 */
export function comparedStatuses(step: Step): readonly ComparedStatus[] {
  const ofActions = (actions: readonly (SuccessAction | FailureAction)[]): readonly ComparedStatus[] =>
    actions.flatMap(({ criteria, pointer }) => ofCriteria(criteria, `${pointer}/criteria`));
  return [
    ...ofCriteria(step.successCriteria ?? [], `${step.pointer}/successCriteria`),
    ...ofActions(step.onSuccess),
    ...ofActions(step.onFailure).filter(({ status }) => status < 500 && status !== 408 && status !== 429),
  ];
}

function ofCriteria(criteria: readonly Criterion[], pointer: string): readonly ComparedStatus[] {
  return criteria.flatMap((criterion, index) =>
    criterion.kind === 'simple'
      ? statusesIn(criterion.condition).map((status) => ({
          status,
          pointer: `${pointer}/${index}/condition`,
        }))
      : [],
  );
}

function statusesIn(condition: Condition): readonly number[] {
  switch (condition.kind) {
    case 'compare': {
      if (condition.operator !== '==') return [];
      const { left, right } = condition;
      return [...statusOf(left, right), ...statusOf(right, left)];
    }
    case 'and':
    case 'or':
      return condition.operands.flatMap(statusesIn);
    default:
      return [];
  }
}

function statusOf(side: Condition, other: Condition): readonly number[] {
  if (side.kind !== 'reference' || side.expression.kind !== 'statusCode' || other.kind !== 'literal')
    return [];
  const status = Number(other.value);
  return Number.isInteger(status) && status >= 100 && status <= 599 ? [status] : [];
}
