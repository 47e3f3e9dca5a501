import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonWithin, isPlainJson } from '../../src/machines/json-limits.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;

describe('isJsonWithin', () => {
  it('counts the bytes of any value as JSON writes it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect([isJsonWithin(value, bytes(value)), isJsonWithin(value, bytes(value) - 1)]).toEqual([
          true,
          false,
        ]);
      }),
    );
  });

  it('comes to an end with a value that has none', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle, cycle);
    expect(isJsonWithin(cycle, 10_000)).toBe(false);
  });
});

describe('isPlainJson', () => {
  it('does not hold for what cannot even be looked at', () => {
    const fails = () => {
      throw new Error('No.');
    };
    expect(isPlainJson([new Proxy({}, { ownKeys: fails })])).toBe(false);
    expect(isPlainJson(Object.defineProperty({}, 'x', { get: fails, enumerable: true }))).toBe(false);
  });

  it('holds for every JSON value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isPlainJson(value)));
  });

  it('looks once at what is shared', () => {
    let shared: unknown = 1;
    for (let level = 0; level < 200; level += 1) shared = [shared, shared];
    expect(isPlainJson(shared)).toBe(true);
  });

  it('fails for cycles, for what is too deep and for what JSON has no word for', () => {
    const cycle: Record<string, unknown> = {};
    cycle['a'] = { b: cycle, c: cycle };
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    for (const value of [
      cycle,
      deep,
      1n,
      () => 1,
      Symbol('x'),
      undefined,
      Number.NaN,
      Infinity,
      [undefined],
      { a: [1n] },
    ]) {
      expect(isPlainJson(value)).toBe(false);
    }
  });

  it('takes an undefined member for an absent one', () => {
    expect(isPlainJson({ a: undefined })).toBe(true);
  });
});
