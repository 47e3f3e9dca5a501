// Criterion Object, https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
import { describe, expect, it } from 'vitest';
import { answered, evaluationProblem, passes, problemsOf, problemsOfStep } from './language.ts';

const scope = answered([{ status: 'open' }, { status: 'done' }], { inputs: { wanted: 'done', n: 2 } });
const onBody = (type: string, condition: string) => ({ context: '$response.body', type, condition });

describe('criteria', () => {
  it('CRIT-01 must have a condition, a string', () => {
    expect(problemsOf({})).toEqual(['error expression/criterion-shape']);
    expect(problemsOf({ condition: 200 })).toEqual(['error expression/criterion-shape /condition']);
  });

  it('CRIT-02 are simple where the type is left out, and of four types', () => {
    expect(passes({ condition: '$statusCode == 200' }, scope)).toBe(true);
    for (const type of ['regex', 'jsonpath', 'xpath']) {
      expect(problemsOf(onBody(type, type === 'xpath' ? '/a' : '$'))).toEqual([]);
    }
    expect(problemsOf(onBody('jmespath', 'a'))).toEqual(['error expression/criterion-shape /type']);
  });

  it('CRIT-03 of type simple get along without a context', () => {
    expect(passes({ condition: '$statusCode == 200', type: 'simple' }, scope)).toBe(true);
  });

  it('CRIT-04 of the other types must have a context', () => {
    for (const type of ['regex', 'jsonpath', 'xpath']) {
      expect(problemsOf({ condition: '$', type })).toEqual(['error expression/criterion-shape']);
    }
  });

  it('CRIT-05 apply the condition to the value of the context', () => {
    expect(passes({ context: '$response.body#/1/status', type: 'regex', condition: '^done$' }, scope)).toBe(
      true,
    );
    expect(passes({ context: '$response.body#/0/status', type: 'regex', condition: '^done$' }, scope)).toBe(
      false,
    );
    expect(problemsOf({ context: 'body', type: 'regex', condition: 'a' })).toEqual([
      'error expression/syntax /context',
    ]);
  });

  it('CRIT-06 read JSONPath as RFC 9535 and XPath as 3.1 where nothing else is said', () => {
    expect(passes(onBody('jsonpath', "$[?search(@.status, '^d')]"), scope)).toBe(true);
    expect(passes(onBody('xpath', "/a ! upper-case(.) = 'X'"), answered('<a>x</a>'))).toBe(true);
  });

  it('CRIT-07 pass or fail, and nothing else', () => {
    expect(passes({ condition: '$response.body#/0' }, scope)).toBe(true);
    expect(passes({ condition: '$response.body#/9' }, scope)).toBe(false);
  });

  it('CRIT-08 must pass all', () => {
    const yes = { condition: '$statusCode == 200' };
    const no = { condition: '$statusCode == 404' };
    expect(passes([yes, yes], scope)).toBe(true);
    expect(passes([yes, no], scope)).toBe(false);
    expect(passes({ condition: '$statusCode == 404 || $statusCode == 200' }, scope)).toBe(true);
    expect(passes([], scope)).toBe(true);
  });

  it('CRIT-09 that cannot be evaluated fail, and say why', () => {
    const embedded = { context: '$statusCode', type: 'regex', condition: '{$inputs.pattern}' };
    const broken = { inputs: { pattern: '(secret' }, response: { statusCode: 200, headers: {} } };
    expect(passes(embedded, broken)).toBe(false);
    expect(evaluationProblem(embedded, broken)).toMatch(/^The pattern is not valid/);
    expect(evaluationProblem(embedded, broken)).not.toContain('secret');
    expect(evaluationProblem(onBody('xpath', '/a'), scope)).toBe('The context $response.body is not XML.');
    expect(evaluationProblem(onBody('jsonpath', '$'), {})).toBe(
      'The context $response.body is absent or null.',
    );
    expect(evaluationProblem(onBody('jsonpath', '$.none'), scope)).toBeUndefined();
  });

  it('CRIT-10 of the other types embed expressions in braces, and quantifiers are none', () => {
    expect(passes(onBody('jsonpath', "$[?@.status == '{$inputs.wanted}']"), scope)).toBe(true);
    expect(passes({ context: '$statusCode', type: 'regex', condition: '^{$inputs.n}0{2}$' }, scope)).toBe(
      true,
    );
    const xml = answered('<a><b>done</b></a>', { inputs: { wanted: 'done', n: 1 } });
    expect(passes(onBody('xpath', "/a/b[{$inputs.n}] = '{$inputs.wanted}'"), xml)).toBe(true);
  });

  it('CRIT-10 keep an embedded value what it is, whatever signs it has', () => {
    const hostile = { inputs: { wanted: "x' or '1'='1", n: '1] or /a[1' } };
    const body = answered('<a><b>done</b></a>', hostile);
    expect(passes(onBody('xpath', "/a/b = '{$inputs.wanted}'"), body)).toBe(false);
    expect(passes(onBody('xpath', '/a/b[{$inputs.n}]'), body)).toBe(false);
    expect(
      passes(
        onBody('jsonpath', "$[?@.status == '{$inputs.wanted}']"),
        answered([{ status: 'open' }], hostile),
      ),
    ).toBe(false);
  });

  it('CRIT-11 of type simple use expressions without braces, and are lenient about them', () => {
    expect(problemsOf({ condition: '$statusCode == 200' })).toEqual([]);
    expect(problemsOf({ condition: '{$statusCode == 200}' })).toEqual([
      'warning expression/quirk /condition',
    ]);
    expect(passes({ condition: '{$statusCode == 200}' }, scope)).toBe(true);
  });

  it('CRIT-12 may have extensions', () => {
    expect(problemsOfStep("successCriteria: [{ condition: $statusCode == 200, x-note: 'a' }]")).toEqual([]);
    expect(problemsOfStep("successCriteria: [{ condition: $statusCode == 200, note: 'a' }]")).toHaveLength(1);
  });
});
