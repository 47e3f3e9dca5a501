import { describe, expect, it } from 'vitest';
import { createRateLimiter, partyOf } from '../../src/server/rate-limiter.ts';

describe('a rate limiter', () => {
  const limit = { count: 3, perSeconds: 30 };

  it('lets so many through at once, and then one after the other', () => {
    let now = 0;
    const limiter = createRateLimiter(() => now);
    const take = () => limiter.take('a', limit);
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 10]);
    now = 9999;
    expect(take()).toBe(1);
    now = 10_000;
    expect([take(), take()]).toEqual([0, 10]);
    now = 1_000_000;
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 10]);
  });

  it('counts each key for itself', () => {
    const limiter = createRateLimiter(() => 0);
    for (let index = 0; index < 4; index += 1) void limiter.take('a', limit);
    expect(limiter.take('b', limit)).toBe(0);
  });

  it('is not led astray by a clock that goes back', () => {
    let now = 60_000;
    const limiter = createRateLimiter(() => now);
    for (let index = 0; index < 3; index += 1) void limiter.take('a', limit);
    now = 0;
    expect(limiter.take('a', limit)).toBe(10);
  });

  it('forgets the keys that were not heard of for the longest time', () => {
    const limiter = createRateLimiter(() => 0);
    const once = { count: 1, perSeconds: 1000 };
    void limiter.take('first', once);
    void limiter.take('second', once);
    for (let index = 0; index < 99_999; index += 1) void limiter.take(`key ${index}`, once);
    expect(limiter.take('second', once)).toBe(1000);
    expect(limiter.take('first', once)).toBe(0);
  });
});

describe('the party behind an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is %s', (address, party) => {
    expect(partyOf(address)).toBe(party);
  });
});
