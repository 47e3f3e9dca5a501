import { describe, expect, it } from 'vitest';
import { judgeCriterion } from '../../src/expressions/evaluate-criterion.ts';
import { compilePattern, PatternTooCostly } from '../../src/expressions/linear-pattern.ts';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';

describe('a pattern', () => {
  it.each(['(?:a?){1000}'.repeat(100), 'x{9}'.repeat(400), '(a|b){1,1000}'.repeat(90)])(
    'that repeats too much is refused before it is written out: %.20s…',
    (source) => {
      expect(compilePattern(source)).toEqual({
        problem: expect.stringContaining('repeats too much') as unknown,
      });
    },
  );

  it.each(['^.{1,1000}$', '[a-z]{1,64}@[a-z]{1,255}', '\\d{6}'])('%s is not too much', (source) => {
    expect(compilePattern(source)).toHaveProperty('value');
  });

  it('does not begin a search that would not end in seconds', () => {
    const compiled = compilePattern('(?:[a-y]x?|b){1000}(?:a?){1000}$');
    const text = 'ab'.repeat(500_000);
    expect(() => 'value' in compiled && compiled.value.test(text)).toThrow(PatternTooCostly);
    const criterion = parseCriterion({
      context: '$response.body',
      condition: '(?:[a-y]x?|b){1000}(?:a?){1000}$',
      type: 'regex',
    }).value;
    const scope = { response: { statusCode: 200, headers: {}, body: text } };
    expect(criterion && judgeCriterion(criterion, scope)).toEqual({
      passes: false,
      problem: 'The text is too long for a pattern of this size.',
    });
  });
});
