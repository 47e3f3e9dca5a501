import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  childPointer,
  formatPointer,
  parsePointer,
  resolvePointer,
} from '../../src/document/json-pointer.ts';
import type { JsonValue } from '../../src/document/json.ts';

describe('JSON Pointer', () => {
  // The vectors of RFC 6901 section 5.
  const sample = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'k"l': 6, ' ': 7, 'm~n': 8 };
  it.each<[string, JsonValue]>([
    ['', sample],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ])('resolves %j', (text, expected) => {
    expect(resolvePointer(sample, parsePointer(text) ?? ['?'])).toEqual(expected);
  });

  it.each(['/foo/-', '/foo/01', '/foo/+1', '/foo/2', '/foo/length', '/toString', '/__proto__', '/foo/0/0'])(
    'finds nothing at %j',
    (text) => {
      expect(resolvePointer(sample, parsePointer(text) ?? [])).toBeUndefined();
    },
  );

  it.each(['a', '/a~', '/a~2', '#/a'])('refuses %j', (text) => {
    expect(parsePointer(text)).toBeUndefined();
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        expect(parsePointer(formatPointer(tokens))).toEqual(tokens);
        expect(tokens.reduce(childPointer, '')).toBe(formatPointer(tokens));
      }),
    );
  });
});
