import { type JsonValue, isJsonObject, memberOf } from '../document/json.ts';
import type { Criterion } from '../expressions/criterion.ts';
import { parseCriterion } from '../expressions/parse-criterion.ts';
import { parseTemplate } from '../expressions/parse-template.ts';
import type { Template } from '../expressions/template.ts';

/** A member of a value that may be anything. */
export function at(value: JsonValue | undefined, member: string): JsonValue | undefined {
  return isJsonObject(value) ? memberOf(value, member) : undefined;
}

/** A member that is a list; an empty one where it is not. */
export function list(value: JsonValue | undefined, member: string): readonly JsonValue[] {
  const items = at(value, member);
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}

/** A member that is a string. */
export function textOf(value: JsonValue | undefined, member: string): string | undefined {
  const text = at(value, member);
  return typeof text === 'string' ? text : undefined;
}

/** A member that is a number. */
export function numberOf(value: JsonValue | undefined, member: string): number | undefined {
  const number = at(value, member);
  return typeof number === 'number' ? number : undefined;
}

/** The `name` of an action or a parameter. */
export function nameOf(item: JsonValue): string {
  return textOf(item, 'name') ?? '';
}

/**
 * The criteria in a list.
 * @throws Error where one cannot be read.
 */
export function criteriaOf(value: JsonValue, member: string): readonly Criterion[] {
  return list(value, member).map((item) => {
    const criterion = parseCriterion(item).value;
    if (criterion === undefined) throw new Error(`A criterion cannot be read: ${JSON.stringify(item)}`);
    return criterion;
  });
}

/** A value that may hold expressions. */
export function template(value: JsonValue | undefined): Template {
  return parseTemplate(value ?? null).value;
}

/** A map of values that may hold expressions. */
export function templates(value: JsonValue | undefined): Readonly<Record<string, Template>> {
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, template(item)]))
    : {};
}
