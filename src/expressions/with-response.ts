import type { Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';

/**
 * What a criterion gives when a response came back, as far as that alone tells: `$statusCode` is a number then, and
 * never `null`. `undefined` where the outcome depends on the response.
 */
export function outcomeWithResponse(criterion: Criterion): boolean | undefined {
  return criterion.kind === 'simple' ? truthOf(criterion.condition) : undefined;
}

function truthOf(condition: Condition): boolean | undefined {
  switch (condition.kind) {
    case 'literal':
      return undefined;
    case 'reference':
      return isStatusCode(condition) ? true : undefined;
    case 'not': {
      const operand = truthOf(condition.operand);
      return operand === undefined ? undefined : !operand;
    }
    case 'compare': {
      const { operator, left, right } = condition;
      const withNull = (isStatusCode(left) && isNull(right)) || (isNull(left) && isStatusCode(right));
      return withNull && (operator === '==' || operator === '!=') ? operator === '!=' : undefined;
    }
    case 'and':
      return joined(condition.operands, false);
    case 'or':
      return joined(condition.operands, true);
  }
}

function joined(operands: readonly Condition[], deciding: boolean): boolean | undefined {
  const outcomes = operands.map(truthOf);
  if (outcomes.includes(deciding)) return deciding;
  return outcomes.includes(undefined) ? undefined : !deciding;
}

function isStatusCode(condition: Condition): boolean {
  return (
    condition.kind === 'reference' &&
    condition.expression.kind === 'statusCode' &&
    condition.path.length === 0
  );
}

function isNull(condition: Condition): boolean {
  return condition.kind === 'literal' && condition.value === null;
}
