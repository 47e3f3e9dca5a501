import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakLines, textWidth } from '../../src/diagram/text-width.ts';

describe('textWidth', () => {
  test('is what Helvetica has, in pixels, rounded up', () => {
    expect(textWidth('Hi', { fontSize: 1000 })).toBe(722 + 222);
    expect(textWidth('failed', { fontSize: 10 })).toBe(Math.ceil((278 + 556 + 222 + 222 + 556 + 556) / 100));
  });

  test('gives bold letters, and those of other scripts, more', () => {
    expect(textWidth('done', { fontSize: 13, bold: true })).toBeGreaterThan(
      textWidth('done', { fontSize: 13 }),
    );
    expect(textWidth('状態', { fontSize: 10 })).toBe(20);
    expect(textWidth('e\u0301', { fontSize: 1000 })).toBe(556);
  });
});

describe('breakLines', () => {
  test('breaks at spaces, and a word only where it is longer than a line', () => {
    expect(breakLines('one two three', 8, 5)).toEqual(['one two', 'three']);
    expect(breakLines('abcdefghij kl', 4, 5)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  });

  test('ends in an ellipsis where there is more', () => {
    expect(breakLines('one two three four', 5, 2)).toEqual(['one', 'two …']);
  });

  test('loses nothing and keeps to the length, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })), (words) => {
        const text = words.map((word) => word.replaceAll(' ', '_')).join(' ');
        const lines = breakLines(text, 10, Infinity);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        expect(lines.filter((line) => line.length > 10)).toEqual([]);
      }),
    );
  });
});
