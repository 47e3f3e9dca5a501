import { hasMember, isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { ComparisonOperator } from './condition.ts';

const NUMERIC = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/**
 * Compares two values as simple conditions do: absent is `null`, which equals only itself and has no order; a
 * string that is a number is one beside a number; strings are compared without case, for order too; objects and
 * arrays are equal when their contents are. Other kinds are never equal and have no order.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function compareValues(
  operator: ComparisonOperator,
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): boolean {
  const [a, b] = alike(left ?? null, right ?? null);
  switch (operator) {
    case '==':
      return deepEqual(a, b);
    case '!=':
      return !deepEqual(a, b);
    case '<':
      return ordered(a, b, (order) => order < 0);
    case '<=':
      return ordered(a, b, (order) => order <= 0);
    case '>':
      return ordered(a, b, (order) => order > 0);
    case '>=':
      return ordered(a, b, (order) => order >= 0);
  }
}

/** Whether a value passes where a condition is nothing but a value: JavaScript's truth, absent and `null` fail. */
export function isTruthy(value: JsonValue | undefined): boolean {
  return Boolean(value);
}

function alike(left: JsonValue, right: JsonValue): [JsonValue, JsonValue] {
  if (typeof left === 'string' && typeof right === 'string') return [left.toLowerCase(), right.toLowerCase()];
  if (typeof left === 'number') return [left, asNumber(right)];
  if (typeof right === 'number') return [asNumber(left), right];
  return [left, right];
}

function asNumber(value: JsonValue): JsonValue {
  return typeof value === 'string' && NUMERIC.test(value) ? Number(value) : value;
}

function ordered(a: JsonValue, b: JsonValue, holds: (order: number) => boolean): boolean {
  const comparable =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  return comparable && holds(a < b ? -1 : a > b ? 1 : 0);
}

function deepEqual(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => hasMember(b, name) && deepEqual(a[name]!, b[name]!))
  );
}
