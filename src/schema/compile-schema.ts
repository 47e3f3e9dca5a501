import { format, Validator } from '@cfworker/json-schema';
import type { OutputUnit, Schema } from '@cfworker/json-schema';

import { hasMember, isJsonObject, memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { leafProblems } from './leaf-problems.ts';
import type { SchemaProblem } from './leaf-problems.ts';
import { prepareSchema } from './prepare-schema.ts';
import type { PreparedSchema } from './prepare-schema.ts';

export type { SchemaProblem } from './leaf-problems.ts';

/** Checks a value against a schema: an empty list means that it is valid. Never throws. */
export type SchemaCheck = (value: JsonValue) => readonly SchemaProblem[];

/**
 * Compiles a JSON Schema (2020-12) into a check. No code is generated, so it works under a strict content
 * security policy. Patterns run on a linear-time engine; formats that are not known pass. A schema that cannot be
 * used (an unresolvable `$ref`, one that refers to itself without end) refuses every value with one problem
 * whose rule is `$ref` or `schema`.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
export function compileSchema(schema: JsonValue): SchemaCheck {
  if (typeof schema !== 'boolean' && !isJsonObject(schema)) return () => [UNUSABLE];
  let whole: PreparedSchema | undefined;
  let validator: Validator | undefined;
  return (value) => {
    try {
      if (whole === undefined || validator === undefined || whole.dependsOnNames) {
        whole = prepareSchema(schema, value);
        validator = new Validator(whole.schema as Schema | boolean, '2020-12', false);
      }
      return leafProblems(run(validator, whole, value), whole.schema);
    } catch (error) {
      if (error instanceof RangeError) return [ENDLESS];
      return [error instanceof Error && error.message.startsWith('Unresolved $ref') ? UNRESOLVED : UNUSABLE];
    }
  };
}

const UNUSABLE: SchemaProblem = { instance: '', rule: 'schema', message: 'The schema cannot be used.' };
const UNRESOLVED: SchemaProblem = {
  instance: '',
  rule: '$ref',
  message: 'The schema refers to one that does not exist.',
};
const ENDLESS: SchemaProblem = {
  instance: '',
  rule: '$ref',
  message: 'The schema or the value is nested without end.',
};

/** The validator looks its formats up in one table for all; the patterns of this schema are there only while it runs. */
function run(validator: Validator, { patterns }: PreparedSchema, value: JsonValue): readonly OutputUnit[] {
  const table = format as Record<string, (text: string) => boolean>;
  for (const [name, test] of patterns) table[name] = test;
  try {
    return validator.validate(value).errors;
  } finally {
    for (const name of patterns.keys()) delete table[name];
  }
}

/**
 * An object with the `default`s of a schema's top-level `properties` in place of members that are absent. Members
 * that are `null` are present. `$ref` and nested objects are not followed.
 */
export function applyDefaults(schema: JsonValue, object: JsonObject): JsonObject {
  const properties = isJsonObject(schema) ? memberOf(schema, 'properties') : undefined;
  if (!isJsonObject(properties)) return object;
  const result: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(object)) setMember(result, name, value);
  for (const [name, property] of Object.entries(properties)) {
    const value = isJsonObject(property) ? memberOf(property, 'default') : undefined;
    if (value !== undefined && !hasMember(object, name)) setMember(result, name, value);
  }
  return result;
}
