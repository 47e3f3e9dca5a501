import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../src/document/json.ts';
import { parseTemplate } from '../../src/expressions/parse-template.ts';

const kindOf = (value: JsonValue) => parseTemplate(value).value.kind;
const codesOf = (value: JsonValue) =>
  parseTemplate(value).problems.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`.trim());
const token = { kind: 'inputs', name: 'token', pointer: [] };

describe('parseTemplate', () => {
  it('proposes a better form of what it reads with a warning, where there is one', () => {
    const proposed = (value: string) => parseTemplate(value).problems.map(({ suggestion }) => suggestion);
    expect(proposed('$response.body.id')).toEqual(['$response.body#/id']);
    expect(proposed('$steps.Create cart.outputs.id')).toEqual([undefined]);
    expect(proposed('x {$steps.Create cart.outputs.id}')).toEqual([undefined]);
  });

  it.each<JsonValue>([
    null,
    0,
    true,
    '',
    'text',
    '$',
    '$5.00',
    '100$',
    '{',
    '}',
    '{}',
    '{ $ }',
    '{id}',
    '$ref/x y',
    '^a$',
    '{{x}}',
    'costs $inputs',
    [],
    {},
    { a: [1, { b: 'x' }] },
  ])('takes %j as a constant, without a word', (value) => {
    expect(parseTemplate(value)).toEqual({ value: { kind: 'constant', value }, problems: [], selectors: [] });
  });

  it('reads a string that is one expression as that expression', () => {
    expect(parseTemplate('$inputs.token')).toEqual({
      value: { kind: 'expression', expression: token },
      problems: [],
      selectors: [],
    });
  });

  it('reads braces alone as text', () => {
    expect(parseTemplate('{$inputs.token}').value).toEqual({ kind: 'text', parts: [token] });
  });

  it('finds embedded expressions among other braces', () => {
    const text = '{"a": {"b": "{$inputs.token}"}, "c": {$statusCode}}';
    expect(parseTemplate(text)).toEqual({
      value: { kind: 'text', parts: ['{"a": {"b": "', token, '"}, "c": ', { kind: 'statusCode' }, '}'] },
      problems: [],
      selectors: [],
    });
  });

  it('reads text that begins with an expression in the braces of a URL', () => {
    expect(parseTemplate('$inputs.host/{$inputs.token}').value.kind).toBe('text');
  });

  it('folds what holds no expression into one constant', () => {
    expect(parseTemplate({ a: { b: [1, 2] }, c: ['$inputs.token', { d: null }] }).value).toEqual({
      kind: 'object',
      members: [
        ['a', { kind: 'constant', value: { b: [1, 2] } }],
        [
          'c',
          {
            kind: 'array',
            items: [
              { kind: 'expression', expression: token },
              { kind: 'constant', value: { d: null } },
            ],
          },
        ],
      ],
    });
  });

  it.each<[JsonValue, string[], string]>([
    ['$type', ['warning expression/unknown-root'], 'constant'],
    ['$transaction.id', ['warning expression/unknown-root'], 'constant'],
    ['$statusCod', ['error expression/unknown-root'], 'constant'],
    ['$input.token', ['error expression/unknown-root'], 'constant'],
    ['$inputs', ['error expression/syntax'], 'constant'],
    ['$response.body[*].id', ['error expression/syntax'], 'constant'],
    ['$steps.a.response.body', ['error expression/syntax'], 'constant'],
    ['$response.body.id', ['warning expression/quirk'], 'expression'],
    ['Bearer $inputs.token', ['warning expression/not-embedded'], 'constant'],
    ['{ $inputs.token }', ['warning expression/not-embedded'], 'constant'],
    ['{"a":"$inputs.token"}', ['warning expression/not-embedded'], 'constant'],
    ['code {$inputs.token}&scope=$inputs.scope}', ['warning expression/not-embedded'], 'text'],
    ['$inputs.first $inputs.second', ['warning expression/not-embedded'], 'constant'],
    ['x {$inputs} y', ['error expression/syntax'], 'constant'],
    ['x {$input.a} y', ['error expression/unknown-root'], 'constant'],
    ['x {$response.body.id} y', ['warning expression/quirk'], 'text'],
    ['x {$foo} y {$inputs.open', ['warning expression/not-embedded'], 'constant'],
    [{ 'a/b': ['ok', '$inputs'] }, ['error expression/syntax /a~1b/1'], 'constant'],
  ])('reports %j', (value, codes, kind) => {
    expect(codesOf(value)).toEqual(codes);
    expect(kindOf(value)).toBe(kind);
  });

  it('tells what to write for a bare expression', () => {
    expect(parseTemplate('Bearer $inputs.token').problems[0]?.suggestion).toBe('{$inputs.token}');
  });

  it('keeps members that are called like the prototype', () => {
    const value = JSON.parse('{"__proto__": "$inputs.token"}') as JsonValue;
    expect(parseTemplate(value).value).toEqual({
      kind: 'object',
      members: [['__proto__', { kind: 'expression', expression: token }]],
    });
  });

  it.each(['{$inputs.', '{$', '{$inputs.a', '{', '$inputs.a '])(
    'takes linear time for %j many times over',
    (piece) => {
      const started = performance.now();
      parseTemplate(`${piece.repeat(200_000)}}`);
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );

  it('never throws', () => {
    const piece = fc.constantFrom(
      '{',
      '$',
      '}',
      'inputs.',
      'a',
      '#/',
      ' ',
      'statusCode',
      '$response.body',
      '.',
      '[0]',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        expect(['constant', 'expression', 'text']).toContain(kindOf(pieces.join('')));
      }),
      { numRuns: 3000 },
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => parseTemplate(value as JsonValue).problems.length >= 0));
  });
});
