import { compareValues, isTruthy } from './compare.ts';
import type { Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';
import type { JsonValue } from '../document/json.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/** Whether an expression is known to be absent. */
type IsAbsent = (expression: RuntimeExpression) => boolean;

/**
 * What a criterion gives when nothing came back: `$statusCode`, `$response.…`, `$message.…` and `$interaction.…` are
 * absent, everything else is not known yet. `undefined` where the outcome depends on what is not known.
 */
export function outcomeWithoutResponse(criterion: Criterion): boolean | undefined {
  return outcomeOf(criterion, (expression) => isOfResponse(expression) || expression.kind === 'interaction');
}

/** What a criterion gives when a person answered: `$statusCode` and `$response.…` are absent. */
export function outcomeWithAnswer(criterion: Criterion): boolean | undefined {
  return outcomeOf(criterion, isOfResponse);
}

function outcomeOf(criterion: Criterion, isAbsent: IsAbsent): boolean | undefined {
  switch (criterion.kind) {
    case 'simple':
      return truthOf(criterion.condition, isAbsent);
    case 'regex':
      return isAbsent(criterion.context) || embeds(criterion.pattern, isAbsent) ? false : undefined;
    case 'jsonpath':
    case 'xpath':
      return isAbsent(criterion.context) || embeds(criterion.query, isAbsent) ? false : undefined;
  }
}

function isOfResponse(expression: RuntimeExpression): boolean {
  return ['statusCode', 'response', 'message'].includes(expression.kind);
}

function embeds(template: Extract<Criterion, { kind: 'regex' }>['pattern'], isAbsent: IsAbsent): boolean {
  return (
    template.kind === 'text' && template.parts.some((part) => typeof part !== 'string' && isAbsent(part))
  );
}

/** A value where it is known. */
type Known = { readonly value: JsonValue } | undefined;

function valueOf(condition: Condition, isAbsent: IsAbsent): Known {
  switch (condition.kind) {
    case 'literal':
      return { value: condition.value };
    case 'reference':
      return isAbsent(condition.expression) ? { value: null } : undefined;
    case 'not': {
      const operand = truthOf(condition.operand, isAbsent);
      return operand === undefined ? undefined : { value: !operand };
    }
    case 'compare':
      return compared(condition, isAbsent);
    case 'and':
      return joined(condition.operands, false, isAbsent);
    case 'or':
      return joined(condition.operands, true, isAbsent);
  }
}

function truthOf(condition: Condition, isAbsent: IsAbsent): boolean | undefined {
  const known = valueOf(condition, isAbsent);
  return known === undefined ? undefined : isTruthy(known.value);
}

function compared(
  { operator, left, right }: Extract<Condition, { kind: 'compare' }>,
  isAbsent: IsAbsent,
): Known {
  const a = valueOf(left, isAbsent);
  const b = valueOf(right, isAbsent);
  if (a !== undefined && b !== undefined) return { value: compareValues(operator, a.value, b.value) };
  const eitherIsNull = a?.value === null || b?.value === null;
  // Nothing comes before or after `null`.
  return eitherIsNull && operator !== '==' && operator !== '!=' ? { value: false } : undefined;
}

/** `&&` and `||`: one operand with the deciding outcome is enough. */
function joined(operands: readonly Condition[], deciding: boolean, isAbsent: IsAbsent): Known {
  const outcomes = operands.map((operand) => truthOf(operand, isAbsent));
  if (outcomes.includes(deciding)) return { value: deciding };
  return outcomes.includes(undefined) ? undefined : { value: !deciding };
}
