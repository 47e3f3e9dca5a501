import { childOf } from '../document/json-pointer.ts';
import type { JsonValue } from '../document/json.ts';
import { compareValues, isTruthy } from './compare.ts';
import type { Access, Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';
import { createCache } from './compile-cache.ts';
import { evaluateExpression, evaluateTemplate, formatExpression, named, textOf } from './evaluate.ts';
import { compileQuery } from './json-path.ts';
import { compilePattern, PatternTooCostly } from './linear-pattern.ts';
import { queryText } from './query-text.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';
import { compileXPath } from './xpath-engine.ts';
import { xpathText } from './xpath-text.ts';

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
 * passes when it selects anything, an XPath expression when its effective boolean value is true.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function evaluateCriterion(criterion: Criterion, scope: Scope): boolean {
  return judgeCriterion(criterion, scope).passes;
}

/** Whether a criterion passes; where it fails because it cannot be evaluated, one sentence on why. It holds no value. */
export interface CriterionResult {
  readonly passes: boolean;
  readonly problem?: string;
}

/**
 * Evaluates a criterion as `evaluateCriterion` does, and tells an evaluation that went wrong (an absent context, a pattern
 * that is none once values are embedded in it, a body that is no XML) from a condition that does not hold.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function judgeCriterion(criterion: Criterion, scope: Scope): CriterionResult {
  try {
    if (criterion.kind === 'simple') return { passes: evaluateCondition(criterion.condition, scope) };
    const context = evaluateExpression(criterion.context, scope);
    if (context === undefined || context === null) {
      return failed(`The context ${formatExpression(criterion.context)} is absent or null.`);
    }
    switch (criterion.kind) {
      case 'regex':
        return judgeRegex(criterion, context, scope);
      case 'jsonpath':
        return judgeJsonPath(criterion, context, scope);
      case 'xpath':
        return judgeXPath(criterion, context, scope);
    }
  } catch (error) {
    if (error instanceof PatternTooCostly) return failed(error.message);
    return failed('A value is nested too deeply to be compared or written as JSON.');
  }
}

function failed(problem: string): CriterionResult {
  return { passes: false, problem };
}

/**
 * Whether a simple condition holds. A value alone holds as in JavaScript: absent, `null`, `false`, `0` and `''`
 * do not.
 */
export function evaluateCondition(condition: Condition, scope: Scope): boolean {
  return isTruthy(conditionValue(condition, scope));
}

/** The value of a condition, or of an operand of it: of a reference what it refers to, otherwise whether it holds. */
export function conditionValue(condition: Condition, scope: Scope): JsonValue | undefined {
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
        conditionValue(condition.left, scope),
        conditionValue(condition.right, scope),
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
  let at = 0;
  while (at < path.length) {
    if (value === undefined) return undefined;
    const access = path[at];
    if (access !== undefined && 'index' in access) {
      value = childOf(value, String(access.index));
      at += 1;
    } else {
      const members = membersFrom(path, at);
      value = throughMembers(value, members);
      at += members.length;
    }
  }
  return value;
}

/** The names that follow each other from a place in a path, up to the next index. */
function membersFrom(path: readonly Access[], start: number): readonly string[] {
  const members: string[] = [];
  for (const access of path.slice(start)) {
    if ('index' in access) break;
    members.push(access.member);
  }
  return members;
}

/** A member may have a name with dots itself, so the whole is looked for before its parts. */
function throughMembers(value: JsonValue, members: readonly string[]): JsonValue | undefined {
  const found = named(value, members.join('.'));
  if (found !== undefined || members.at(-1) !== 'length') return found;
  const owner = members.length === 1 ? value : named(value, members.slice(0, -1).join('.'));
  return owner === undefined ? undefined : memberOrLength(owner, 'length');
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

type XPath = Extract<Criterion, { kind: 'xpath' }>;

function judgeRegex(criterion: Regex, context: JsonValue, scope: Scope): CriterionResult {
  const source = evaluateTemplate(criterion.pattern, scope);
  if ('missing' in source)
    return failed(`The value of ${source.missing}, which is a part of the pattern, is absent.`);
  if (typeof source.value !== 'string') return failed('The pattern is not a text.');
  const pattern = patterns(criterion, source.value);
  return 'value' in pattern
    ? { passes: pattern.value.test(textOf(context)) }
    : failed(toldOf(criterion.pattern, 'pattern', pattern.problem));
}

function judgeJsonPath(criterion: JsonPath, context: JsonValue, scope: Scope): CriterionResult {
  const source = querySource(criterion.query, scope);
  if (source === undefined) return failed('A value embedded in the JSONPath query is absent.');
  const query = queries(criterion, source);
  return 'value' in query
    ? { passes: query.value.matches(context) }
    : failed(toldOf(criterion.query, 'JSONPath query', query.problem));
}

function judgeXPath(criterion: XPath, context: JsonValue, scope: Scope): CriterionResult {
  if (typeof context !== 'string') {
    return failed(`The context ${formatExpression(criterion.context)} is not XML.`);
  }
  const { query } = criterion;
  const source = xpathSource(query, scope);
  if ('problem' in source) return failed(source.problem);
  const compiled = compileXPath(source.value);
  if ('problem' in compiled) return failed(toldOf(query, 'XPath expression', compiled.problem));
  const result = compiled.value.test(context);
  return 'value' in result ? { passes: result.value } : failed(result.problem);
}

/** The problem of what an author wrote is told in full; with values embedded in it, it could hold them. */
function toldOf(written: Template, what: string, problem: string): string {
  return written.kind === 'constant'
    ? problem
    : `The ${what} is not valid with the values that are embedded in it.`;
}

/** The text of a JSONPath query with the values that are embedded in it; `undefined` where one is absent. */
export function querySource(query: Template, scope: Scope): string | undefined {
  if (query.kind === 'text')
    return queryText(query.parts, (expression) => evaluateExpression(expression, scope));
  return query.kind === 'constant' && typeof query.value === 'string' ? query.value : undefined;
}

/** The text of an XPath expression with the values that are embedded in it; one sentence where it cannot be made. */
export function xpathSource(query: Template, scope: Scope): ReturnType<typeof xpathText> {
  if (query.kind === 'text')
    return xpathText(query.parts, (expression) => evaluateExpression(expression, scope));
  return { value: query.kind === 'constant' && typeof query.value === 'string' ? query.value : '' };
}
