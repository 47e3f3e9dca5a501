import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../src/document/json.ts';
import { compareValues } from '../../src/expressions/compare.ts';
import type { ComparisonOperator } from '../../src/expressions/condition.ts';
import { evaluateCriteria, evaluateCriterion } from '../../src/expressions/evaluate-criterion.ts';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';
import { expressionsIn } from '../../src/expressions/references.ts';
import type { Scope } from '../../src/expressions/scope.ts';
import { outcomeWithoutResponse } from '../../src/expressions/without-response.ts';
import { registerXPath } from '../../src/expressions/xpath-engine.ts';
import { xpath31 } from '../../src/expressions/xpath.ts';

registerXPath(xpath31);

const scope: Scope = {
  inputs: { status: 'Done', id: 'it\'s "x"', n: 2, list: [1, 2], word: "') || true || ('" },
  steps: { s: { outputs: { items: [1, 2, 3], 'a.length': 9 } } },
  response: {
    statusCode: 200,
    headers: { etag: 'abc', field: 'items' },
    body: {
      status: 'done',
      count: '10',
      zero: 0,
      empty: '',
      no: null,
      off: false,
      yes: true,
      items: [{ id: 'a', name: 'Ann' }, { id: 'it\'s "x"' }],
      none: [],
      object: { a: 1 },
      same: { a: 1 },
      more: { a: 1, b: 2 },
      text: 'a\nb',
      length: 4,
    },
  },
};

const criterion = (json: JsonValue) => {
  const parsed = parseCriterion(json);
  if (parsed.value === undefined) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};
const holds = (condition: string) => evaluateCriterion(criterion({ condition }), scope);
const problemsOf = (json: JsonValue) =>
  parseCriterion(json).problems.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`.trim());

describe('simple criteria', () => {
  it.each([
    '$statusCode == 200',
    "$statusCode == '200'",
    "$response.body.status == 'DONE'",
    '$response.body.status == $inputs.status',
    '$response.body.count > 9',
    "'B' > 'a'",
    "'10' < '9'",
    '$response.body.no == null',
    '$response.body.absent == null',
    '$response.body.absent == $response.body.no',
    '$response.body.status != null',
    '$response.body.object == $response.body.same',
    '$response.body.items',
    '$response.body.object',
    '!$response.body.zero',
    '!$response.body.empty',
    '!$response.body.absent',
    '!$response.body.no',
    '$response.body.items[1].id == $inputs.id',
    "$response.body#/items/0/name == 'ann'",
    '$response.body.items[5] == null',
    "$response.header.ETag == 'ABC'",
    '$response.body.items.length == 2',
    '$response.body.status.length == 4',
    '$response.body.length == 4',
    '$steps.s.outputs.items.length == 3',
    '$steps.s.outputs.a.length == 9',
    '$response.body.yes == true',
    '$response.body.off == false',
    'false || true && true',
    '!($statusCode == 500) && $statusCode < 300',
  ])('%s holds', (condition) => {
    expect(holds(condition)).toBe(true);
  });

  it.each([
    '$statusCode != 200',
    '$response.body.zero',
    '$response.body.empty',
    '$response.body.absent',
    '$response.body.no',
    '$response.body.off',
    '$response.body.no == 0',
    '$response.body.no >= 0',
    '$response.body.no <= null',
    "$response.body.yes == 'true'",
    '$response.body.yes == 1',
    "'abc' > 1",
    '$response.body.items > 0',
    "$response.body.status != 'DONE'",
    '$response.body.object == $response.body.items',
    '$response.body.object == $response.body.more',
    '$response.body.toString',
    '$response.body.__proto__',
    '$inputs.constructor',
  ])('%s does not hold', (condition) => {
    expect(holds(condition)).toBe(false);
  });

  it('compares as a total order where there is one', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.constantFrom<JsonValue>(null, true, false, '5', '5.0', [1], { a: 1 }),
    );
    const is = (operator: ComparisonOperator, a: JsonValue, b: JsonValue) => compareValues(operator, a, b);
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(is('!=', a, b)).toBe(!is('==', a, b));
        expect(is('==', a, b)).toBe(is('==', b, a));
        expect(is('<', a, b)).toBe(is('>', b, a));
        expect(is('<=', a, b)).toBe(is('>=', b, a));
        expect(is('<', a, b) && (is('>=', a, b) || is('==', a, b) || !is('<=', a, b))).toBe(false);
      }),
    );
  });

  it('compare a long text of digits at once', () => {
    const started = performance.now();
    expect(compareValues('==', `${'1'.repeat(100_000)}x`, 5)).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('all of a list must hold, and an empty list does', () => {
    const yes = criterion({ condition: 'true' });
    const no = criterion({ condition: 'false' });
    expect([
      evaluateCriteria([], {}),
      evaluateCriteria([yes, yes], {}),
      evaluateCriteria([yes, no], {}),
    ]).toEqual([true, true, false]);
  });
});

describe('regex criteria', () => {
  const regex = (context: string, condition: string, against = scope) =>
    evaluateCriterion(criterion({ context, condition, type: 'regex' }), against);

  it.each([
    ['$statusCode', '^2\\d{2}$'],
    ['$statusCode', '0'],
    ['$response.body#/text', '\\nb$'],
    ['$response.body#/object', '"a":1'],
    ['$response.body#/status', '^{$response.body#/status}$'],
    ['$response.body#/yes', 'true'],
    ['$response.body#/status', 'don\\u0065'],
  ])('%s matches %s', (context, pattern) => {
    expect(regex(context, pattern)).toBe(true);
  });

  it.each([
    ['$statusCode', '^20$'],
    ['$response.body#/no', 'null'],
    ['$response.body#/absent', '.*'],
    ['$response.body#/status', 'DONE'],
    ['$response.body#/status', '{$inputs.absent}'],
    ['$response.body#/status', '{$inputs.word}['],
  ])('%s does not match %s', (context, pattern) => {
    expect(regex(context, pattern)).toBe(false);
  });

  it('compiles a pattern anew when what is embedded in it changes', () => {
    const json = criterion({ context: '$inputs.a', condition: '^{$inputs.b}$', type: 'regex' });
    const matches = (a: string, b: string) => evaluateCriterion(json, { inputs: { a, b } });
    expect([matches('x', 'x'), matches('x', 'y'), matches('y', 'y')]).toEqual([true, false, true]);
  });

  it('takes linear time', () => {
    const started = performance.now();
    expect(regex('$inputs.x', '^(a|a)*$', { inputs: { x: `${'a'.repeat(20_000)}!` } })).toBe(false);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it.each(['(', '(?=a)', '(a)\\1', '(?<!a)b', 'a{5000}'])('refuses the pattern %s', (condition) => {
    expect(problemsOf({ context: '$statusCode', condition, type: 'regex' })).toEqual([
      'error expression/pattern-syntax /condition',
    ]);
  });
});

describe('jsonpath criteria', () => {
  const query = (condition: string) =>
    evaluateCriterion(criterion({ context: '$response.body', condition, type: 'jsonpath' }), scope);

  it.each([
    '$.items',
    '$.off',
    '$.items[?@.id == "a"]',
    "$.items[?(@.name == 'Ann')]",
    '$[?length(@) == 2]',
    "$.items[?@.id == '{$inputs.id}']",
    '$.items[?@.id == "{$inputs.id}"]',
    '$.items[?match(@.name, "A.*")]',
    '$.items[?search(@.name, "n{2}")]',
    '$..name',
    '  $.items  ',
    "$.items[?@.id == '$inputs.id']",
    '$.{$response.header.field}',
  ])('%s selects something', (condition) => {
    expect(query(condition)).toBe(true);
  });

  it.each([
    '$.absent',
    '$.none[*]',
    '$.items[?@.id == "zzz"]',
    "$.items[?@.id == '{$inputs.word}']",
    '$.items[?@.id == "{$inputs.absent}"]',
  ])('%s selects nothing', (condition) => {
    expect(query(condition)).toBe(false);
  });

  it.each<[string, boolean]>([
    ["$.status == 'DONE'", true],
    ['$.status == "failed" || $.status == "done"', true],
    ['$.items.length == 2', true],
    ['$.none.length() == 0', true],
    ['$.access_token != null', false],
    ['$.status == $inputs.status', true],
    ['$.count > 9 && $.yes == true', true],
    ["$['status'] != 'done'", false],
    ["$.items[0].id == 'a'", true],
  ])('reads the comparison %s as a simple condition', (condition, expected) => {
    const json = { context: '$response.body', condition, type: 'jsonpath' };
    expect(problemsOf(json)[0]).toBe('warning expression/quirk /condition');
    expect(criterion(json)).toMatchObject({ kind: 'simple', text: `$response.body ~ ${condition}` });
    expect(query(condition)).toBe(expected);
  });

  it.each([
    "$.items[*].id == 'a'",
    '#/name == Chocolate',
    '$.a[',
    '$[?@.id == $inputs.id]',
    '',
    '$[?{$inputs.a}',
  ])('refuses %j', (condition) => {
    expect(problemsOf({ context: '$response.body', condition, type: 'jsonpath' })).toContain(
      'error expression/jsonpath-syntax /condition',
    );
  });

  it('runs the patterns of filters in linear time', () => {
    const body = { a: [`${'a'.repeat(5000)}!`] };
    const json = criterion({
      context: '$response.body',
      condition: "$.a[?match(@, '(a+)+')]",
      type: 'jsonpath',
    });
    const started = performance.now();
    expect(evaluateCriterion(json, { response: { statusCode: 200, headers: {}, body } })).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('reads a query of the draft that is none at once', () => {
    const type = { type: 'jsonpath', version: 'draft-goessner-dispatch-jsonpath-00' };
    const started = performance.now();
    expect(problemsOf({ context: '$response.body', condition: '@['.repeat(60_000), type })).not.toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('ends a query that visits the same data again and again', () => {
    const body = { list: Array.from({ length: 400 }, (_, id) => ({ id })) };
    const condition = '$..[?$..[?$..[?@.id == -1]]]';
    const started = performance.now();
    const json = criterion({ context: '$response.body', condition, type: 'jsonpath' });
    expect(evaluateCriterion(json, { response: { statusCode: 200, headers: {}, body } })).toBe(false);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('fails, and does not throw, on data nested very deeply', () => {
    let body: JsonValue = 1;
    for (let depth = 0; depth < 20_000; depth += 1) body = [body];
    const against: Scope = { inputs: { b: body }, response: { statusCode: 200, headers: {}, body } };
    for (const json of [
      { context: '$response.body', condition: '$..x', type: 'jsonpath' },
      { context: '$response.body', condition: 'x', type: 'regex' },
    ]) {
      expect(evaluateCriterion(criterion(json), against)).toBe(false);
    }
  });
});

describe('parseCriterion', () => {
  it('keeps the text as it is written, white space collapsed', () => {
    expect(criterion({ condition: '  $statusCode  ==\n 200 ' }).text).toBe('$statusCode == 200');
    expect(criterion({ context: '$statusCode', condition: '^2', type: 'regex' }).text).toBe(
      '$statusCode ~ ^2',
    );
    expect(
      criterion({
        context: '$response.body',
        condition: '$.a',
        type: { type: 'jsonpath', version: 'rfc9535' },
      }),
    ).toMatchObject({
      kind: 'jsonpath',
      text: '$response.body ~ $.a',
    });
  });

  it.each<[JsonValue, string[]]>([
    [{ condition: '$statusCode == 200', type: 'simple' }, []],
    [{ condition: '$statusCode == 200', 'x-note': 1 }, []],
    ['$statusCode == 200', ['warning expression/quirk']],
    [{ condition: '{$statusCode == 401}' }, ['warning expression/quirk /condition']],
    [
      { context: '{$response.body}', condition: '$.a', type: 'JSONPath' },
      ['warning expression/quirk /type', 'warning expression/quirk /context'],
    ],
    [
      { context: '$response.headers.x', condition: 'a', type: 'regex' },
      ['warning expression/quirk /context'],
    ],
    [
      { context: '$response.body', condition: "$[?@.a == '$inputs.a']", type: 'jsonpath' },
      ['warning expression/quirk /condition'],
    ],
  ])('accepts %j', (json, problems) => {
    expect(parseCriterion(json).value).toBeDefined();
    expect(problemsOf(json)).toEqual(problems);
  });

  it.each<[JsonValue, string]>([
    [null, 'error expression/criterion-shape'],
    [[], 'error expression/criterion-shape'],
    [{}, 'error expression/criterion-shape'],
    [{ condition: true }, 'error expression/criterion-shape /condition'],
    [{ condition: 'a', type: 'regexp' }, 'error expression/criterion-shape /type'],
    [{ condition: 'a', type: 5 }, 'error expression/criterion-shape /type'],
    [{ condition: 'a', type: {} }, 'error expression/criterion-shape /type'],
    [
      { condition: '/a', context: '$response.body', type: { type: 'jsonpointer', version: 'rfc6901' } },
      'error expression/criterion-shape /type/type',
    ],
    [{ condition: 'a', type: 'regex' }, 'error expression/criterion-shape'],
    [{ condition: 'a', type: 'regex', context: 5 }, 'error expression/criterion-shape /context'],
    [{ condition: 'a', type: 'regex', context: 'x' }, 'error expression/syntax /context'],
    [{ condition: 'a', type: 'regex', context: '$statusCod' }, 'error expression/unknown-root /context'],
    [
      { condition: 'a[', type: 'xpath', context: '$response.body' },
      'error expression/xpath-syntax /condition',
    ],
    [{ condition: 'a', type: 'xpath' }, 'error expression/criterion-shape'],
    [
      {
        condition: '$.a[?(@.b =~ /x/)]',
        type: { type: 'jsonpath', version: 'draft-goessner-dispatch-jsonpath-00' },
        context: '$response.body',
      },
      'error expression/jsonpath-syntax /condition',
    ],
    [
      { condition: '/a', type: { type: 'xpath', version: 'xpath-40' }, context: '$response.body' },
      'error expression/criterion-shape /type/version',
    ],
    [
      { condition: '$.a', type: 'jsonpath', version: 'x', context: '$response.body' },
      'error expression/criterion-shape /version',
    ],
    [{ context: '$statusCode', condition: '==', value: 200 }, 'error expression/condition-syntax /condition'],
    [{ condition: '$statusCode === 200' }, 'error expression/condition-syntax /condition'],
  ])('refuses %j', (json, problem) => {
    expect(parseCriterion(json).value).toBeUndefined();
    expect(problemsOf(json)).toEqual([problem]);
  });

  it('is plain JSON', () => {
    for (const json of [
      { condition: "!$inputs.a && $response.body.b[0] == 'x'" },
      { context: '$response.body', condition: '^{$inputs.a}', type: 'regex' },
      { context: '$response.body', condition: '$.a', type: 'jsonpath' },
    ]) {
      const value = criterion(json);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    }
  });

  it('its expressions are found in order', () => {
    const names = (json: JsonValue) =>
      expressionsIn(criterion(json)).map((expression) =>
        'name' in expression ? expression.name : expression.kind,
      );
    expect(names({ condition: '!$inputs.a && ($inputs.b == $statusCode || $inputs.c)' })).toEqual([
      'a',
      'b',
      'statusCode',
      'c',
    ]);
    expect(names({ context: '$inputs.a', condition: '{$inputs.b}', type: 'regex' })).toEqual(['a', 'b']);
    expect(names({ context: '$inputs.a', condition: "$[?@ == '{$inputs.b}']", type: 'jsonpath' })).toEqual([
      'a',
      'b',
    ]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => parseCriterion(json as JsonValue).problems.length >= 0));
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('$', '.a', '[?', '@', '==', "'", '{$inputs.a}', ']', '(', '*', '\\', '..'), {
          maxLength: 10,
        })
        .map((p) => p.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('simple', 'regex', 'jsonpath'), (condition, type) => {
        const { value } = parseCriterion({ context: '$response.body', condition, type });
        expect(typeof (value === undefined ? false : evaluateCriterion(value, scope))).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('outcomeWithoutResponse', () => {
  it.each<[JsonValue, boolean | undefined]>([
    [{ condition: '$statusCode == 200' }, false],
    [{ condition: '$statusCode != 200' }, true],
    [{ condition: '$statusCode == null' }, true],
    [{ condition: '$statusCode >= 500 || $statusCode == 429' }, false],
    [{ condition: '!$response.body.ok' }, true],
    [{ condition: '$response.body.ok' }, false],
    [{ condition: '$inputs.a' }, undefined],
    [{ condition: '$inputs.a && $statusCode == 200' }, false],
    [{ condition: '$inputs.a || $statusCode == 200' }, undefined],
    [{ condition: '$inputs.a || $statusCode != 200' }, true],
    [{ condition: '$response.body.a == $inputs.a' }, undefined],
    [{ condition: '$response.body.a < $inputs.a' }, false],
    [{ condition: "$request.header.x == 'y'" }, undefined],
    [{ condition: 'true' }, true],
    [{ context: '$statusCode', condition: '^2', type: 'regex' }, false],
    [{ context: '$inputs.a', condition: '^2', type: 'regex' }, undefined],
    [{ context: '$inputs.a', condition: '{$response.body#/x}', type: 'regex' }, false],
    [{ context: '$response.body', condition: '$.a', type: 'jsonpath' }, false],
  ])('of %j is %j', (json, expected) => {
    expect(outcomeWithoutResponse(criterion(json))).toBe(expected);
  });

  it('agrees with the evaluation wherever it is certain', () => {
    const operand = fc.constantFrom(
      '$statusCode',
      '$response.body.a',
      '$inputs.a',
      '$inputs.b',
      '1',
      "'x'",
      'null',
      'true',
    );
    const comparison = fc
      .tuple(operand, fc.constantFrom('==', '!=', '<', '>='), operand)
      .map((parts) => parts.join(' '));
    const condition = fc
      .array(fc.tuple(fc.constantFrom('', '!'), comparison, fc.constantFrom(' && ', ' || ')), {
        minLength: 1,
        maxLength: 4,
      })
      .map((terms) =>
        terms
          .map(([not, text, join], index) => `${not}(${text})${index < terms.length - 1 ? join : ''}`)
          .join(''),
      );
    const input = fc.constantFrom<JsonValue>(null, 1, 'x', true);
    fc.assert(
      fc.property(condition, input, input, (text, a, b) => {
        const parsed = criterion({ condition: text });
        const outcome = outcomeWithoutResponse(parsed);
        const truth = evaluateCriterion(parsed, { inputs: { a, b } });
        expect(outcome ?? truth).toBe(truth);
      }),
      { numRuns: 2000 },
    );
  });
});
