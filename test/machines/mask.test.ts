import { expect, it } from 'vitest';
import { MASK, maskSecrets } from '../../src/machines/mask.ts';

it('masks members that look like secrets, at any depth', () => {
  expect(maskSecrets({ a: [{ session_token: 'x' }], password: { deep: 1 }, note: 'shown' })).toEqual({
    a: [{ session_token: MASK }],
    password: MASK,
    note: 'shown',
  });
});

it('masks the members that it is told to', () => {
  expect(maskSecrets({ pin: 1, pins: 2 }, new Set(['pin']))).toEqual({ pin: MASK, pins: 2 });
});

it('leaves null and what is no object', () => {
  expect(maskSecrets({ token: null })).toEqual({ token: null });
  expect([maskSecrets('token'), maskSecrets(3), maskSecrets(null)]).toEqual(['token', 3, null]);
});

it('gives a copy', () => {
  const value = { token: 'x', list: [1] };
  maskSecrets(value);
  expect(value).toEqual({ token: 'x', list: [1] });
});

it('keeps a member of the name __proto__ a member', () => {
  const masked = maskSecrets(JSON.parse('{"__proto__":{"token":"x"}}'));
  expect(JSON.stringify(masked)).toBe(`{"__proto__":{"token":"${MASK}"}}`);
});
