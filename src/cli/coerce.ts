import { hasMember, isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';

/** A text read as a value, or why it cannot be. */
export type Coerced = { readonly value: JsonValue } | { readonly problem: string };

type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

const TYPE_NAMES: readonly string[] = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function isTypeName(value: JsonValue): value is TypeName {
  return typeof value === 'string' && TYPE_NAMES.includes(value);
}

function typeOf(value: JsonValue): TypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

/**
 * The types that a schema allows, as far as it says so: by `type`, by the values of `const` and `enum`, or in the
 * branches of `anyOf`, `oneOf` and `allOf`. Empty when it does not say.
 */
export function typesOf(schema: JsonValue | undefined, depth = 0): readonly TypeName[] {
  if (schema === undefined || !isJsonObject(schema) || depth > 8) return [];
  const type = memberOf(schema, 'type');
  if (type !== undefined) return (Array.isArray(type) ? type : [type]).filter(isTypeName);
  if (hasMember(schema, 'const')) return [typeOf(schema['const'] as JsonValue)];
  const values = memberOf(schema, 'enum');
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  const found = new Set<TypeName>();
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const branches = memberOf(schema, keyword);
    if (!Array.isArray(branches)) continue;
    for (const branch of branches) for (const name of typesOf(branch, depth + 1)) found.add(name);
  }
  return [...found];
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function readAs(type: TypeName, text: string): JsonValue | undefined {
  const trimmed = text.trim();
  switch (type) {
    case 'string':
      return text;
    case 'number':
    case 'integer': {
      const number = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
      return Number.isFinite(number) && (type === 'number' || Number.isInteger(number)) ? number : undefined;
    }
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : undefined;
    case 'null':
      return trimmed === 'null' || trimmed === '' ? null : undefined;
    case 'array': {
      const value = parseJson(text);
      return Array.isArray(value) ? value : undefined;
    }
    case 'object': {
      const value = parseJson(text);
      return isJsonObject(value) ? value : undefined;
    }
  }
}

const WORDS: Readonly<Record<TypeName, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: '"true" or "false"',
  null: '"null"',
  array: 'a JSON array',
  object: 'a JSON object',
};

/** Numbers before text: where a schema allows both, `5` is meant as a number. */
const ORDER: readonly TypeName[] = ['null', 'boolean', 'integer', 'number', 'array', 'object', 'string'];

/**
 * Reads what a person typed as a value of a schema: the schema decides the type, so `5` is text where text is
 * asked for. Without a type in the schema it is text, unless it is written as a JSON object or array.
 * Checks nothing but the type.
 */
export function coerce(text: string, schema: JsonValue | undefined): Coerced {
  const types = typesOf(schema);
  if (types.length === 0) {
    const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
    return { value: json ?? text };
  }
  for (const type of ORDER) {
    if (!types.includes(type)) continue;
    // "" is the empty text rather than null where both are allowed.
    if (type === 'null' && text === '' && types.includes('string')) continue;
    const value = readAs(type, text);
    if (value !== undefined) return { value };
  }
  return { problem: `must be ${types.map((type) => WORDS[type]).join(' or ')}` };
}
