import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/expressions/linear-pattern.ts';
import { textsMatching, textsNotMatching } from '../../../src/testing/answers/pattern-text.ts';

const PATTERNS = [
  'a',
  '^a$',
  '^(?:ab|cd)+$',
  '^[A-Z]{3}-\\d{2,4}$',
  '^[^\\s@]+@[^\\s@]+\\.[a-z]{2,}$',
  '^\\+[1-9]\\d{1,14}$',
  '^(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])$',
  '^(?P<name>x)\\z',
  '(?i)^yes$',
  '^\\p{Lu}\\p{Ll}+$',
  '^.{200}$',
  '[\\d\\-_]',
  '^\\u{1F600}$',
  '^\\x41\\t$',
  'x{0}y',
  '\\Bfoo',
  '^[\\u4e00-\\u9fff]+$',
  '^v?\\d+(?:\\.\\d+)*$',
];

const finds = (pattern: string, text: string): boolean => {
  const compiled = compilePattern(pattern);
  return 'value' in compiled && compiled.value.test(text);
};

describe('texts for patterns', () => {
  it.each(PATTERNS)('match %s', (pattern) => {
    const texts = textsMatching(pattern);
    expect(texts).not.toEqual([]);
    expect(texts.filter((text) => !finds(pattern, text))).toEqual([]);
  });

  it.each(PATTERNS)('do not match %s', (pattern) => {
    const texts = textsNotMatching(pattern);
    expect(texts).not.toEqual([]);
    expect(texts.filter((text) => finds(pattern, text))).toEqual([]);
  });

  it.each(['(', '(?=a)b', '(a)\\1', '[^\\s\\S]', 'a{1001}'])('are none for %s', (pattern) => {
    expect(textsMatching(pattern)).toEqual([]);
  });

  it('are none that does not match where everything does', () => {
    expect(textsNotMatching('')).toEqual([]);
    expect(textsNotMatching('.*')).toEqual([]);
  });

  it('are different ones', () => {
    expect(new Set(textsMatching('^[a-z]\\d?$')).size).toBeGreaterThan(2);
  });
});
