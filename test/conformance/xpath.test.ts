// Conditions of type xpath, https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { answered, evaluationProblem, passes, problemsOf } from './language.ts';

const XML = `<?xml version="1.0"?>
<root xmlns:p="urn:pets"><pets kind="small"><pet>1</pet><pet/></pets><p:owner>Ann</p:owner></root>`;
const holds = (condition: string, body: JsonValue = XML): boolean =>
  passes({ context: '$response.body', condition, type: 'xpath' }, answered(body));

describe('XPath conditions', () => {
  it('XP-01 are of XPath 3.1, whatever version is said', () => {
    expect(holds("'a' || 'b' = 'ab' and map { 'a': 1 }?a = 1")).toBe(true);
    for (const version of ['xpath-31', 'xpath-30', 'xpath-20', 'xpath-10']) {
      const criterion = {
        context: '$response.body',
        condition: 'count(//pet) = 2',
        type: { type: 'xpath', version },
      };
      expect(problemsOf(criterion)).toEqual([]);
      expect(passes(criterion, answered(XML))).toBe(true);
    }
  });

  it.each([
    ['true()', true],
    ['count(/root/pets/*) > 0', true],
    ['/root/pets', true],
    ['/root/pets/@kind', true],
    ['/root/pets/pet[2]', true],
    ['count(//pet)', true],
    ["'text'", true],
    ['false()', false],
    ['/root/none', false],
    ['count(//none)', false],
    ["''", false],
    ['string(/root/pets/pet[2])', false],
    ["number('x')", false],
    ['(1, 2)', false],
  ])('XP-02 take the effective boolean value of their result (%s: %s)', (condition, outcome) => {
    expect(holds(condition)).toBe(outcome);
  });

  it('XP-03 fail on a context that is null, absent or no XML', () => {
    expect(holds('true()', null)).toBe(false);
    expect(passes({ context: '$response.body', condition: 'true()', type: 'xpath' }, {})).toBe(false);
    for (const body of ['', 'text', '<a>', '<p>one<br>two</p>', 5, { a: 1 }]) {
      expect(holds('true()', body), JSON.stringify(body)).toBe(false);
    }
  });

  it('XP-03 are refused where they are no expression, and fail where they cannot be evaluated', () => {
    const broken = { context: '$response.body', condition: '/root[', type: 'xpath' };
    expect(problemsOf(broken)).toEqual(['error expression/xpath-syntax /condition']);
    const untyped = { context: '$response.body', condition: "'1' = 1", type: 'xpath' };
    expect(passes(untyped, answered(XML))).toBe(false);
    expect(evaluationProblem(untyped, answered(XML))).toMatch(/^The XPath expression cannot be evaluated/);
  });

  it('XP-04 know the prefixes of the document element, and its default namespace', () => {
    expect(holds("//p:owner = 'Ann'")).toBe(true);
    expect(holds("//*[local-name() = 'owner'] = 'Ann'")).toBe(true);
    expect(holds('//q:owner')).toBe(false);
    expect(holds('/root/pet', '<root xmlns="urn:pets"><pet/></root>')).toBe(true);
  });
});
