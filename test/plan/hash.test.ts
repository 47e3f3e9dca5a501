import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, hashOf } from '../../src/plan/hash.ts';
import { planOf, stepOf, uses } from './small-documents.ts';

it('is the SHA-256 of the JSON', () => {
  expect(hashOf('abc')).toBe('6cc43f858fbb763301637b5af970e2a46b46f461f27e5a0f41e009c59b827b25');
});

it('does not depend on the order of members', () => {
  expect(hashOf({ b: 1, a: { d: 2, c: 3 } })).toBe(hashOf({ a: { c: 3, d: 2 }, b: 1 }));
});

it('depends on the order of items', () => {
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});

it('tells absent and null apart, and not absent and undefined', () => {
  expect(hashOf({ a: undefined })).toBe(hashOf({}));
  expect(hashOf({ a: null })).not.toBe(hashOf({}));
});

it('counts a member of the name __proto__', () => {
  expect(canonicalJson(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
});

it('of a plan is that of the plan read back from JSON', () => {
  const plan = planOf({ steps: [stepOf('send', uses('code'))] });
  expect(hashOf(JSON.parse(JSON.stringify(plan)))).toBe(hashOf(plan));
});

it('is the same for equal values, whatever they hold', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(hashOf(JSON.parse(JSON.stringify(value)))).toBe(hashOf(value));
    }),
  );
});
