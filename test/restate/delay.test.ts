import { expect, it } from 'vitest';
import { delayOf } from '../../src/restate/delay.ts';

it.each([
  [300.5, 301],
  [1, 1],
  [0, 0],
  [-1, 0],
  [Number.NaN, 0],
])('a delay of %d ms is one of %d whole ones', (ms, delay) => {
  expect(delayOf(ms)).toBe(delay);
});

it.each([Number.MAX_VALUE, Number.POSITIVE_INFINITY])(
  'of %d ms it is one that a clock has room for',
  (ms) => {
    expect(new Date(Date.now() + delayOf(ms)).getTime()).toBeGreaterThan(Date.now());
    expect(Number.isSafeInteger(delayOf(ms))).toBe(true);
  },
);
