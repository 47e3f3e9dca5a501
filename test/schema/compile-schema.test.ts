import { format } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../src/document/json.ts';
import { applyDefaults, compileSchema } from '../../src/schema/compile-schema.ts';
import { patternProblems } from '../../src/schema/pattern-problems.ts';

const check = (schema: JsonValue, value: JsonValue): string[] =>
  compileSchema(schema)(value).map((problem) => `${problem.instance} ${problem.rule}`.trim());

describe('compileSchema', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['an empty schema', {}, { a: 1 }],
    ['true', true, 1],
    ['an unknown format', { format: 'sms-code' }, 'x'],
    ['format password', { type: 'string', format: 'password' }, 'x'],
    ['an integer written as a float', { type: 'integer' }, 2.0],
    ['a pattern that is found anywhere', { pattern: '\\d{3}' }, 'ab123c'],
    ['a null among types', { type: ['string', 'null'] }, null],
  ])('accepts %s', (_title, schema, value) => {
    expect(check(schema, value)).toEqual([]);
  });

  it.each<[string, JsonValue, JsonValue, string[]]>([
    ['type', { type: 'string' }, 1, ['type']],
    ['a missing member', { required: ['a'] }, {}, ['required']],
    ['a nested pattern', { properties: { a: { pattern: '^\\d{6}$' } } }, { a: 'x' }, ['/a pattern']],
    [
      'formats',
      { properties: { m: { format: 'email' }, u: { format: 'uuid' } } },
      { m: 'x', u: 'y' },
      ['/m format', '/u format'],
    ],
    ['date-time', { format: 'date-time' }, '2026-13-01T00:00:00Z', ['format']],
    ['oneOf as one problem', { oneOf: [{ type: 'string' }, { required: ['x'] }] }, 3, []],
    ['oneOf that none matches', { oneOf: [{ type: 'string' }, { type: 'null' }] }, 3, ['oneOf']],
    [
      'anyOf with false inside',
      { anyOf: [{ properties: { a: false } }, { type: 'null' }] },
      { a: 1 },
      ['anyOf'],
    ],
    [
      'additional members',
      { properties: { a: true }, additionalProperties: false },
      { a: 1, 'b c/d': 1 },
      ['/b c~1d additionalProperties'],
    ],
    ['exclusive bounds', { exclusiveMinimum: 3 }, 3, ['exclusiveMinimum']],
    ['a schema behind a $ref', { $ref: '#/$defs/a', $defs: { a: { maxLength: 1 } } }, 'xx', ['maxLength']],
    [
      'a schema behind an anchor',
      { properties: { a: { $anchor: 'q', type: 'string' }, b: { $ref: '#q' } } },
      { b: 1 },
      ['/b type'],
    ],
    ['false', false, 1, ['not']],
    ['a $ref to nothing', { $ref: '#/nope' }, 1, ['$ref']],
    ['a schema that is none', 5, 1, ['schema']],
  ])('refuses %s', (_title, schema, value, expected) => {
    expect(check(schema, value)).toEqual(expected);
  });

  it('ends where a schema refers to itself without end', () => {
    expect(check({ $ref: '#' }, 1)).toEqual(['$ref']);
    expect(check({ allOf: [{ $ref: '#' }, { $ref: '#' }] }, 1)).toEqual(['$ref']);
  });

  it('follows a recursive schema as far as the value goes', () => {
    const schema = { properties: { next: { $ref: '#' }, v: { type: 'number' } } };
    expect(check(schema, { next: { next: { v: 'x' } } })).toEqual(['/next/next/v type']);
  });

  it('matches a pattern in linear time', () => {
    const started = performance.now();
    expect(check({ pattern: '^(a+)+$' }, `${'a'.repeat(5000)}b`)).toEqual(['pattern']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('resolves patternProperties without JavaScript patterns, for each value anew', () => {
    const schema = {
      patternProperties: { '^(x+)+-': { type: 'number' }, x: { type: ['string', 'number'] } },
      additionalProperties: false,
    };
    const run = compileSchema(schema);
    expect(run({ 'x-a': 's', b: 1 }).map((problem) => `${problem.instance} ${problem.rule}`)).toEqual([
      '/x-a type',
      '/b additionalProperties',
    ]);
    expect(run({ 'xx-b': 1, ['x'.repeat(60)]: '' })).toEqual([]);
    expect(run({ 'x$(.*': true }).map((problem) => problem.instance)).toEqual(['/x$(.*']);
  });

  it('leaves out a pattern that the engine cannot take, and tells it', () => {
    const schema = { properties: { pattern: { pattern: '(?=x)' } }, default: { pattern: '(' } };
    expect(check(schema, { pattern: 'a' })).toEqual([]);
    expect(patternProblems(schema).map((problem) => problem.pointer)).toEqual([
      '/properties/pattern/pattern',
    ]);
  });

  it('never puts the value into a message', () => {
    const secret = 'hunter2';
    const schema = {
      allOf: [
        { type: 'number' },
        { pattern: '^x' },
        { format: 'email' },
        { enum: ['a'] },
        { const: 'b' },
        { maxLength: 1 },
        { not: {} },
      ],
    };
    const problems = compileSchema(schema)(secret);
    expect(problems.length).toBe(7);
    expect(JSON.stringify(problems)).not.toContain(secret);
    expect(JSON.stringify(compileSchema({ propertyNames: { maxLength: 1 } })({ [secret]: 1 }))).not.toMatch(
      /message.*hunter2/,
    );
  });

  it('names the types that are names', () => {
    const messages = (type: JsonValue) => compileSchema({ type })(1).map(({ message }) => message);
    expect(messages(['string', { a: 1 }, 5])).toEqual(['The value must be a string.']);
    expect(messages([{ a: 1 }])).toEqual(['The value must be of another type.']);
  });

  it('reports at most 20 problems', () => {
    const items = Array.from({ length: 50 }, () => 1);
    expect(compileSchema({ items: { type: 'string' } })(items)).toHaveLength(20);
  });

  it('takes names of the prototype as names', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"}},"required":["__proto__","constructor"]}',
    ) as JsonValue;
    expect(check(schema, JSON.parse('{"__proto__":1}') as JsonValue)).toEqual([
      'required',
      '/__proto__ type',
    ]);
    expect(check(schema, {})).toEqual(['required', 'required']);
  });

  it('leaves nothing behind in the formats that all validators share', () => {
    const before = Object.keys(format);
    check({ pattern: '^a' }, 'a');
    expect(Object.keys(format)).toEqual(before);
  });

  it('leaves the schema as it is', () => {
    const schema = Object.freeze({ $id: 'x', pattern: 'a' });
    compileSchema(schema)('a');
    expect(Reflect.ownKeys(schema)).toEqual(['$id', 'pattern']);
  });
});

describe('applyDefaults', () => {
  it('fills in absent members, and only those', () => {
    const schema = { properties: { a: { default: 1 }, b: { default: 2 }, c: { type: 'string' } } };
    expect(applyDefaults(schema, { b: null })).toEqual({ a: 1, b: null });
  });

  it('gives the object back where the schema has no properties', () => {
    const object = { a: 1 };
    expect(applyDefaults(true, object)).toBe(object);
  });
});
