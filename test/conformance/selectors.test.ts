// Expression Type Object and Selector Object, https://spec.openapis.org/arazzo/v1.1.0.html#selector-object
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { answered, made, passes, problemsOf, problemsOfStep, readStep } from './language.ts';

const body: JsonValue = {
  items: [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ],
  one: { id: null },
};
const selected = (type: JsonValue, selector: string, context: JsonValue = body) =>
  made({ context: '$response.body', selector, type }, answered(context));
const versioned = (type: string, version: string) => ({ type, version });
const criterion = (type: JsonValue, condition: string): JsonValue => ({
  context: '$response.body',
  type,
  condition,
});
const DRAFT = versioned('jsonpath', 'draft-goessner-dispatch-jsonpath-00');

describe('expression types', () => {
  it('ETYPE-01 have a type, jsonpath or xpath for criteria and jsonpointer for selectors too', () => {
    expect(problemsOf(criterion({ version: 'rfc9535' }, '$'))).toEqual([
      'error expression/criterion-shape /type',
    ]);
    expect(problemsOf(criterion(versioned('jsonpointer', 'rfc6901'), '/a'))).toHaveLength(1);
    expect(selected(versioned('jsonpointer', 'rfc6901'), '/items/0/id')).toEqual({ value: 'a' });
  });

  it('ETYPE-02 know the versions of 1.0', () => {
    expect(problemsOf(criterion(DRAFT, '$.a'))).toEqual([]);
    for (const version of ['xpath-30', 'xpath-20', 'xpath-10']) {
      expect(problemsOf(criterion(versioned('xpath', version), '/a'))).toEqual([]);
    }
  });

  it('ETYPE-02 must have a version where they are objects', () => {
    expect(() => selected({ type: 'jsonpath' }, '$')).toThrow('version');
  });

  it('ETYPE-03 know the versions of 1.1, each of its own language', () => {
    expect(problemsOf(criterion(versioned('jsonpath', 'rfc9535'), '$.a'))).toEqual([]);
    expect(problemsOf(criterion(versioned('xpath', 'xpath-31'), '/a'))).toEqual([]);
    expect(problemsOf(criterion(versioned('xpath', 'rfc9535'), '/a'))).toEqual([
      'error expression/criterion-shape /type/version',
    ]);
  });

  it('ETYPE-04 apply the draft of JSONPath where it is said, as far as it does not depend on a script language', () => {
    const last = criterion(DRAFT, '$.items[(@.length-1)].id');
    expect(problemsOf(last)).toEqual([]);
    expect(passes(last, answered(body))).toBe(true);
    expect(passes(criterion(DRAFT, '$.items[?(@.n > 1)]'), answered(body))).toBe(true);
    for (const query of ['$.items[(@.n)]', '$.items[?(@.id =~ /a/)]', '$.items[?(@.id.length > 1)]']) {
      expect(problemsOf(criterion(DRAFT, query)), query).toEqual([
        'error expression/jsonpath-syntax /condition',
      ]);
    }
    expect(problemsOf(criterion('jsonpath', '$.items[(@.length-1)].id'))).toHaveLength(1);
  });

  it('ETYPE-05 may stand beside the version in a document of 1.0, or be an object', () => {
    const beside = { ...(criterion('jsonpath', '$.a') as object), version: DRAFT.version };
    expect(problemsOf(beside)).toEqual([]);
    expect(problemsOfStep(`successCriteria: [${JSON.stringify(beside)}]`, '1.0.1')).toEqual([]);
    expect(problemsOfStep(`successCriteria: [${JSON.stringify(criterion(DRAFT, '$.a'))}]`, '1.0.1')).toEqual(
      [],
    );
  });

  it('ETYPE-06 of selectors require the version although a default is spoken of', () => {
    expect(
      problemsOfStep('outputs: { a: { context: $response.body, selector: $, type: { type: jsonpath } } }'),
    ).toEqual(['error arazzo/required-field /outputs/a/type']);
  });

  it('ETYPE-07 may have extensions', () => {
    expect(problemsOf(criterion({ ...DRAFT, 'x-note': 'a' }, '$.a'))).toEqual([]);
  });
});

describe('selectors', () => {
  it('SEL-01 have a context, a selector and a type', () => {
    for (const members of ['context: $response.body, selector: $', 'selector: $, type: jsonpath']) {
      expect(problemsOfStep(`outputs: { a: { ${members} } }`), members).toContain(
        'error arazzo/required-field /outputs/a',
      );
    }
  });

  it('SEL-02 find nothing where the context is absent or no structure', () => {
    expect(made({ context: '$inputs.a', selector: '$', type: 'jsonpath' }, {})).toEqual({ value: undefined });
    expect(selected('jsonpath', '$.a', 'text')).toEqual({ value: undefined });
    expect(selected('xpath', '/a', 'text')).toEqual({ value: undefined });
    expect(selected('xpath', '/a', { a: 1 })).toEqual({ value: undefined });
  });

  it('SEL-03 are of jsonpath, xpath or jsonpointer', () => {
    expect(selected('jsonpath', '$.items[1].id')).toEqual({ value: 'b' });
    expect(selected('xpath', '/a/@b', '<a b="c"/>')).toEqual({ value: 'c' });
    expect(selected('jsonpointer', '/items/1/id')).toEqual({ value: 'b' });
    expect(() => selected('jmespath', 'items')).toThrow('jmespath');
  });

  it('SEL-04 stand in outputs, parameters, payloads at any depth and replacements', () => {
    const selector = "{ context: $inputs.a, selector: '$..id', type: jsonpath }";
    const { step, problems } = readStep(
      `outputs: { a: ${selector} }, parameters: [{ name: p, in: query, value: ${selector} }], ` +
        `requestBody: { payload: { a: [${selector}] }, replacements: [{ target: /b, value: { c: ${selector} } }] }`,
    );
    expect(problems).toEqual([]);
    const kinds = [
      step?.outputs[0]?.value,
      step?.parameters[0]?.value,
      step?.requestBody?.payload,
      step?.requestBody?.replacements[0]?.value,
    ].map((template) => JSON.stringify(template).match(/"selector"/g)?.length);
    expect(kinds).toEqual([1, 1, 1, 1]);
    expect(
      made({ a: [{ context: '$inputs.a', selector: '$..id', type: 'jsonpath' }] }, { inputs: { a: body } }),
    ).toEqual({
      value: { a: [['a', 'b', null]] },
    });
  });

  it('SEL-05 AMB-23 give nothing for no node, the value of one, and an array of several', () => {
    expect(selected('jsonpath', '$.none')).toEqual({ value: undefined });
    expect(selected('jsonpath', '$.one.id')).toEqual({ value: null });
    expect(selected('jsonpath', '$.items[*].id')).toEqual({ value: ['a', 'b'] });
    expect(selected('jsonpath', '$.items')).toEqual({
      value: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
    });
    expect(selected('jsonpointer', '/items/9')).toEqual({ value: undefined });
  });

  it('SEL-05 give nodes of XML as their string values, and atomic values as they are', () => {
    const xml = '<a><b>x</b><b>y<c>z</c></b></a>';
    expect(selected('xpath', '/a/b[2]', xml)).toEqual({ value: 'yz' });
    expect(selected('xpath', '/a/b', xml)).toEqual({ value: ['x', 'yz'] });
    expect(selected('xpath', '/a/none', xml)).toEqual({ value: undefined });
    expect(selected('xpath', 'count(//b)', xml)).toEqual({ value: 2 });
    expect(selected('xpath', '//b = "x"', xml)).toEqual({ value: true });
    expect(selected('xpath', 'name(/*)', xml)).toEqual({ value: 'a' });
  });

  it('SEL-06 are told from literals by their three keys and a context that begins like an expression', () => {
    for (const literal of [
      { context: 'screen', selector: '/a', type: 'jsonpointer' },
      { context: '$response.body', selector: '/a' },
      { context: '$response.body', selector: '/a', type: 'jsonpointer', more: 1 },
    ]) {
      expect(made(literal, {}), JSON.stringify(literal)).not.toEqual({ value: undefined });
    }
    const marked = { context: '$response.body', selector: '/one', type: 'jsonpointer', 'x-note': 1 };
    expect(made(marked, answered(body))).toEqual({ value: { id: null } });
  });
});
