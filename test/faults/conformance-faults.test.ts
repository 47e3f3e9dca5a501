import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleTests } from '../conformance/rule-tests.ts';
import { CONFORMANCE_FAULTS } from './conformance-faults.ts';

describe('the sample of faults against rules', () => {
  it('is of twenty rules', () => {
    expect(new Set(CONFORMANCE_FAULTS.map(({ rule }) => rule)).size).toBe(20);
  });

  it.each(CONFORMANCE_FAULTS.map((fault) => [fault.rule, fault] as const))(
    'has a place for %s in the source, and a test',
    (rule, { file, find, replace }) => {
      const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      expect(source.split(find).length - 1).toBe(1);
      expect(find).not.toBe(replace);
      expect(ruleTests().some(({ ids }) => ids.includes(rule))).toBe(true);
    },
  );
});
