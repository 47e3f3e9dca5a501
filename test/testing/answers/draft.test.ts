import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/document/json.ts';
import { put, type Value } from '../../../src/testing/answers/draft.ts';

const NOTHING = { sampleAt: (): Value => undefined };
const SAMPLES = {
  sampleAt: (tokens: readonly string[]): Value =>
    tokens.at(-1) === 'items' ? [{ id: 'sample' }] : undefined,
};

const made: readonly (readonly [string, Value, readonly string[], Value, Value])[] = [
  ['a member', { a: 1, b: 2 }, ['a'], 3, { a: 3, b: 2 }],
  ['a member that is not there', { b: 2 }, ['a', 'c'], 3, { b: 2, a: { c: 3 } }],
  ['an item', [1, 2], ['1'], 3, [1, 3]],
  ['an item further on', [1], ['2'], 3, [1, null, 3]],
  ['an item of a list that is not there', {}, ['list', '0', 'a'], 3, { list: [{ a: 3 }] }],
  ['something in nothing', undefined, ['a'], 3, { a: 3 }],
  ['something in what is no container', 'text', ['a'], 3, { a: 3 }],
  ['the whole', { a: 1 }, [], 3, 3],
  ['no member', { a: 1, b: 2 }, ['a'], undefined, { b: 2 }],
  ['no item, and none after it', [1, 2, 3], ['1'], undefined, [1]],
  ['nothing in what is not there', { b: 2 }, ['a', 'c'], undefined, { b: 2 }],
  ['nothing in nothing', undefined, ['a'], undefined, undefined],
];

describe('writing into a value', () => {
  it.each(made)('puts %s', (_what, value, tokens, leaf, result) => {
    expect(put(value, tokens, leaf, NOTHING)).toEqual(result);
  });

  it('makes what is on the way as the API does', () => {
    expect(put({}, ['items', '0', 'stock'], 3, SAMPLES)).toEqual({ items: [{ id: 'sample', stock: 3 }] });
  });

  it('changes nothing that it was given', () => {
    const given = { a: [{ b: 1 }] } as JsonValue;
    put(given, ['a', '0', 'b'], 2, NOTHING);
    expect(given).toEqual({ a: [{ b: 1 }] });
  });

  it('makes no list longer than can be read', () => {
    expect(put([1], ['5000'], 3, NOTHING)).toEqual([1]);
  });

  it('keeps members of strange names members', () => {
    const result = put({}, ['__proto__', 'polluted'], 1, NOTHING);
    expect(Object.keys(result as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
