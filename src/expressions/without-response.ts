import { compareValues, isTruthy } from './compare.ts';
import type { Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';
import type { JsonValue } from '../document/json.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/**
 * What a criterion gives when nothing came back: `$statusCode`, `$response.…` and `$message.…` are absent, everything else
 * is not known yet. `undefined` where the outcome depends on what is not known.
 */
export function outcomeWithoutResponse(criterion: Criterion): boolean | undefined {
  switch (criterion.kind) {
    case 'simple':
      return truthOf(criterion.condition);
    case 'regex':
      return needsResponse(criterion.context) || embedsResponse(criterion.pattern) ? false : undefined;
    case 'jsonpath':
    case 'xpath':
      return needsResponse(criterion.context) || embedsResponse(criterion.query) ? false : undefined;
  }
}

function needsResponse(expression: RuntimeExpression): boolean {
  return ['statusCode', 'response', 'message'].includes(expression.kind);
}

function embedsResponse(template: Extract<Criterion, { kind: 'regex' }>['pattern']): boolean {
  return (
    template.kind === 'text' && template.parts.some((part) => typeof part !== 'string' && needsResponse(part))
  );
}

/** A value where it is known. */
type Known = { readonly value: JsonValue } | undefined;

function valueOf(condition: Condition): Known {
  switch (condition.kind) {
    case 'literal':
      return { value: condition.value };
    case 'reference':
      return needsResponse(condition.expression) ? { value: null } : undefined;
    case 'not': {
      const operand = truthOf(condition.operand);
      return operand === undefined ? undefined : { value: !operand };
    }
    case 'compare':
      return compared(condition);
    case 'and':
      return joined(condition.operands, false);
    case 'or':
      return joined(condition.operands, true);
  }
}

function truthOf(condition: Condition): boolean | undefined {
  const known = valueOf(condition);
  return known === undefined ? undefined : isTruthy(known.value);
}

function compared({ operator, left, right }: Extract<Condition, { kind: 'compare' }>): Known {
  const a = valueOf(left);
  const b = valueOf(right);
  if (a !== undefined && b !== undefined) return { value: compareValues(operator, a.value, b.value) };
  const eitherIsNull = a?.value === null || b?.value === null;
  // Nothing comes before or after `null`.
  return eitherIsNull && operator !== '==' && operator !== '!=' ? { value: false } : undefined;
}

/** `&&` and `||`: one operand with the deciding outcome is enough. */
function joined(operands: readonly Condition[], deciding: boolean): Known {
  const outcomes = operands.map(truthOf);
  if (outcomes.includes(deciding)) return { value: deciding };
  return outcomes.includes(undefined) ? undefined : { value: !deciding };
}
