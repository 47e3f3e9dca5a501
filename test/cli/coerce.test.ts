import { assert, jsonValue, maxSafeInteger, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coerce, typesOf } from '../../src/cli/coerce.ts';
import type { JsonValue } from '../../src/document/json.ts';

describe('coerce', () => {
  const cases: readonly (readonly [text: string, schema: JsonValue | undefined, value: JsonValue])[] = [
    ['5', { type: 'string' }, '5'],
    ['5', { type: 'integer' }, 5],
    ['-2.5e3', { type: 'number' }, -2500],
    ['5', { type: ['string', 'integer'] }, 5],
    ['five', { type: ['string', 'integer'] }, 'five'],
    ['true', { type: 'boolean' }, true],
    ['null', { type: ['string', 'null'] }, null],
    ['', { type: ['string', 'null'] }, ''],
    ['', { type: ['integer', 'null'] }, null],
    ['[1,"a"]', { type: 'array' }, [1, 'a']],
    ['{"a":1}', { type: 'object' }, { a: 1 }],
    ['2', { enum: [1, 2] }, 2],
    ['2', { enum: ['1', '2'] }, '2'],
    ['7', { anyOf: [{ type: 'integer' }, { type: 'null' }] }, 7],
    ['7', { const: 7 }, 7],
    ['012', undefined, '012'],
    ['7', {}, '7'],
    ['{"a":1}', {}, { a: 1 }],
    ['[not json', {}, '[not json'],
    [' 7 ', { type: 'integer' }, 7],
  ];
  for (const [text, schema, value] of cases) {
    test(`reads ${JSON.stringify(text)} for ${JSON.stringify(schema)} as ${JSON.stringify(value)}`, () => {
      expect(coerce(text, schema)).toEqual({ value });
    });
  }

  const refused: readonly (readonly [text: string, schema: JsonValue, problem: RegExp])[] = [
    ['1.5', { type: 'integer' }, /a whole number/],
    ['0x10', { type: 'number' }, /a number/],
    ['1e999', { type: 'number' }, /a number/],
    ['', { type: 'number' }, /a number/],
    ['yes', { type: 'boolean' }, /"true" or "false"/],
    ['{}', { type: 'array' }, /a JSON array/],
    ['[]', { type: 'object' }, /a JSON object/],
    ['x', { type: ['integer', 'null'] }, /a whole number or "null"/],
  ];
  for (const [text, schema, problem] of refused) {
    test(`refuses ${JSON.stringify(text)} for ${JSON.stringify(schema)}`, () => {
      const coerced = coerce(text, schema);
      expect('problem' in coerced && coerced.problem).toMatch(problem);
    });
  }

  test('a text stays itself wherever only text is allowed', () => {
    assert(
      property(string(), (text) => {
        expect(coerce(text, { type: 'string' })).toEqual({ value: text });
      }),
    );
  });

  test('a whole number survives being typed', () => {
    assert(
      property(maxSafeInteger(), (number) => {
        expect(coerce(String(number), { type: 'integer' })).toEqual({ value: number });
      }),
    );
  });

  test('gives a value or a problem, whatever the schema is', () => {
    assert(
      property(string(), jsonValue(), (text, schema) => {
        const coerced = coerce(text, schema as JsonValue);
        expect('value' in coerced || 'problem' in coerced).toBe(true);
      }),
    );
  });
});

describe('typesOf', () => {
  test('does not follow a schema without end', () => {
    let schema: JsonValue = { type: 'string' };
    for (let depth = 0; depth < 50; depth += 1) schema = { anyOf: [schema] };
    expect(typesOf(schema)).toEqual([]);
  });
});
