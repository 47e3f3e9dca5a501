import type { Condition } from '../../expressions/condition.ts';
import type { Criterion } from '../../expressions/criterion.ts';
import { conditionValue, evaluateCriterion } from '../../expressions/evaluate-criterion.ts';
import { expressionsIn } from '../../expressions/references.ts';
import { outcomeWithResponse } from '../../expressions/with-response.ts';
import { boundaryValues, mirrored } from './compared-values.ts';
import type { Draft } from './draft.ts';
import { placeOf, type Solving } from './place.ts';
import { solveCriterion } from './solve-criterion.ts';

/** Something that a response is to bring about. */
export interface Goal {
  holds(draft: Draft): boolean;
  /** Drafts like the given one that may bring it about. */
  solve(draft: Draft): Iterable<Draft>;
  /** Only the status decides it. */
  readonly isOfStatus: boolean;
  /** No response brings it about. */
  readonly isImpossible: boolean;
}

/** Goals for one answer; of several lists of them the first that can be reached. */
export interface Target {
  readonly ways: readonly (readonly Goal[])[];
  /** Only this status is tried. */
  readonly status?: number;
}

/** That a criterion has an outcome. */
export function criterionGoal(criterion: Criterion, wanted: boolean, solving: Solving): Goal {
  return {
    holds: (draft) => evaluateCriterion(criterion, solving.scopeOf(draft)) === wanted,
    solve: (draft) => solveCriterion(criterion, wanted, draft, solving),
    isOfStatus: expressionsIn(criterion).every(({ kind }) => kind === 'statusCode'),
    isImpossible: outcomeWithResponse(criterion) === !wanted,
  };
}

/** That the status is, or is not, one of success. */
export function successGoal(wanted: boolean): Goal {
  const holds = ({ statusCode }: Draft): boolean => (statusCode >= 200 && statusCode < 300) === wanted;
  return { holds, solve: (draft) => (holds(draft) ? [draft] : []), isOfStatus: true, isImpossible: false };
}

/** That the status is this one. */
export function statusGoal(status: number): Goal {
  const holds = ({ statusCode }: Draft): boolean => statusCode === status;
  return { holds, solve: (draft) => (holds(draft) ? [draft] : []), isOfStatus: true, isImpossible: false };
}

/** That not all criteria of a list pass. */
export function someFails(criteria: readonly Criterion[], solving: Solving): Goal {
  const goals = criteria.map((criterion) => criterionGoal(criterion, false, solving));
  return {
    holds: (draft) => goals.some((goal) => goal.holds(draft)),
    *solve(draft) {
      if (goals.some((goal) => goal.holds(draft))) yield draft;
      for (const goal of goals) if (!goal.isImpossible) yield* goal.solve(draft);
    },
    isOfStatus: goals.every(({ isOfStatus }) => isOfStatus),
    isImpossible: goals.every(({ isImpossible }) => isImpossible),
  };
}

/** How many drafts that reach a goal the next goals are tried with. */
const KEPT = 8;
/** How many drafts are looked at for one goal from one draft. */
const LOOKED_AT = 80;

/** Drafts that reach all goals, found by trying: those with valid bodies first, as far as can be said goal by goal. */
export function* reaching(
  goals: readonly Goal[],
  draft: Draft,
  budget: Solving['budget'],
  at = 0,
): Generator<Draft> {
  const goal = goals[at];
  if (goal === undefined) {
    yield draft;
    return;
  }
  const before = goals.slice(0, at + 1);
  const seen = new Set<Draft>();
  const valid: Draft[] = [];
  const others: Draft[] = [];
  let lookedAt = 0;
  for (const next of goal.solve(draft)) {
    lookedAt += 1;
    budget.left -= 1;
    if (budget.left <= 0 || lookedAt > LOOKED_AT) break;
    if (seen.has(next) || !before.every((one) => one.holds(next))) continue;
    seen.add(next);
    (next.shape.isValid(next.body) ? valid : others).push(next);
    if (valid.length >= KEPT) break;
  }
  for (const next of [...valid, ...others.slice(0, KEPT)]) yield* reaching(goals, next, budget, at + 1);
}

/** A value beside which a comparison changes. */
export interface Boundary {
  readonly goal: Goal;
  readonly status?: number;
}

/** The values at and beside each number that a place of the response is compared with in a criterion. */
export function boundariesOf(criterion: Criterion, draft: Draft, solving: Solving): readonly Boundary[] {
  if (criterion.kind !== 'simple') return [];
  return comparisonsIn(criterion.condition).flatMap(({ operator, left, right }) =>
    (
      [
        [left, right, operator],
        [right, left, mirrored(operator)],
      ] as const
    ).flatMap(([operand, other, way]): readonly Boundary[] => {
      if (operand.kind !== 'reference') return [];
      const numbers = boundaryValues(way, conditionValue(other, solving.scopeOf(draft)));
      if (operand.expression.kind === 'statusCode') return statusBoundaries(numbers);
      const place = placeOf(operand.expression, operand.path, solving);
      if (place === undefined) return [];
      return numbers.map((number) => ({
        goal: {
          holds: (one) => Number(conditionValue(operand, solving.scopeOf(one))) === number,
          *solve(one) {
            yield one;
            yield* place.set(one, number);
          },
          isOfStatus: false,
          isImpossible: false,
        },
      }));
    }),
  );
}

function statusBoundaries(numbers: readonly number[]): readonly Boundary[] {
  return numbers
    .filter((number) => Number.isInteger(number) && number >= 200 && number <= 599)
    .map((status) => ({ status, goal: statusGoal(status) }));
}

type Comparison = Extract<Condition, { kind: 'compare' }>;

function comparisonsIn(condition: Condition): readonly Comparison[] {
  switch (condition.kind) {
    case 'literal':
    case 'reference':
      return [];
    case 'not':
      return comparisonsIn(condition.operand);
    case 'compare':
      return [condition, ...comparisonsIn(condition.left), ...comparisonsIn(condition.right)];
    case 'and':
    case 'or':
      return condition.operands.flatMap(comparisonsIn);
  }
}

/** The numbers that a status is compared with, and those beside them. */
export function statusesIn(criterion: Criterion): readonly number[] {
  if (criterion.kind !== 'simple') return [];
  return comparisonsIn(criterion.condition).flatMap(({ operator, left, right }) =>
    [left, right].flatMap((operand) => {
      const number = operand.kind === 'literal' ? Number(operand.value) : Number.NaN;
      return Number.isInteger(number) ? [number, ...boundaryValues(operator, number)] : [];
    }),
  );
}
