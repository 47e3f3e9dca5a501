import { childOf } from '../document/json-pointer.ts';
import type { JsonValue } from '../document/json.ts';
import { compareValues, isTruthy } from './compare.ts';
import type { Access, Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';
import { evaluateExpression, evaluateTemplate, textOf } from './evaluate.ts';
import { compileQuery } from './json-path.ts';
import { compilePattern } from './linear-pattern.ts';
import { queryText } from './query-text.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';

/**
 * Whether all criteria of a list pass; an empty list passes. Never throws.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function evaluateCriteria(criteria: readonly Criterion[], scope: Scope): boolean {
  return criteria.every((criterion) => evaluateCriterion(criterion, scope));
}

/**
 * Whether a criterion passes. A context that is absent or `null`, and everything that cannot be evaluated, fails;
 * it never throws. A pattern is searched in the context as text (objects and arrays as JSON); a JSONPath query
 * passes when it selects anything.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function evaluateCriterion(criterion: Criterion, scope: Scope): boolean {
  try {
    switch (criterion.kind) {
      case 'simple':
        return evaluateCondition(criterion.condition, scope);
      case 'regex':
        return evaluateRegex(criterion, scope);
      case 'jsonpath':
        return evaluateJsonPath(criterion, scope);
    }
  } catch {
    // A value nested too deeply to be compared or written as JSON.
    return false;
  }
}

/**
 * Whether a simple condition holds. A value alone holds as in JavaScript: absent, `null`, `false`, `0` and `''`
 * do not.
 */
export function evaluateCondition(condition: Condition, scope: Scope): boolean {
  return isTruthy(operandValue(condition, scope));
}

function operandValue(condition: Condition, scope: Scope): JsonValue | undefined {
  switch (condition.kind) {
    case 'literal':
      return condition.value;
    case 'reference':
      return referenceValue(condition.expression, condition.path, scope);
    case 'not':
      return !evaluateCondition(condition.operand, scope);
    case 'compare':
      return compareValues(
        condition.operator,
        operandValue(condition.left, scope),
        operandValue(condition.right, scope),
      );
    case 'and':
      return condition.operands.every((operand) => evaluateCondition(operand, scope));
    case 'or':
      return condition.operands.some((operand) => evaluateCondition(operand, scope));
  }
}

function referenceValue(
  expression: RuntimeExpression,
  path: readonly Access[],
  scope: Scope,
): JsonValue | undefined {
  let value = evaluateExpression(expression, scope) ?? lengthByName(expression, scope);
  for (const access of path) {
    if (value === undefined) return undefined;
    value = 'index' in access ? childOf(value, String(access.index)) : memberOrLength(value, access.member);
  }
  return value;
}

function memberOrLength(value: JsonValue, member: string): JsonValue | undefined {
  const found = childOf(value, member);
  if (found !== undefined || member !== 'length') return found;
  return Array.isArray(value) || typeof value === 'string' ? value.length : undefined;
}

const LENGTH = '.length';

/** `$steps.list.outputs.items.length`, where the dotted name is no output. */
function lengthByName(expression: RuntimeExpression, scope: Scope): JsonValue | undefined {
  const inner = withoutLength(expression);
  const value = inner === undefined ? undefined : evaluateExpression(inner, scope);
  return value === undefined ? undefined : memberOrLength(value, 'length');
}

function withoutLength(expression: RuntimeExpression): RuntimeExpression | undefined {
  switch (expression.kind) {
    case 'inputs':
    case 'outputs':
    case 'workflows':
      if (!expression.name.endsWith(LENGTH) || expression.pointer.length > 0) return undefined;
      return { ...expression, name: expression.name.slice(0, -LENGTH.length) };
    case 'steps':
      if (!expression.output.endsWith(LENGTH) || expression.pointer.length > 0) return undefined;
      return { ...expression, output: expression.output.slice(0, -LENGTH.length) };
    default:
      return undefined;
  }
}

type Regex = Extract<Criterion, { kind: 'regex' }>;
type JsonPath = Extract<Criterion, { kind: 'jsonpath' }>;

const patterns = createCache(compilePattern);
const queries = createCache(compileQuery);

function evaluateRegex(criterion: Regex, scope: Scope): boolean {
  const context = evaluateExpression(criterion.context, scope);
  const source = evaluateTemplate(criterion.pattern, scope);
  if (context === undefined || context === null || !('value' in source) || typeof source.value !== 'string')
    return false;
  const pattern = patterns(criterion, source.value);
  return 'value' in pattern && pattern.value.test(textOf(context));
}

function evaluateJsonPath(criterion: JsonPath, scope: Scope): boolean {
  const context = evaluateExpression(criterion.context, scope);
  const source = querySource(criterion.query, scope);
  if (context === undefined || context === null || source === undefined) return false;
  const query = queries(criterion, source);
  return 'value' in query && query.value.matches(context);
}

function querySource(query: Template, scope: Scope): string | undefined {
  if (query.kind === 'text')
    return queryText(query.parts, (expression) => evaluateExpression(expression, scope));
  return query.kind === 'constant' && typeof query.value === 'string' ? query.value : undefined;
}

/** Remembers what was compiled last for each criterion. */
function createCache<Compiled>(
  compile: (source: string) => Compiled,
): (key: object, source: string) => Compiled {
  const cache = new WeakMap<object, { readonly source: string; readonly compiled: Compiled }>();
  return (key, source) => {
    const known = cache.get(key);
    if (known?.source === source) return known.compiled;
    const compiled = compile(source);
    cache.set(key, { source, compiled });
    return compiled;
  };
}
