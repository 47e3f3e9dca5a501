import { isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';

/** Keywords of JSON Schema 2020-12 whose value is a schema. */
export const SCHEMA_KEYWORDS: ReadonlySet<string> = new Set([
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/** Keywords whose value is a list of schemas. */
export const SCHEMA_LIST_KEYWORDS: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

/** Keywords whose value is a map of schemas. */
export const SCHEMA_MAP_KEYWORDS: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

const isText = (value: JsonValue): boolean => typeof value === 'string';
const isTextList = (value: JsonValue): boolean => Array.isArray(value) && value.every(isText);
const isCount = (value: JsonValue): boolean => Number.isInteger(value) && Number(value) >= 0;
const isNumber = (value: JsonValue): boolean => typeof value === 'number';
const isFlag = (value: JsonValue): boolean => typeof value === 'boolean';
const isType = (value: JsonValue): boolean => typeof value === 'string' && TYPES.has(value);

const COUNT = { words: 'a whole number that is not negative', is: isCount };
const NUMBER = { words: 'a number', is: isNumber };
const TEXT = { words: 'a string', is: isText };
const TEXTS = { words: 'a list of strings', is: isTextList };
const FLAG = { words: 'true or false', is: isFlag };

/** What the values of the other keywords must be. A keyword that is not here may hold anything. */
export const KEYWORD_SHAPES: ReadonlyMap<string, { readonly words: string; is(value: JsonValue): boolean }> =
  new Map([
    [
      'type',
      {
        words: `one of ${[...TYPES].map((name) => `"${name}"`).join(', ')}, or a list of them`,
        is: (value: JsonValue) =>
          isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
      },
    ],
    ['enum', { words: 'a list', is: (value: JsonValue) => Array.isArray(value) }],
    ['required', TEXTS],
    [
      'dependentRequired',
      {
        words: 'a map of lists of strings',
        is: (value: JsonValue) => isJsonObject(value) && Object.values(value).every(isTextList),
      },
    ],
    [
      'multipleOf',
      { words: 'a number above 0', is: (value: JsonValue) => isNumber(value) && Number(value) > 0 },
    ],
    ...['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum'].map((name) => [name, NUMBER] as const),
    ...[
      'maxLength',
      'minLength',
      'maxItems',
      'minItems',
      'maxContains',
      'minContains',
      'maxProperties',
      'minProperties',
    ].map((name) => [name, COUNT] as const),
    ...['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'].map((name) => [name, FLAG] as const),
    ...[
      'pattern',
      'format',
      'title',
      'description',
      '$ref',
      '$anchor',
      '$id',
      '$comment',
      'contentEncoding',
      'contentMediaType',
    ].map((name) => [name, TEXT] as const),
  ]);
