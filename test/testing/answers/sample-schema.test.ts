import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/document/json.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { sampleSchema } from '../../../src/testing/answers/sample-schema.ts';

const OBJECT = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' }, name: { type: 'string' } },
};
const SCHEMAS: readonly (readonly [string, JsonValue])[] = [
  ['a string', { type: 'string' }],
  ['a short string', { type: 'string', maxLength: 2 }],
  ['a long string', { type: 'string', minLength: 40 }],
  ['a pattern with lengths', { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 3 }],
  ...['date-time', 'date', 'email', 'uuid', 'uri', 'ipv4', 'ipv6', 'hostname', 'time', 'duration'].map(
    (format) => [`a ${format}`, { type: 'string', format }] as const,
  ),
  ['an enumeration', { enum: ['a', 7, null] }],
  ['a constant', { const: { a: [1] } }],
  ['a positive integer', { type: 'integer', exclusiveMinimum: 0, maximum: 3 }],
  ['a multiple', { type: 'integer', multipleOf: 7, minimum: 50, maximum: 60 }],
  ['a small number', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.5 }],
  ['a negative number', { type: 'number', maximum: -5 }],
  ['either of two types', { type: ['null', 'integer'] }],
  ['null', { type: 'null' }],
  ['an object', OBJECT],
  ['a closed object', { ...OBJECT, additionalProperties: false }],
  ['a map', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 2 }],
  ['a list', { type: 'array', items: OBJECT, minItems: 3 }],
  ['a set', { type: 'array', items: { enum: ['a', 'b', 'c'] }, minItems: 3, uniqueItems: true }],
  ['an empty list', { type: 'array', items: { type: 'string' }, maxItems: 0 }],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false, minItems: 2 },
  ],
  [
    'a part of parts',
    {
      allOf: [
        OBJECT,
        { required: ['size'], properties: { size: { enum: ['S', 'L'] }, id: { minimum: 100 } } },
      ],
    },
  ],
  ['one of several', { oneOf: [{ type: 'string', enum: ['x'] }, OBJECT] }],
  ['any of several', { anyOf: [{ type: 'integer', minimum: 5 }, { type: 'boolean' }] }],
  [
    'a tree',
    {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          required: ['children'],
          properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    },
  ],
  [
    'a thing that has the same part as what is in it',
    {
      allOf: [
        { $ref: '#/$defs/resource' },
        { required: ['owner'], properties: { owner: { $ref: '#/$defs/owner' } } },
      ],
      $defs: {
        resource: OBJECT,
        owner: { allOf: [{ $ref: '#/$defs/resource' }, { type: 'object', required: ['mail'] }] },
      },
    },
  ],
  [
    'a part that is in two parts',
    {
      allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }],
      $defs: {
        thing: OBJECT,
        a: { allOf: [{ $ref: '#/$defs/thing' }] },
        b: { allOf: [{ $ref: '#/$defs/thing' }, { required: ['name'] }] },
      },
    },
  ],
  ['what has a member of a strange name', { type: 'object', required: ['__proto__', 'constructor'] }],
];

describe('samples of schemas', () => {
  it.each(SCHEMAS)('%s is valid, whole and with as little as can be', (_name, schema) => {
    const check = compileSchema(schema);
    for (const isFull of [true, false]) {
      for (const variant of [0, 1, 2]) {
        const value = sampleSchema(schema, 'thing', { root: schema, variant, isFull });
        expect(value).toBeDefined();
        expect(check(value as JsonValue)).toEqual([]);
      }
    }
  });

  it('are what the schema gives as an example or a default', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string', examples: ['A'] }, b: { default: 4 } },
    };
    expect(sampleSchema(schema, 'thing', { root: schema, variant: 0, isFull: true })).toEqual({
      a: 'A',
      b: 4,
    });
  });

  it('are told apart by where they stand', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
    const sample = sampleSchema(schema, 'thing', { root: schema, variant: 0, isFull: true });
    expect(sample).toEqual({ a: 'a-1', b: 'b-1' });
  });

  it('hold nothing that the API does not send', () => {
    const schema = {
      type: 'object',
      properties: { a: { writeOnly: true }, b: { readOnly: true, type: 'null' } },
    };
    expect(sampleSchema(schema, 'thing', { root: schema, variant: 0, isFull: true })).toEqual({ b: null });
  });

  it('do not grow with the number of ways through schemas that refer to each other', () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const refers = names.map((name) => [name, { $ref: `#/$defs/${name}` }] as const);
    const type = { type: 'object', properties: Object.fromEntries([...refers, ['own', { type: 'string' }]]) };
    const $defs = Object.fromEntries(names.map((name) => [name, type]));
    const schema = { $ref: '#/$defs/t0', $defs };
    const started = performance.now();
    const sample = sampleSchema(schema, 'thing', { root: schema, variant: 0, isFull: true });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(sample).toMatchObject({ own: 'own-1', t11: { own: 'own-1' } });
    expect(compileSchema(schema)(sample as JsonValue)).toEqual([]);
    expect(JSON.stringify(sample).length).toBeLessThan(100_000);
  });

  it('of too many items are none', () => {
    const cube = (depth: number): JsonValue =>
      depth === 0 ? { type: 'string' } : { type: 'array', minItems: 50, items: cube(depth - 1) };
    const schema = {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string' }, cube: cube(6) },
    };
    const started = performance.now();
    for (const [root, expected] of [
      [schema, { id: 'id-1' }],
      [cube(6), undefined],
    ] as const)
      expect(sampleSchema(root, 'thing', { root, variant: 0, isFull: true })).toEqual(expected);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each([
    [false],
    [{ $ref: '#' }],
    [{ type: 'object', required: ['a'], properties: { a: { $ref: '#' } } }],
  ])('are none of %j', (schema) => {
    expect(sampleSchema(schema, 'thing', { root: schema, variant: 0, isFull: true })).toBeUndefined();
  });
});
