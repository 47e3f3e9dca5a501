// Request Body Object and Payload Replacement Object, https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { applyReplacements } from '../../src/expressions/apply-replacements.ts';
import type { EvaluatedReplacement } from '../../src/expressions/apply-replacements.ts';
import { answered, made, problemsOfStep, readStep } from './language.ts';

const JSON_TYPE = 'application/json';
const replaced = (
  payload: JsonValue | undefined,
  target: string,
  value: JsonValue,
  contentType = JSON_TYPE,
) => applyReplacements(payload, contentType, [{ target, value }]);
const by = (type: NonNullable<EvaluatedReplacement['type']>, target: string, value: JsonValue) => [
  { type, target, value },
];

describe('request bodies', () => {
  it('BODY-01 may leave out their content type', () => {
    const { step, problems } = readStep('requestBody: { payload: { a: 1 } }');
    expect(problems).toEqual([]);
    expect(step?.requestBody).not.toHaveProperty('contentType');
  });

  it('BODY-02 evaluate what is inside of a payload, types kept', () => {
    const payload = { pet: { id: '$inputs.id', tags: ['$inputs.tag', 'fixed'] } };
    expect(made(payload, { inputs: { id: 5, tag: { a: 1 } } })).toEqual({
      value: { pet: { id: 5, tags: [{ a: 1 }, 'fixed'] } },
    });
  });

  it('BODY-03 put values into a payload that is a text, as they are', () => {
    const template = '{ "name": "{$inputs.name}", "n": {$inputs.n}, "tags": {$inputs.tags} }';
    expect(made(template, { inputs: { name: 'Rex', n: 5, tags: ['a'] } })).toEqual({
      value: '{ "name": "Rex", "n": 5, "tags": ["a"] }',
    });
    expect(made('<pet><name>{$inputs.name}</name></pet>', { inputs: { name: 'Rex' } })).toEqual({
      value: '<pet><name>Rex</name></pet>',
    });
  });

  it('BODY-04 may be one expression', () => {
    expect(made('$inputs.order', { inputs: { order: { id: 5 } } })).toEqual({ value: { id: 5 } });
  });

  it('BODY-05 of forms may be an object or a text', () => {
    expect(made({ grant_type: 'code', code: '$inputs.code' }, { inputs: { code: 'x' } })).toEqual({
      value: { grant_type: 'code', code: 'x' },
    });
    expect(made('grant_type=code&code={$inputs.code}', { inputs: { code: 'x' } })).toEqual({
      value: 'grant_type=code&code=x',
    });
  });

  it('BODY-06 of other media types are texts, kept as they are', () => {
    expect(made('id;name\n1;{2}', {})).toEqual({ value: 'id;name\n1;{2}' });
  });

  it('BODY-07 make their replacements in order, each on what the one before left', () => {
    const replacements = [
      { target: '/a', value: { b: 1 } },
      { target: '/a/b', value: 2 },
      { target: '/list/-', value: 'x' },
      { target: '/list/0', value: 'first' },
    ];
    expect(applyReplacements({ list: ['y'] }, JSON_TYPE, replacements)).toEqual({
      value: { list: ['first', 'x'], a: { b: 2 } },
    });
  });

  it('BODY-08 may have extensions and nothing else', () => {
    expect(problemsOfStep('requestBody: { payload: 1, x-note: a }')).toEqual([]);
    expect(problemsOfStep('requestBody: { payload: 1, note: a }')).toEqual([
      'error arazzo/unknown-field /requestBody/note',
    ]);
  });
});

describe('replacements', () => {
  it('REPL-01 have a target: a JSON Pointer, JSONPath or XPath into the body', () => {
    expect(problemsOfStep('requestBody: { replacements: [{ value: 1 }] }')).toEqual([
      'error arazzo/required-field /requestBody/replacements/0',
    ]);
    expect(replaced({ items: [{ id: 1 }] }, '/items/0/id', 2)).toEqual({ value: { items: [{ id: 2 }] } });
    expect(applyReplacements({ a: 1 }, JSON_TYPE, by('jsonpath', '$.a', 2))).toEqual({ value: { a: 2 } });
    expect(applyReplacements('<a><b>1</b></a>', 'application/xml', by('xpath', '/a/b', 2))).toEqual({
      value: '<a><b>2</b></a>',
    });
  });

  it('REPL-02 have a value, of any type or a selector', () => {
    expect(problemsOfStep('requestBody: { replacements: [{ target: /a }] }')).toEqual([
      'error arazzo/required-field /requestBody/replacements/0',
    ]);
    for (const value of [
      '10',
      '[1]',
      '{ a: 1 }',
      'true',
      '$inputs.a',
      '{ context: $inputs.a, selector: $, type: jsonpath }',
    ]) {
      expect(
        problemsOfStep(`requestBody: { replacements: [{ target: /a, value: ${value} }] }`),
        value,
      ).toEqual([]);
    }
  });

  it('REPL-03 may say in which language the target is', () => {
    const withType = (type: string) =>
      problemsOfStep(
        `requestBody: { replacements: [{ target: '', targetSelectorType: ${type}, value: 1 }] }`,
      );
    expect(withType('jsonpointer')).toEqual([]);
    expect(withType('{ type: jsonpointer, version: rfc6901 }')).toEqual([]);
    expect(withType('jmespath')).toEqual([
      'error arazzo/field-value /requestBody/replacements/0/targetSelectorType',
    ]);
  });

  it('REPL-04 are in JSON Pointer for JSON and in XPath for XML where they do not say', () => {
    expect(replaced({ a: 1 }, '/a', 2, 'application/vnd.pets+json; charset=utf-8')).toEqual({
      value: { a: 2 },
    });
    for (const type of ['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml']) {
      expect(replaced('<a b="1"/>', '/a/@b', 2, type), type).toEqual({ value: '<a b="2"/>' });
    }
  });

  it('REPL-05 AMB-24 make a missing leaf, and no missing parent', () => {
    expect(replaced({ a: {} }, '/a/b', 1)).toEqual({ value: { a: { b: 1 } } });
    expect(replaced({}, '/a/b', 1)).toHaveProperty('problem');
    expect(replaced([1], '/1', 2)).toEqual({ value: [1, 2] });
    expect(replaced([1], '/2', 2)).toHaveProperty('problem');
    expect(replaced({ a: 'text' }, '/a/b', 1)).toHaveProperty('problem');
    expect(applyReplacements('<a/>', 'text/xml', by('xpath', '/a/b', 1))).toHaveProperty('problem');
    expect(applyReplacements({}, JSON_TYPE, by('jsonpath', '$..b', 1))).toHaveProperty('problem');
  });

  it('REPL-05 set every match', () => {
    const payload = { items: [{ id: 1 }, { id: 2 }] };
    expect(applyReplacements(payload, JSON_TYPE, by('jsonpath', '$.items[*].id', 0))).toEqual({
      value: { items: [{ id: 0 }, { id: 0 }] },
    });
    expect(applyReplacements('<a><b/><b/></a>', 'text/xml', by('xpath', '//b', '<&>'))).toEqual({
      value: '<a><b>&lt;&amp;&gt;</b><b>&lt;&amp;&gt;</b></a>',
    });
    expect(payload).toEqual({ items: [{ id: 1 }, { id: 2 }] });
  });

  it('REPL-05 start from {} where JSON has no payload, and parse a payload that is a text of JSON', () => {
    expect(replaced(undefined, '/a', 1)).toEqual({ value: { a: 1 } });
    expect(replaced('{ "a": 1 }', '/b', 2)).toEqual({ value: { a: 1, b: 2 } });
    expect(replaced('{ broken', '/b', 2)).toHaveProperty('problem');
    expect(replaced(undefined, '/a', 1, 'application/xml')).toHaveProperty('problem');
  });

  it('REPL-05 are not made where their value is absent', () => {
    expect(applyReplacements({ a: 1 }, JSON_TYPE, [{ target: '/a', value: undefined }])).toEqual({
      value: { a: 1 },
    });
    expect(made({ a: '$inputs.none' }, answered(null))).toEqual({ value: {} });
  });

  it('REPL-06 may have extensions', () => {
    expect(problemsOfStep('requestBody: { replacements: [{ target: /a, value: 1, x-note: a }] }')).toEqual(
      [],
    );
  });
});
