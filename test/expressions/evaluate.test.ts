import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../src/document/json.ts';
import { evaluateExpression, evaluateTemplate } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/parse-expression.ts';
import { parseTemplate } from '../../src/expressions/parse-template.ts';
import { embeddedExpressionsIn, expressionsIn } from '../../src/expressions/references.ts';
import type { Scope } from '../../src/expressions/scope.ts';

const scope: Scope = {
  inputs: {
    phone: '+1',
    n: 5,
    no: null,
    off: false,
    empty: '',
    'a.b': 'exact',
    a: { b: 'nested', c: { d: [7] } },
    list: [{ id: 1 }],
  },
  steps: { login: { outputs: { token: 't', user: { name: 'Ann' }, 'x.y': { z: 1 } } } },
  outputs: { total: 3 },
  workflows: { child: { inputs: { i: 1 }, outputs: { o: [2] } } },
  sourceDescriptions: { api: { url: './api.yaml', type: 'openapi' } },
  self: 'https://example.com/flow.yaml',
  request: {
    url: 'https://api.test/p?q=1',
    method: 'POST',
    headers: { accept: 'application/json' },
    query: { q: 1 },
    path: { id: 'x' },
    body: { sent: true },
  },
  response: {
    statusCode: 200,
    headers: { 'x-rate': '9' },
    body: { items: [{ id: 1 }], 'a/b': 2, nothing: null },
  },
};

const evaluate = (text: string, against = scope) => {
  const parsed = parseExpression(text);
  if (!('value' in parsed)) throw new Error(parsed.problem);
  return evaluateExpression(parsed.value, against);
};

describe('evaluateExpression', () => {
  it.each<[string, JsonValue | undefined]>([
    ['$url', 'https://api.test/p?q=1'],
    ['$method', 'POST'],
    ['$statusCode', 200],
    ['$self', 'https://example.com/flow.yaml'],
    ['$request.header.ACCEPT', 'application/json'],
    ['$request.query.q', 1],
    ['$request.query.Q', undefined],
    ['$request.path.id', 'x'],
    ['$request.body#/sent', true],
    ['$response.header.X-Rate', '9'],
    ['$response.header.constructor', undefined],
    ['$response.body#/items/0/id', 1],
    ['$response.body#/items/00/id', undefined],
    ['$response.body#/items/length', undefined],
    ['$response.body#/a~1b', 2],
    ['$response.body#/nothing', null],
    ['$response.body#/nothing/more', undefined],
    ['$response.body#/__proto__', undefined],
    ['$response.path.id', undefined],
    ['$inputs.phone', '+1'],
    ['$inputs.no', null],
    ['$inputs.off', false],
    ['$inputs.absent', undefined],
    ['$inputs.toString', undefined],
    ['$inputs.a.b', 'exact'],
    ['$inputs.a.c.d.0', 7],
    ['$inputs.a.c#/d/0', 7],
    ['$inputs.list.0.id', 1],
    ['$inputs.a.c.none', undefined],
    ['$steps.login.outputs.token', 't'],
    ['$steps.login.outputs.user.name', 'Ann'],
    ['$steps.login.outputs.x.y.z', 1],
    ['$steps.login.outputs.user#/name', 'Ann'],
    ['$steps.other.outputs.token', undefined],
    ['$steps.constructor.outputs.name', undefined],
    ['$outputs.total', 3],
    ['$workflows.child.inputs.i', 1],
    ['$workflows.child.outputs.o#/0', 2],
    ['$workflows.none.outputs.o', undefined],
    ['$sourceDescriptions.api.url', './api.yaml'],
    ['$sourceDescriptions.api.type', 'openapi'],
    ['$sourceDescriptions.api.getPet', undefined],
    ['$components.parameters.x', undefined],
    ['$message.payload', undefined],
  ])('gives for %s %j', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it.each([
    '$url',
    '$statusCode',
    '$response.body',
    '$request.header.a',
    '$inputs.a',
    '$steps.a.outputs.b',
    '$workflows.w.outputs.o',
    '$self',
  ])('gives nothing for %s in an empty scope', (text) => {
    expect(evaluate(text, {})).toBeUndefined();
  });
});

describe('evaluateTemplate', () => {
  it.each<[JsonValue, unknown]>([
    ['plain', { value: 'plain' }],
    ['$inputs.n', { value: 5 }],
    ['{$inputs.n}', { value: '5' }],
    ['$inputs.absent', { value: undefined }],
    ['a {$inputs.n} {$inputs.no} {$inputs.off} {$inputs.empty}.', { value: 'a 5 null false .' }],
    ['{$steps.login.outputs.user}/{$workflows.child.outputs.o}', { value: '{"name":"Ann"}/[2]' }],
    ['x{$inputs.absent}', { missing: '$inputs.absent' }],
    [
      { a: '$inputs.absent', b: ['$inputs.absent', '$inputs.n'], c: { d: '$inputs.no' } },
      { value: { b: [null, 5], c: { d: null } } },
    ],
    [{ a: { b: ['ok', { c: 'x{$steps.no.outputs.x#/0}' }] } }, { missing: '$steps.no.outputs.x#/0' }],
  ])('gives for %j %j', (template, expected) => {
    expect(evaluateTemplate(parseTemplate(template).value, scope)).toStrictEqual(expected);
  });

  it('makes a member called like the prototype a member of its own', () => {
    const template = parseTemplate(JSON.parse('{"__proto__": "$inputs.n"}') as JsonValue).value;
    const evaluated = evaluateTemplate(template, scope);
    expect(JSON.stringify(evaluated)).toBe('{"value":{"__proto__":5}}');
  });
});

describe('expressionsIn', () => {
  const template = parseTemplate({
    a: '$inputs.a',
    b: ['x{$inputs.b}{$inputs.c}', { d: '$inputs.d' }],
    e: 'none',
  }).value;
  const names = (found: readonly { readonly kind: string }[]) =>
    found.map((expression) => ('name' in expression ? expression.name : ''));

  it('lists every expression in order', () => {
    expect(names(expressionsIn(template))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('embeddedExpressionsIn lists those inside of texts only', () => {
    expect(names(embeddedExpressionsIn(template))).toEqual(['b', 'c']);
  });
});
