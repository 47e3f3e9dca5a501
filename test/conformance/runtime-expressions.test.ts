// Runtime expressions, https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/expressions/scope.ts';
import { isExpression, made, problemsOfValue, readStep, valueOf } from './language.ts';

const scope: Scope = {
  self: 'https://example.com/pets.arazzo.yaml',
  inputs: { n: 5, customer: { firstName: 'Ann' }, 'a.b': 1, a: { b: 2, c: 3 }, none: null, text: 'say "hi"' },
  outputs: { total: { sum: 7 } },
  steps: { find: { outputs: { pets: [{ id: 'p1' }], 'x/y': 1 } } },
  workflows: { other: { inputs: { who: { name: 'Bob' } }, outputs: { mapped: { name: 'Eve' } } } },
  sourceDescriptions: { gh: { url: 'https://example.com/openapi.yaml', type: 'openapi' } },
  components: { parameters: { page: 2 } },
  request: {
    url: 'https://api.example.com/pets/7?Limit=10',
    method: 'POST',
    headers: { accept: 'application/json' },
    query: { Limit: 10 },
    path: { petId: '7' },
    body: { user: { id: 'u1' } },
  },
  response: {
    statusCode: 201,
    headers: { location: '/pets/7', 'x-many': 'a, b' },
    body: { items: [{ id: 'i1' }], 'a/b': { '~': 1 }, 'c%d': 2, '': 3 },
  },
  message: { headers: { 'correlation-id': 'c1' }, payload: { orderId: 'o1' } },
};
const value = (expression: string) => valueOf(expression, scope);

describe('runtime expressions', () => {
  it('RTX-01 keep the type of what they refer to', () => {
    expect(made(['$inputs.n', '$inputs.customer', '$inputs.none', '$statusCode'], scope)).toEqual({
      value: [5, { firstName: 'Ann' }, null, 201],
    });
  });

  it('RTX-02: $url is the whole URL of the request', () => {
    expect(value('$url')).toBe('https://api.example.com/pets/7?Limit=10');
  });

  it('RTX-03: $method is the method', () => {
    expect(value('$method')).toBe('POST');
  });

  it('RTX-04: $statusCode is a number', () => {
    expect(value('$statusCode')).toBe(201);
    expect(isExpression('$statusCode.x')).toBe(false);
  });

  it('RTX-05: $request.header is found without case', () => {
    expect(value('$request.header.Accept')).toBe('application/json');
    expect(value('$request.header.ACCEPT')).toBe('application/json');
  });

  it('RTX-06: $request.query and $request.path are found with case', () => {
    expect(value('$request.query.Limit')).toBe(10);
    expect(value('$request.query.limit')).toBeUndefined();
    expect(value('$request.path.petId')).toBe('7');
    expect(value('$request.path.petid')).toBeUndefined();
  });

  it('RTX-07: parameters that the request does not have are absent', () => {
    expect(value('$request.header.authorization')).toBeUndefined();
    expect(value('$request.query.toString')).toBeUndefined();
  });

  it('RTX-08: $request.body is the payload or a part of it', () => {
    expect(value('$request.body')).toEqual({ user: { id: 'u1' } });
    expect(value('$request.body#/user/id')).toBe('u1');
  });

  it('RTX-09: $response.header is one value, found without case', () => {
    expect(value('$response.header.Location')).toBe('/pets/7');
    expect(value('$response.header.X-Many')).toBe('a, b');
  });

  it('RTX-10: $response.body is the body or a part of it', () => {
    expect(value('$response.body#/items/0/id')).toBe('i1');
    expect(value('$response.body#')).toBe(value('$response.body'));
    expect(value('$response.body#/items/1/id')).toBeUndefined();
  });

  it('RTX-11: what the grammar makes and no response has is absent, with a warning', () => {
    expect(isExpression('$response.query.a')).toBe('lenient');
    expect(value('$response.query.a')).toBeUndefined();
    expect(value('$response.path.a')).toBeUndefined();
  });

  it('RTX-12: $message is a header or the payload of a message', () => {
    expect(value('$message.header.Correlation-Id')).toBe('c1');
    expect(value('$message.payload')).toEqual({ orderId: 'o1' });
    expect(value('$message.payload#/orderId')).toBe('o1');
    expect(value('$message.payload.orderId')).toBe('o1');
    expect(valueOf('$message.payload', {})).toBeUndefined();
  });

  it('RTX-13: $inputs is one input or a part of it', () => {
    expect(value('$inputs.n')).toBe(5);
    expect(value('$inputs.customer#/firstName')).toBe('Ann');
  });

  it('RTX-14 AMB-20: names may hold dots: the whole name comes before its parts', () => {
    expect(value('$inputs.a.b')).toBe(1);
    expect(value('$inputs.a.c')).toBe(3);
    expect(isExpression('$inputs.a.b-c_d')).toBe(true);
  });

  it('RTX-15: $steps reaches outputs and nothing else', () => {
    expect(value('$steps.find.outputs.pets')).toEqual([{ id: 'p1' }]);
    expect(isExpression('$steps.find.inputs.a')).toBe(false);
    expect(isExpression('$steps.find.outputs')).toBe(false);
    expect(isExpression('$steps.find.pets')).toBe('lenient');
  });

  it('RTX-16: $steps knows the steps of this workflow only', () => {
    expect(value('$steps.elsewhere.outputs.a')).toBeUndefined();
    expect(isExpression('$workflows.other.steps.find.outputs.pets')).toBe(false);
  });

  it('RTX-17: $outputs is one output of the workflow or a part of it', () => {
    expect(value('$outputs.total')).toEqual({ sum: 7 });
    expect(value('$outputs.total#/sum')).toBe(7);
  });

  it('RTX-18: $workflows.<id>.inputs is an input of a workflow', () => {
    expect(value('$workflows.other.inputs.who#/name')).toBe('Bob');
  });

  it('RTX-19: $workflows.<id>.outputs is an output of a workflow', () => {
    expect(value('$workflows.other.outputs.mapped')).toEqual({ name: 'Eve' });
    expect(value('$workflows.none.outputs.mapped')).toBeUndefined();
  });

  it('RTX-20: $sourceDescriptions.<name> has fields of the source', () => {
    expect(value('$sourceDescriptions.gh.url')).toBe('https://example.com/openapi.yaml');
    expect(value('$sourceDescriptions.gh.type')).toBe('openapi');
  });

  it('RTX-20: $sourceDescriptions names an operation before a field of its source', () => {
    const { step } = readStep('x-a: 1', '1.1.0', "operationId: '$sourceDescriptions.api.url'");
    expect(step?.target).toEqual({ kind: 'operationId', source: 'api', operationId: 'url' });
  });

  it('RTX-21: operations may have any sign but braces', () => {
    expect(isExpression('$sourceDescriptions.gh.repos/get.all')).toBe(true);
    expect(isExpression('$sourceDescriptions.gh.repos{x}')).toBe(false);
  });

  it('RTX-22: $components reaches parameters and actions', () => {
    expect(value('$components.parameters.page')).toBe(2);
    expect(isExpression('$components.successActions.done')).toBe(true);
    expect(isExpression('$components.failureActions.stop')).toBe(true);
    expect(isExpression('$components.inputs.a')).toBe(false);
    expect(isExpression('$components.foo')).toBe(false);
  });

  it('RTX-23: $self is the URI of the document, absent where it has none', () => {
    expect(value('$self')).toBe('https://example.com/pets.arazzo.yaml');
    expect(valueOf('$self', {})).toBeUndefined();
  });

  it('RTX-24: pointers are plain text of RFC 6901', () => {
    expect(value('$response.body#/a~1b/~0')).toBe(1);
    expect(value('$response.body#/c%d')).toBe(2);
    expect(value('$response.body#/')).toBe(3);
    expect(isExpression('$response.body#/a~2')).toBe(false);
    expect(isExpression('$response.body#/{a}')).toBe(false);
  });

  it('RTX-25: parts of outputs are referred to by pointers', () => {
    expect(value('$steps.find.outputs.pets#/0/id')).toBe('p1');
    expect(value('$workflows.other.outputs.mapped#/name')).toBe('Eve');
  });

  it('RTX-26: pointers find nothing inside of a text', () => {
    const text: Scope = { response: { statusCode: 200, headers: {}, body: '<a><b/></a>' } };
    expect(valueOf('$response.body', text)).toBe('<a><b/></a>');
    expect(valueOf('$response.body#/a', text)).toBeUndefined();
  });

  it('RTX-27 AMB-10: what does not resolve is absent: a member is left out, an item is null, a text cannot be made', () => {
    expect(made({ a: '$inputs.absent', b: 1 }, scope)).toEqual({ value: { b: 1 } });
    expect(made(['$inputs.absent'], scope)).toEqual({ value: [null] });
    expect(made('x{$inputs.absent}', scope)).toEqual({ missing: '$inputs.absent' });
    expect(value('$inputs.__proto__')).toBeUndefined();
  });

  it('RTX-28: $sourceDescriptions.<name>.url stands for the source in an operationPath', () => {
    const path = "operationPath: '{$sourceDescriptions.api.url}#/paths/~1pets~1{petId}/get'";
    const { step, problems } = readStep('x-a: 1', '1.1.0', path);
    expect(problems).toEqual([]);
    expect(step?.target).toEqual({
      kind: 'operationPath',
      source: 'api',
      path: ['paths', '/pets/{petId}', 'get'],
    });
  });
});

describe('expressions in texts', () => {
  it('EMB-01 stand in braces', () => {
    expect(made('https://{$inputs.a.c}/api/{$steps.find.outputs.pets#/0/id}/status', scope)).toEqual({
      value: 'https://3/api/p1/status',
    });
  });

  it('EMB-02: a whole expression keeps its type, in braces it makes a text', () => {
    expect(made('$inputs.n', scope)).toEqual({ value: 5 });
    expect(made('{$inputs.n}', scope)).toEqual({ value: '5' });
  });

  it('EMB-03 without braces are text, with a warning', () => {
    expect(made('Bearer $inputs.n', scope)).toEqual({ value: 'Bearer $inputs.n' });
    expect(problemsOfValue('Bearer $inputs.n')).toEqual(['warning expression/not-embedded']);
  });

  it('EMB-04: scalars are written as JSON writes them', () => {
    expect(made('{$inputs.n} {$inputs.none} {$inputs.a.b}', scope)).toEqual({ value: '5 null 1' });
  });

  it('EMB-05: objects and arrays are JSON', () => {
    expect(made('{"customer": {$inputs.customer}}', scope)).toEqual({
      value: '{"customer": {"firstName":"Ann"}}',
    });
  });

  it('EMB-06: texts are put in as they are', () => {
    expect(made('"{$inputs.text}"', scope)).toEqual({ value: '"say "hi""' });
  });

  it('EMB-07: other braces are text', () => {
    expect(made('{ "a": {"n": {$inputs.n}} }', scope)).toEqual({ value: '{ "a": {"n": 5} }' });
    expect(made('/pets/{petId}', scope)).toEqual({ value: '/pets/{petId}' });
  });

  it('EMB-08: only what begins like an expression of the specification is one', () => {
    expect(made('{$type}', scope)).toEqual({ value: '{$type}' });
    expect(made('costs $5', scope)).toEqual({ value: 'costs $5' });
    expect(problemsOfValue('$ref')).toEqual(['warning expression/unknown-root']);
  });
});
