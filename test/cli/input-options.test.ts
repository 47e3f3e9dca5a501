import { describe, expect, test } from 'vitest';
import { readInputs, splitPair } from '../../src/cli/input-options.ts';
import { CommandError } from '../../src/cli/command-error.ts';
import type { JsonValue } from '../../src/document/json.ts';

function planOf(inputs: Readonly<Record<string, JsonValue>>, inputSchema: JsonValue = { type: 'object' }) {
  return {
    inputs: Object.entries(inputs).map(([name, schema]) => ({ name, schema, secret: false })),
    inputSchema,
  };
}

describe('readInputs', () => {
  test('splits at the first "=", so that a value may hold others', () => {
    expect(splitPair('token=a=b==', 'It')).toEqual(['token', 'a=b==']);
    expect(readInputs({ pairs: ['token='] }, planOf({ token: { type: 'string' } }))).toEqual({ token: '' });
  });

  test('the last of two values for one input wins, and a pair overrules the file', () => {
    const plan = planOf({ a: { type: 'integer' }, b: { type: 'integer' } });
    expect(readInputs({ pairs: ['a=1', 'a=2'], file: { a: 9, b: 8 } }, plan)).toEqual({ a: 2, b: 8 });
  });

  test('never says the value in a message', () => {
    const plan = planOf({ pin: { type: 'integer' }, word: { type: 'string', pattern: '^a' } });
    for (const pair of ['pin=hush', 'word=hush']) {
      expect(() => readInputs({ pairs: [pair] }, plan)).toThrow(CommandError);
      expect(() => readInputs({ pairs: [pair] }, plan)).not.toThrow(/hush/);
    }
  });

  test('lets unknown names in where the schema does', () => {
    const plan = planOf({ a: {} }, { type: 'object', additionalProperties: { type: 'string' } });
    expect(readInputs({ pairs: ['b=1'] }, plan)).toEqual({ b: '1' });
    expect(() => readInputs({ pairs: ['b=1'] }, planOf({ a: {} }))).toThrow('no input "b"');
  });

  test('names that reach for the prototype are names like others', () => {
    const plan = planOf(
      JSON.parse('{"__proto__": {"type": "string"}, "constructor": {"type": "string"}}') as Record<
        string,
        JsonValue
      >,
    );
    const values = readInputs({ pairs: ['__proto__=a', 'constructor=b'] }, plan);
    expect(Object.keys(values)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  });

  test('a reference out of the input is left to the machine', () => {
    expect(readInputs({ pairs: ['a=x'] }, planOf({ a: { $ref: '#/$defs/name' } }))).toEqual({ a: 'x' });
  });
});
