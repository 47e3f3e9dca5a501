import { createActor, fromCallback } from 'xstate';
import { describe, expect, it } from 'vitest';
import { toPlainJson } from '../../src/inspector/plain-json.ts';

describe('a value of a program', () => {
  it('is itself where it is JSON', () => {
    const value = { a: [1, 'b', null, true, { c: {} }] };
    expect(toPlainJson(value)).toEqual(value);
  });

  it('is without functions, symbols and absent members', () => {
    expect(toPlainJson({ a: undefined, b: () => 1, c: Symbol('x'), d: [undefined] })).toEqual({ d: [null] });
  });

  it('says what JSON cannot say', () => {
    expect(
      toPlainJson({
        bytes: new Uint8Array(3),
        date: new Date(0),
        wrong: new Date(Number.NaN),
        error: new RangeError('far'),
        large: 10n ** 20n,
        map: new Map([['k', 1]]),
        none: Number.NaN,
        set: new Set([1]),
        actor: createActor(
          fromCallback(() => undefined),
          { id: 'listener' },
        ),
      }),
    ).toEqual({
      bytes: '3 bytes',
      date: '1970-01-01T00:00:00.000Z',
      wrong: 'Invalid Date',
      error: { name: 'RangeError', message: 'far' },
      large: '100000000000000000000',
      map: { k: 1 },
      none: 'NaN',
      set: [1],
      actor: { actor: 'listener' },
    });
  });

  it('is cut where it comes back to itself, is too deep, too long or has too much', () => {
    const round: { self?: unknown } = {};
    round.self = round;
    expect(toPlainJson(round)).toEqual({ self: '…' });
    let deep: unknown = 1;
    for (let index = 0; index < 10_000; index += 1) deep = [deep];
    expect(JSON.stringify(toPlainJson(deep))).toContain('…');
    expect(String(toPlainJson('x'.repeat(100_000))).length).toBeLessThan(70_000);
    expect(JSON.stringify(toPlainJson(Array.from({ length: 1_000_000 }, () => 'x'))).length).toBeLessThan(
      100_000,
    );
  });

  it('may fail when it is looked at', () => {
    const angry = {
      get a(): never {
        throw new Error('no');
      },
    };
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(toPlainJson([angry, proxy, 1])).toEqual(['…', '…', 1]);
  });

  it('keeps a member whose name is __proto__ as one', () => {
    const value = toPlainJson(JSON.parse('{"__proto__":{"a":1}}')) as object;
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1}}');
    expect('a' in value).toBe(false);
  });
});
