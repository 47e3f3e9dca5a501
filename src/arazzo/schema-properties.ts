import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';

const APPLIED = ['allOf', 'anyOf', 'oneOf'];
const BRANCHES = ['if', 'then', 'else'];

/** The names of the properties that a schema of an object speaks of, in whatever branch. References are resolved. */
export function schemaProperties(schema: JsonValue | undefined): readonly string[] {
  const names = new Set<string>();
  collect(schema, names);
  return [...names];
}

function collect(schema: JsonValue | undefined, names: Set<string>): void {
  if (schema === undefined || !isJsonObject(schema)) return;
  for (const keyword of ['properties', 'dependentSchemas']) {
    const map = memberOf(schema, keyword);
    if (!isJsonObject(map)) continue;
    if (keyword === 'properties') for (const name of Object.keys(map)) names.add(name);
    else for (const inner of Object.values(map)) collect(inner, names);
  }
  for (const keyword of APPLIED) {
    const list = memberOf(schema, keyword);
    if (Array.isArray(list)) for (const inner of list as readonly JsonValue[]) collect(inner, names);
  }
  for (const keyword of BRANCHES) collect(memberOf(schema, keyword), names);
  const required = memberOf(schema, 'required');
  if (Array.isArray(required))
    for (const name of required as readonly JsonValue[]) if (typeof name === 'string') names.add(name);
}

/** Whether a name, or the part of it before a dot, is among others: `customer.name` may be inside `customer`. */
export function includesName(names: readonly string[], name: string): boolean {
  if (names.includes(name)) return true;
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    if (names.includes(name.slice(0, dot))) return true;
  }
  return false;
}
