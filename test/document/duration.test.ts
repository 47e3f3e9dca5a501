import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/document/duration.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('parseDuration', () => {
  it.each([
    ['PT8H', 8 * HOUR],
    ['P2D', 2 * DAY],
    ['P1W', 7 * DAY],
    ['P3M', 90 * DAY],
    ['PT3M', 180_000],
    ['P2Y', 730 * DAY],
    ['PT0.25S', 250],
    ['PT0.0001S', 1],
    ['P1Y2M3W4DT5H6M7.5S', (365 + 60 + 21 + 4) * DAY + 5 * HOUR + 6 * 60_000 + 7500],
    ['PT0S', 0],
  ])('counts %s as %d milliseconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', 'P', 'PT', 'P1H', 'PT1D', '8H', 'pt8h', 'P-1D', 'PT1.5H', 'PT8H ', ' PT8H', 'P1DT', 'PT1S1M'])(
    'takes "%s" for none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('gives nothing for one that is too long to be counted', () => {
    expect(parseDuration(`P${'9'.repeat(30)}Y`)).toBeUndefined();
    expect(parseDuration(`PT${'9'.repeat(400)}S`)).toBeUndefined();
  });
});
