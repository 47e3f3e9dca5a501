import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatExpression } from '../../src/expressions/format-expression.ts';
import { parseExpression } from '../../src/expressions/parse-expression.ts';
import type { RuntimeExpression } from '../../src/expressions/runtime-expression.ts';

describe('parseExpression', () => {
  it.each<[string, RuntimeExpression]>([
    ['$url', { kind: 'url' }],
    ['$method', { kind: 'method' }],
    ['$statusCode', { kind: 'statusCode' }],
    ['$self', { kind: 'self' }],
    [
      "$request.header.X-Api!#$%&'*+.^_`|~1",
      { kind: 'request', source: { from: 'header', name: "X-Api!#$%&'*+.^_`|~1" } },
    ],
    ['$request.query.filter[name] a', { kind: 'request', source: { from: 'query', name: 'filter[name] a' } }],
    ['$request.path.id', { kind: 'request', source: { from: 'path', name: 'id' } }],
    ['$request.body', { kind: 'request', source: { from: 'body', pointer: [] } }],
    ['$response.header.Location', { kind: 'response', source: { from: 'header', name: 'Location' } }],
    ['$response.body#', { kind: 'response', source: { from: 'body', pointer: [] } }],
    ['$response.body#/', { kind: 'response', source: { from: 'body', pointer: [''] } }],
    [
      '$response.body#/a~1b/m~0n/0',
      { kind: 'response', source: { from: 'body', pointer: ['a/b', 'm~n', '0'] } },
    ],
    [
      '$response.body#/with space/[x]',
      { kind: 'response', source: { from: 'body', pointer: ['with space', '[x]'] } },
    ],
    ['$message.payload#/id', { kind: 'message', source: { from: 'payload', pointer: ['id'] } }],
    ['$message.header.trace', { kind: 'message', source: { from: 'header', name: 'trace' } }],
    ['$inputs.phone_number', { kind: 'inputs', name: 'phone_number', pointer: [] }],
    ['$inputs.a.b-c', { kind: 'inputs', name: 'a.b-c', pointer: [] }],
    ['$inputs.customer#/firstName', { kind: 'inputs', name: 'customer', pointer: ['firstName'] }],
    ['$inputs.constructor', { kind: 'inputs', name: 'constructor', pointer: [] }],
    ['$outputs.total', { kind: 'outputs', name: 'total', pointer: [] }],
    [
      '$steps.log-in_1.outputs.token.v2#/0',
      { kind: 'steps', stepId: 'log-in_1', output: 'token.v2', pointer: ['0'] },
    ],
    ['$steps.outputs.outputs.x', { kind: 'steps', stepId: 'outputs', output: 'x', pointer: [] }],
    [
      '$workflows.sign-up.outputs.id',
      { kind: 'workflows', workflowId: 'sign-up', field: 'outputs', name: 'id', pointer: [] },
    ],
    [
      '$workflows.w.inputs.a#/b',
      { kind: 'workflows', workflowId: 'w', field: 'inputs', name: 'a', pointer: ['b'] },
    ],
    ['$sourceDescriptions.api.url', { kind: 'sourceDescriptions', source: 'api', reference: 'url' }],
    [
      '$sourceDescriptions.gh.repos/get.v1',
      { kind: 'sourceDescriptions', source: 'gh', reference: 'repos/get.v1' },
    ],
    ['$components.parameters.a.b', { kind: 'components', type: 'parameters', name: 'a.b' }],
    ['$components.failureActions.retry', { kind: 'components', type: 'failureActions', name: 'retry' }],
  ])('reads %s without a warning', (text, value) => {
    expect(parseExpression(text)).toEqual({ value });
  });

  it.each([
    ['$response.body.a.b', '$response.body#/a/b'],
    ['$response.body[0].id', '$response.body#/0/id'],
    ["$response.body['a b'].c", '$response.body#/a b/c'],
    ['$response.body#id', '$response.body#/id'],
    ['$response.body/AccessToken', '$response.body#/AccessToken'],
    ['$response.headers.Location', '$response.header.Location'],
    ['$responses.body', '$response.body'],
    ['$body.type', '$response.body#/type'],
    ['$body', '$response.body'],
    ['$message.payload.orderId', '$message.payload#/orderId'],
    ['$steps.getPetStep.availablePets', '$steps.getPetStep.outputs.availablePets'],
    ['$steps.a.outputs.list[0].id', '$steps.a.outputs.list#/0/id'],
    ['$outputs.items[2]', '$outputs.items#/2'],
    ['$workflow.inputs.x', '$inputs.x'],
    ['$workflow.createUser.outputs.x', '$workflows.createUser.outputs.x'],
    ['$sourceDescription.a.b', '$sourceDescriptions.a.b'],
    ['$steps.Plan a Trip.outputs.Search Response', '$steps.Plan a Trip.outputs.Search Response'],
    ['$steps.v1.users.outputs.id', '$steps.v1.users.outputs.id'],
    ['$workflows.updatePet-text/xml.outputs.id', '$workflows.updatePet-text/xml.outputs.id'],
    ['$response.query.x', '$response.query.x'],
  ])('reads %s with a warning, as %s', (text, meant) => {
    const parsed = parseExpression(text);
    expect('value' in parsed && formatExpression(parsed.value)).toBe(meant);
    expect('warning' in parsed && parsed.warning).toMatch(/\.$/);
  });

  it.each([
    ['', 0],
    ['$', 0],
    ['inputs.a', 0],
    ['{$inputs.a}', 0],
    ['$type', 0],
    ['$datetime.iso8601', 0],
    ['$inputs', 7],
    ['$inputs.', 8],
    ['$inputs.#/a', 8],
    ['$inputs.a b c?', 13],
    ['$inputs.a{b}', 9],
    ['$inputs. a', 8],
    ['$statusCode.x', 11],
    ['$statusCode == 200', 11],
    ['$url#/a', 4],
    ['$response', 9],
    ['$response.', 10],
    ['$response.header', 16],
    ['$response.header.', 17],
    ['$response.header.a b', 17],
    ['$response.header.a{b', 20],
    ['$response.bodyx', 10],
    ['$response.body#/a~2', 15],
    ['$response.body#/{id}', 15],
    ['$response.body[*].id', 14],
    ["$response.body[?(@.a=='b')]", 14],
    ['$response.body[-1]', 14],
    ['$request.query.', 15],
    ['$steps.a', 8],
    ['$steps.a.outputs', 16],
    ['$steps.a.outputs.', 17],
    ['$steps.a.response.body', 9],
    ["$steps.a.outputs.b || 'x'", 19],
    ['$workflows.w', 11],
    ['$workflows.w.steps.s.outputs.o', 12],
    ['$workflows.w.outputs', 20],
    ['$sourceDescriptions.a', 21],
    ['$sourceDescriptions.a.', 22],
    ['$components.inputs.a', 12],
    ['$components.parameters.', 23],
  ])('refuses %j', (text, offset) => {
    expect(parseExpression(text)).toMatchObject({ problem: expect.stringMatching(/[.?]$/), offset });
  });

  it.each([
    ['$statusCod', '$statusCode'],
    ['$StatusCode', '$statusCode'],
    ['$input.a', '$inputs.a'],
    ['$step.a.outputs.b', '$steps.a.outputs.b'],
    ['$repsonse.body#/a', '$response.body#/a'],
    ['$response.boddy#/a', '$response.body#/a'],
    ['$components.parameter.x', '$components.parameters.x'],
  ])('suggests for %s %s', (text, suggestion) => {
    expect(parseExpression(text)).toMatchObject({ suggestion });
  });

  const name = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/);
  const strict = fc.stringMatching(/^[A-Za-z0-9_-]+$/);
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);
  const pointer = fc.array(fc.string().filter((part) => !/[{}]/.test(part)));
  const source = (payload: 'body' | 'payload', withQuery: boolean) =>
    fc.oneof(
      fc.record({ from: fc.constant('header' as const), name: token }),
      fc.record({ from: fc.constant(payload), pointer }),
      ...(withQuery
        ? [
            fc.record({
              from: fc.constantFrom('query' as const, 'path' as const),
              name: fc.stringMatching(/^[^{}]+$/),
            }),
          ]
        : []),
    );
  const expression: fc.Arbitrary<RuntimeExpression> = fc.oneof(
    fc.constantFrom(
      { kind: 'url' as const },
      { kind: 'method' as const },
      { kind: 'statusCode' as const },
      { kind: 'self' as const },
    ),
    fc.record({ kind: fc.constant('request' as const), source: source('body', true) }),
    fc.record({ kind: fc.constant('response' as const), source: source('body', false) }),
    fc.record({ kind: fc.constant('message' as const), source: source('payload', false) }),
    fc.record({ kind: fc.constantFrom('inputs' as const, 'outputs' as const), name, pointer }),
    fc.record({ kind: fc.constant('steps' as const), stepId: strict, output: name, pointer }),
    fc.record({
      kind: fc.constant('workflows' as const),
      workflowId: strict,
      field: fc.constantFrom('inputs' as const, 'outputs' as const),
      name,
      pointer,
    }),
    fc.record({
      kind: fc.constant('sourceDescriptions' as const),
      source: strict,
      reference: fc.stringMatching(/^[^{}]+$/),
    }),
    fc.record({
      kind: fc.constant('components' as const),
      type: fc.constantFrom('parameters' as const, 'successActions' as const),
      name,
    }),
  );

  it('reads what formatExpression writes, without a warning', () => {
    fc.assert(
      fc.property(expression, (value) => {
        expect(parseExpression(formatExpression(value))).toEqual({ value });
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws, and what it reads it reads again', () => {
    const piece = fc.constantFrom(
      '$',
      'inputs',
      'steps',
      'response',
      '.',
      'body',
      'header',
      'outputs',
      '#',
      '/',
      '~',
      '[',
      '0',
      ']',
      "'",
      ' ',
      '{',
      '}',
      'x',
      'workflows',
      '__proto__',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => `$${pieces.join('')}`),
        (text) => {
          const parsed = parseExpression(text);
          if (!('value' in parsed)) return;
          const again = parseExpression(formatExpression(parsed.value));
          expect('value' in again && again.value).toEqual(parsed.value);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
