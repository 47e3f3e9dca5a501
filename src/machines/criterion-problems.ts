import type { Criterion } from '../expressions/criterion.ts';
import { judgeCriterion } from '../expressions/evaluate-criterion.ts';
import type { Scope } from '../expressions/scope.ts';
import type { CriterionProblem } from './context.ts';
import type { Judgement } from './judge.ts';

/** A criterion's text that is longer is cut. */
const MAX_TEXT_LENGTH = 120;

/**
 * The criteria that counted as false in an attempt because they could not be evaluated: the step's own, and those of the
 * actions up to the one that was taken. Of an attempt that nothing came back from nothing is told.
 *
 * @param taken - the index of the failure action that was taken; absent: none was
 */
export function problemsOf(
  judgement: Judgement | undefined,
  taken?: number,
): { readonly problems?: readonly CriterionProblem[] } {
  if (judgement === undefined || judgement.isLost === true) return {};
  const { step, scope, success } = judgement;
  const tried = success
    ? step.onSuccess.map(({ criteria }) => criteria)
    : [
        step.successCriteria ?? [],
        ...step.onFailure.slice(0, taken ?? step.onFailure.length).map(({ criteria }) => criteria),
      ];
  const problems: CriterionProblem[] = [];
  for (const criteria of tried) {
    const first = firstFailing(criteria, scope);
    // The first success action that matches was taken, and those behind it were not looked at.
    if (first === undefined && success) break;
    if (first?.message !== undefined && !problems.some(({ criterion }) => criterion === first.criterion))
      problems.push({ criterion: first.criterion, message: first.message });
  }
  return problems.length === 0 ? {} : { problems };
}

/** The criterion that keeps a list from passing; those behind it are not evaluated. */
function firstFailing(
  criteria: readonly Criterion[],
  scope: Scope,
): { readonly criterion: string; readonly message: string | undefined } | undefined {
  for (const criterion of criteria) {
    const { passes, problem } = judgeCriterion(criterion, scope);
    if (passes) continue;
    const text = criterion.text.replace(/\s+/g, ' ').trim();
    const cut = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH - 1)}…` : text;
    return { criterion: cut, message: problem };
  }
  return undefined;
}
