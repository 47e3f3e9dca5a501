import type { ComparisonOperator, Condition } from '../../expressions/condition.ts';
import { conditionValue, evaluateCondition } from '../../expressions/evaluate-criterion.ts';
import { comparedValues, mirrored, truthValues, type ComparedPlace } from './compared-values.ts';
import type { Draft } from './draft.ts';
import { placeOf, type Place, type Solving } from './place.ts';

/**
 * Drafts in which a simple condition may hold, or not: the draft as it is where it does already, else those with
 * other values in the places that the condition looks at. They are proposals: who asks must evaluate.
 */
export function* solveCondition(
  condition: Condition,
  wanted: boolean,
  draft: Draft,
  solving: Solving,
): Generator<Draft> {
  if (evaluateCondition(condition, solving.scopeOf(draft)) === wanted) yield draft;
  switch (condition.kind) {
    case 'literal':
      return;
    case 'reference': {
      const place = placeOf(condition.expression, condition.path, solving);
      if (place === undefined) return;
      const known = knownOf(place, condition, draft, solving);
      for (const value of truthValues(wanted, known)) yield* place.set(draft, value);
      return;
    }
    case 'not':
      yield* solveCondition(condition.operand, !wanted, draft, solving);
      return;
    case 'compare':
      yield* solveComparison(condition, wanted, draft, solving);
      return;
    case 'and':
    case 'or': {
      if ((condition.kind === 'and') === wanted) {
        yield* solveEach(condition.operands, wanted, draft, solving);
        return;
      }
      for (const operand of condition.operands) yield* solveCondition(operand, wanted, draft, solving);
    }
  }
}

/** How many proposals of one operand the next operands are tried with. */
const TRIED = 8;

/** Drafts in which all operands hold, or none does. */
function* solveEach(
  operands: readonly Condition[],
  wanted: boolean,
  draft: Draft,
  solving: Solving,
): Generator<Draft> {
  const [first, ...rest] = operands;
  if (first === undefined) {
    yield draft;
    return;
  }
  let tried = 0;
  for (const next of solveCondition(first, wanted, draft, solving)) {
    if (tried >= TRIED || solving.budget.left <= 0) return;
    solving.budget.left -= 1;
    if (evaluateCondition(first, solving.scopeOf(next)) !== wanted) continue;
    tried += 1;
    yield* solveEach(rest, wanted, next, solving);
  }
}

type Comparison = Extract<Condition, { kind: 'compare' }>;
type Side = readonly [operand: Condition, other: Condition, operator: ComparisonOperator];

function* solveComparison(
  condition: Comparison,
  wanted: boolean,
  draft: Draft,
  solving: Solving,
): Generator<Draft> {
  const { operator, left, right } = condition;
  const sides: readonly Side[] = [
    [left, right, operator],
    [right, left, mirrored(operator)],
  ];
  for (const side of sides) yield* solveSide(side, wanted, draft, solving);
  // Both sides may be in the response, and neither there: the one is made, then the other beside it.
  for (const [operand, other, way] of sides) {
    const place =
      operand.kind === 'reference' ? placeOf(operand.expression, operand.path, solving) : undefined;
    if (place === undefined || other.kind !== 'reference') continue;
    for (const value of [...place.samples(draft).slice(0, 2), 1, 'something']) {
      for (const made of place.set(draft, value))
        yield* solveSide([other, operand, mirrored(way)], wanted, made, solving);
    }
  }
}

function* solveSide(
  [operand, other, operator]: Side,
  wanted: boolean,
  draft: Draft,
  solving: Solving,
): Generator<Draft> {
  if (operand.kind === 'literal') return;
  if (operand.kind !== 'reference') {
    // What is compared is itself a condition.
    for (const outcome of [true, false]) yield* solveCondition(operand, outcome, draft, solving);
    return;
  }
  const place = placeOf(operand.expression, operand.path, solving);
  if (place === undefined) return;
  const value = conditionValue(other, solving.scopeOf(draft));
  const known = knownOf(place, operand, draft, solving);
  for (const candidate of comparedValues(operator, wanted, value, known)) yield* place.set(draft, candidate);
}

function knownOf(place: Place, operand: Condition, draft: Draft, solving: Solving): ComparedPlace {
  return {
    samples: place.samples(draft),
    schema: place.schema(draft),
    now: conditionValue(operand, solving.scopeOf(draft)),
  };
}
