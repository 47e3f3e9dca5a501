import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  conformanceData,
  conformancePage,
  conformanceProblems,
  type ConformanceData,
} from './conformance-page.ts';
import { ruleTestsIn } from './rule-tests.ts';

const data = conformanceData();

it('every rule has a test or the reason why it has none, and no test names another', () => {
  expect(conformanceProblems(data)).toEqual([]);
});

it('docs/conformance.md is what `npm run generate:conformance` writes', () => {
  const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  expect(page).toBe(conformancePage(data));
});

describe('the list of rules', () => {
  const small: ConformanceData = {
    groups: [{ title: 'Small', section: 'small', rules: { 'A-01': 'One.', 'A-02': 'Two | *2*.' } }],
    skipped: [{ id: 'A-02', reason: 'No time.' }],
    tests: [{ ids: ['A-01'], file: 'a', fact: 'it holds' }],
  };

  it('is complete', () => {
    expect(conformanceProblems(small)).toEqual([]);
    expect(conformanceProblems({ ...small, tests: [] })).toEqual([
      '"A-01" has neither a test nor a reason to have none.',
    ]);
    expect(conformanceProblems({ ...small, skipped: [] })).toHaveLength(1);
    expect(conformanceProblems({ ...small, skipped: [{ id: 'A-02', reason: ' ' }] })).toHaveLength(1);
    expect(
      conformanceProblems({
        ...small,
        tests: [...small.tests, { ids: ['A-02', 'B-01'], file: 'a', fact: 'x' }],
      }),
    ).toEqual(['A test names "B-01", which is no rule.', '"A-02" is skipped, and has a test.']);
  });

  it('becomes a table', () => {
    expect(conformancePage(small).split('\n').slice(-5)).toEqual([
      '| id | rule | what we do | test |',
      '| --- | --- | --- | --- |',
      '| A-01 | One. | It holds. | [a](../test/conformance/a.test.ts) |',
      String.raw`| A-02 | Two \| \*2\*. | Not checked. No time. | – |`,
      '',
    ]);
  });

  it('reads the titles of tests', () => {
    // The ids are put in afterwards: this file is read for titles too.
    const source = String.raw`
      it('§-01 is alone', () => {});
      describe("a thing", () => {
        it('§-01 A-02 is', () => {});
        it('§-03: one\'s own', () => {});
        it.each([['x', 1]])(
          '§-04 takes all (%s: %j)', (x) => f(x, '§-05 no'));
        it('has no id', () => {});
      });`.replaceAll('§', 'A');
    expect(ruleTestsIn('f', source).map(({ ids, fact }) => `${ids.join()} ${fact}`)).toEqual([
      'A-01 is alone',
      'A-01,A-02 a thing is',
      "A-03 one's own",
      'A-04 a thing takes all',
    ]);
  });
});
