import { describe, expect, it } from 'vitest';
import { check, problems, stepOf, withStep, workflowOf } from './support.ts';
import { registerXPath } from '../../src/expressions/xpath-engine.ts';
import { xpath31 } from '../../src/expressions/xpath.ts';

registerXPath(xpath31);

const STEP = '/workflows/0/steps/0';

describe('what a step calls', () => {
  it('is an operation by its id, with or without its source', () => {
    expect(stepOf(withStep('operationId: send'))?.target).toEqual({
      kind: 'operationId',
      operationId: 'send',
    });
    expect(stepOf(withStep('operationId: $sourceDescriptions.api.users.list'))?.target).toEqual({
      kind: 'operationId',
      source: 'api',
      operationId: 'users.list',
    });
  });

  it.each([
    ["'{$sourceDescriptions.api.url}#/paths/~1pet~1{petId}/get'", 0],
    ["'{$sourceDescriptions.api.url}#/paths/~1pet~1%7BpetId%7D/get'", 0],
    ["'$sourceDescriptions.api.url#/paths/~1pet~1{petId}/get'", 1],
    ["'$sourceDescriptions.api#/paths/~1pet~1{petId}/get'", 1],
    ["'{$sourceDescriptions.api}#/paths/~1pet~1{petId}/get'", 1],
  ])('is an operation by its path %s', (path, warnings) => {
    const text = withStep(`operationPath: ${path}`);
    expect(stepOf(text)?.target).toEqual({
      kind: 'operationPath',
      source: 'api',
      path: ['paths', '/pet/{petId}', 'get'],
    });
    expect(problems(text)).toHaveLength(warnings);
  });

  it.each([
    '/pet/get',
    "'https://example.com/openapi.yaml#/paths/~1pet/get'",
    "'{$sourceDescriptions.api.url}/paths'",
  ])('is never an operation by the path %s', (path) => {
    expect(problems(withStep(`operationPath: ${path}`))).toEqual([
      `error arazzo/source-pointer ${STEP}/operationPath`,
    ]);
  });

  it.each(['', 'operationId: a, workflowId: main', "operationId: a, operationPath: '#/a'"])(
    'is exactly one thing, not %j',
    (members) => {
      expect(problems(withStep(members))).toContain(`error arazzo/step-target ${STEP}`);
      expect(workflowOf(withStep(members))?.steps).toEqual([]);
    },
  );

  it.each(['$steps.a.outputs.b', '$sourceDescriptions.api', '$sourceDescription.api.send', '""'])(
    'is never the operationId %s',
    (id) => {
      expect(problems(withStep(`operationId: ${id}`))).toEqual([
        `error arazzo/field-value ${STEP}/operationId`,
      ]);
    },
  );

  it('may be a workflow written as an expression, with a warning', () => {
    const text = withStep('workflowId: $workflows.other', {
      after: '  - { workflowId: other, steps: [{ stepId: a, operationId: b }] }',
    });
    expect(stepOf(text)?.target).toEqual({ kind: 'workflowId', workflowId: 'other' });
    expect(problems(text)).toEqual([`warning arazzo/lenient-form ${STEP}/workflowId`]);
  });
});

describe('the fields of a step', () => {
  it('are read into the model', () => {
    const step = stepOf(
      withStep(
        'description: Sends., operationId: send, timeout: 500, successCriteria: [{ condition: $statusCode == 200 }], ' +
          'outputs: { id: $response.body#/id }, requestBody: { contentType: application/json, payload: { a: 1 } }',
        { version: '1.1.0' },
      ),
    );
    expect(step).toMatchObject({
      stepId: 'one',
      description: 'Sends.',
      timeoutMs: 500,
      requestBody: {
        contentType: 'application/json',
        payload: { kind: 'constant', value: { a: 1 } },
        replacements: [],
      },
      outputs: [{ name: 'id', pointer: `${STEP}/outputs/id` }],
      successCriteria: [{ kind: 'simple', text: '$statusCode == 200' }],
      onSuccess: [],
      onFailure: [],
      dependsOn: [],
      extension: { atMostOnce: false, examples: [], secretOutputs: [] },
    });
  });

  it('tell absent criteria from given ones', () => {
    expect(stepOf(withStep('operationId: send'))).not.toHaveProperty('successCriteria');
    expect(problems(withStep('operationId: send, successCriteria: []'))).toEqual([
      `error arazzo/empty-list ${STEP}/successCriteria`,
    ]);
  });

  it('may be a criterion without its object, with a warning', () => {
    const text = withStep('operationId: send, successCriteria: ["$statusCode == 200"]');
    expect(problems(text)).toEqual([`warning arazzo/lenient-form ${STEP}/successCriteria/0`]);
    expect(stepOf(text)?.successCriteria).toHaveLength(1);
  });

  it.each([
    ['timeout: 0', 'field-value', 'timeout'],
    ['timeout: -1', 'field-type', 'timeout'],
    ['timeout: 1.5', 'field-type', 'timeout'],
    ['dependsOn: []', 'empty-list', 'dependsOn'],
    ['dependsOn: [$steps.one]', 'field-value', 'dependsOn/0'],
    ['dependsOn: [1]', 'field-value', 'dependsOn/0'],
    ['stepID: two', 'unknown-field', 'stepID'],
    ['outputs: [a]', 'field-type', 'outputs'],
    ['outputs: { a: [1] }', 'field-type', 'outputs/a'],
    ['parameters: {}', 'field-type', 'parameters'],
    ['parameters: [text]', 'field-type', 'parameters/0'],
    ['parameters: [{ name: a, value: 1 }]', 'required-field', 'parameters/0'],
    ['parameters: [{ name: a, in: query }]', 'required-field', 'parameters/0'],
    ['parameters: [{ name: a, in: body, value: 1 }]', 'field-value', 'parameters/0/in'],
    ['parameters: [{ name: a, in: channel, value: 1 }]', 'async-field', 'parameters/0/in'],
    ['requestBody: { contenttype: a }', 'unknown-field', 'requestBody/contenttype'],
    ['requestBody: { replacements: [{ target: /a }] }', 'required-field', 'requestBody/replacements/0'],
    [
      'requestBody: { replacements: [{ target: a, value: 1 }] }',
      'field-value',
      'requestBody/replacements/0/target',
    ],
    ['action: send', 'async-field', 'action'],
    ['correlationId: a', 'async-field', 'correlationId'],
    ['forEach: $inputs.list', 'unknown-field', 'forEach'],
  ])('with { %s } are an error', (members, code, place) => {
    const found = problems(withStep(`operationId: send, ${members}`, { version: '1.1.0' }));
    expect(found).toEqual([`error arazzo/${code} ${STEP}/${place}`]);
  });

  it.each([
    ['dependsOn: [one]', 'dependsOn'],
    ['timeout: 10', 'timeout'],
    ['parameters: [{ name: a, in: querystring, value: b=1 }]', 'parameters/0/in'],
  ])('of 1.1 are honoured in a 1.0 document, with a warning: %s', (members, place) => {
    expect(problems(withStep(`operationId: send, ${members}`))[0]).toBe(
      `warning arazzo/newer-version ${STEP}/${place}`,
    );
  });

  it('of AsyncAPI are refused in a 1.0 document', () => {
    expect(problems(withStep('operationId: send, action: send'))).toContain(
      `error arazzo/newer-version ${STEP}/action`,
    );
  });

  it('keep values that are false, zero, empty or null', () => {
    const values = ['false', '0', '""', 'null'];
    for (const value of values) {
      const step = stepOf(
        withStep(`operationId: send, parameters: [{ name: a, in: query, value: ${value} }]`),
      );
      expect(step?.parameters[0]?.value.kind).toBe('constant');
    }
  });

  it('may have a constant as an output, with a warning', () => {
    const text = withStep('operationId: send, outputs: { sent: true, note: text }');
    expect(problems(text)).toEqual([
      `warning arazzo/lenient-form ${STEP}/outputs/sent`,
      `warning arazzo/lenient-form ${STEP}/outputs/note`,
    ]);
    expect(stepOf(text)?.outputs.map((output) => output.value)).toEqual([
      { kind: 'constant', value: true },
      { kind: 'constant', value: 'text' },
    ]);
  });

  it('ignore the body of a step that calls a workflow, and where its parameters go', () => {
    const text = withStep(
      'workflowId: other, requestBody: { payload: 1 }, parameters: [{ name: a, in: query, value: 1 }]',
      {
        after: '  - { workflowId: other, steps: [{ stepId: a, operationId: b }] }',
      },
    );
    expect(problems(text)).toEqual([
      `warning arazzo/irrelevant-field ${STEP}/requestBody`,
      `warning arazzo/irrelevant-field ${STEP}/parameters/0/in`,
    ]);
    const step = stepOf(text);
    expect(step).not.toHaveProperty('requestBody');
    expect(step?.parameters[0]).not.toHaveProperty('in');
  });

  it('take a body whose members have the names of prototypes', () => {
    const step = stepOf(
      withStep('operationId: send, requestBody: { payload: { __proto__: $inputs.a, constructor: 1 } }'),
    );
    expect(step?.requestBody?.payload).toMatchObject({
      kind: 'object',
      members: [
        ['__proto__', { kind: 'expression' }],
        ['constructor', { kind: 'constant' }],
      ],
    });
    expect(({} as Record<string, unknown>)['kind']).toBeUndefined();
  });
});

describe('the parameters of a workflow', () => {
  it('need a place when a step calls an operation', () => {
    const text = withStep('operationId: send', { workflow: 'parameters: [{ name: a, value: 1 }]' });
    expect(problems(text)).toEqual(['error arazzo/required-field /workflows/0/parameters/0']);
  });

  it('need none when all steps call workflows', () => {
    const text = withStep('workflowId: other', {
      workflow: 'parameters: [{ name: a, value: 1 }]',
      after: '  - { workflowId: other, steps: [{ stepId: a, operationId: b }] }',
    });
    expect(problems(text)).toEqual([]);
  });
});

const output = (selector: string): string =>
  withStep(`operationId: send, outputs: { a: ${selector} }`, { version: '1.1.0' });

describe('selectors', () => {
  it.each([
    ['{ context: $response.body, selector: /items/0, type: jsonpointer }', ['items', '0']],
    ["{ context: $response.body, selector: '', type: jsonpointer }", []],
    [
      "{ context: '$response.body#/data', selector: /a b/c, type: { type: jsonpointer, version: rfc6901 } }",
      ['data', 'a b', 'c'],
    ],
  ])('%s is the expression that leads to the same place', (selector, pointer) => {
    expect(problems(output(selector))).toEqual([]);
    expect(stepOf(output(selector))?.outputs[0]?.value).toEqual({
      kind: 'expression',
      expression: { kind: 'response', source: { from: 'body', pointer } },
    });
  });

  it.each([
    ['selector: "$.items[*].id", type: jsonpath', 'jsonpath', '$.items[*].id'],
    ['selector: $.a, type: { type: jsonpath, version: rfc9535 }', 'jsonpath', '$.a'],
    [
      'selector: "$.items[(@.length-1)]", type: { type: jsonpath, version: draft-goessner-dispatch-jsonpath-00 }',
      'jsonpath',
      '$.items[-1]',
    ],
    ['selector: //item/@id, type: xpath', 'xpath', '//item/@id'],
    ['selector: count(//item), type: { type: xpath, version: xpath-20 }', 'xpath', 'count(//item)'],
  ])('{ %s } is read', (members, type, query) => {
    const text = output(`{ context: $response.body, ${members} }`);
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.outputs[0]?.value).toEqual({
      kind: 'selector',
      context: { kind: 'response', source: { from: 'body', pointer: [] } },
      type,
      query,
    });
  });

  it.each([
    [
      '{ context: $response.body, selector: "$.items[", type: jsonpath }',
      'expression/jsonpath-syntax',
      '/selector',
    ],
    ['{ context: $response.body, selector: "/a[", type: xpath }', 'expression/xpath-syntax', '/selector'],
    ['{ context: $response.body, selector: a, type: jsonpointer }', 'arazzo/field-value', '/selector'],
    ['{ context: $statusCode, selector: /a, type: jsonpointer }', 'arazzo/field-value', '/context'],
    ['{ context: $inputs, selector: "$.*", type: jsonpath }', 'arazzo/not-supported', '/selector'],
    ['{ context: $response.body, selector: /a, type: jmespath }', 'arazzo/field-value', '/type'],
    ['{ context: $response.bdy, selector: /a, type: jsonpointer }', 'expression/syntax', '/context'],
    ['{ context: response, selector: /a, type: jsonpointer }', 'expression/syntax', '/context'],
    [
      '{ context: $response.body, selector: /a, type: { type: xpath, version: rfc9535 } }',
      'arazzo/field-value',
      '/type/version',
    ],
    ['{ context: $response.body, selector: /a, type: { type: xpath } }', 'arazzo/required-field', '/type'],
    ['{ context: $response.body, selector: /a }', 'arazzo/required-field', ''],
  ])('%s is an error', (selector, code, place) => {
    expect(problems(output(selector))).toEqual([`error ${code} ${STEP}/outputs/a${place}`]);
  });

  it('are told to be of 1.1 in a document of 1.0, and are read', () => {
    const text = output('{ context: $response.body, selector: /a, type: jsonpointer }').replace(
      '1.1.0',
      '1.0.1',
    );
    expect(problems(text)).toEqual([`warning arazzo/newer-version ${STEP}/outputs/a`]);
    expect(stepOf(text)?.outputs[0]?.value.kind).toBe('expression');
  });

  it('may start from all inputs or all outputs of a step', () => {
    const text = output('{ context: $steps.one.outputs, selector: $.b.c, type: jsonpath }');
    expect(stepOf(text)?.outputs[0]?.value).toEqual({
      kind: 'expression',
      expression: { kind: 'steps', stepId: 'one', output: 'b', pointer: ['c'] },
    });
  });

  it('are found anywhere in a payload, and objects that only resemble one are literals', () => {
    const payload =
      '[{ context: $inputs.a, selector: /b, type: jsonpointer }, { context: screen, selector: a, type: b }]';
    const text = withStep(`operationId: send, requestBody: { payload: ${payload} }`, {
      version: '1.1.0',
      workflow: 'inputs: { properties: { a: {} } }',
    });
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.requestBody?.payload).toMatchObject({
      kind: 'array',
      items: [{ kind: 'expression' }, { kind: 'constant' }],
    });
  });
});

const replaced = (target: string): string =>
  withStep(`operationId: send, requestBody: { replacements: [{ ${target}, value: { a: 1 } }] }`, {
    version: '1.1.0',
  });

describe('replacements', () => {
  it.each([
    ['target: /a/0', undefined, '/a/0', 0],
    ['target: /a/0, targetSelectorType: jsonpointer', 'jsonpointer', '/a/0', 0],
    ["target: '$.a[0]', targetSelectorType: jsonpath", 'jsonpath', '$.a[0]', 0],
    ["target: '$..a', targetSelectorType: { type: jsonpath, version: rfc9535 }", 'jsonpath', '$..a', 0],
    ["target: '$.a[0]'", 'jsonpath', '$.a[0]', 1],
    ['target: //a, targetSelectorType: xpath', 'xpath', '//a', 0],
  ])('with { %s } are read', (members, type, target, warnings) => {
    const text = replaced(members);
    expect(stepOf(text)?.requestBody?.replacements).toMatchObject([{ target, ...(type && { type }) }]);
    expect(stepOf(text)?.requestBody?.replacements[0]?.type).toBe(type);
    expect(problems(text)).toHaveLength(warnings);
  });

  it.each([
    ['application/json', 'jsonpointer'],
    ['application/soap+xml; charset=utf-8', 'xpath'],
    ['text/xml', 'xpath'],
  ])('of %s are in %s where the document does not say', (contentType, type) => {
    const text = replaced('target: /a/b').replace(
      'replacements:',
      `contentType: ${contentType}, replacements:`,
    );
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.requestBody?.replacements[0]?.type).toBe(type);
  });

  it.each([
    ["target: '$..[', targetSelectorType: jsonpath", 'expression/jsonpath-syntax', '/target'],
    ["target: '/a[', targetSelectorType: xpath", 'expression/xpath-syntax', '/target'],
    ['target: a, targetSelectorType: jsonpointer', 'arazzo/field-value', '/target'],
    ['target: /a, targetSelectorType: jmespath', 'arazzo/field-value', '/targetSelectorType'],
  ])('with { %s } are refused', (members, code, place) => {
    expect(problems(replaced(members))).toEqual([`error ${code} ${STEP}/requestBody/replacements/0${place}`]);
  });
});

describe('a parameter of the components', () => {
  const components = 'components: { parameters: { page: { name: page, in: query, value: $inputs.page } } }\n';
  const withPayload = (payload: string): string =>
    withStep(`operationId: send, requestBody: { payload: ${payload} }`, {
      version: '1.1.0',
      workflow: 'inputs: { properties: { page: {} } }',
      after: components,
    });

  it('is its value where a whole value names it', () => {
    const text = withPayload('{ from: $components.parameters.page }');
    expect(problems(text)).toEqual([]);
    expect(stepOf(text)?.requestBody?.payload).toMatchObject({
      members: [['from', { kind: 'expression', expression: { kind: 'inputs', name: 'page' } }]],
    });
  });

  it.each(['{ from: $components.parameters.pag }', '{ from: "{$components.parameters.page}!" }'])(
    'is reported in %s',
    (payload) => {
      expect(problems(withPayload(payload))).toEqual([
        `error arazzo/expression-place ${STEP}/requestBody/payload/from`,
      ]);
    },
  );
});

const asyncStep = (members: string): string =>
  withStep(members, { version: '1.1.0' }).replace('type: openapi', 'type: asyncapi');

describe('steps of AsyncAPI', () => {
  it('name a channel and an action', () => {
    const text = asyncStep(
      "channelPath: '{$sourceDescriptions.api.url}#/channels/orders', action: receive, correlationId: a",
    );
    expect(problems(text)).toEqual([]);
    expect(check(text).model?.workflows[0]?.steps[0]?.target).toEqual({
      kind: 'channelPath',
      source: 'api',
      path: ['channels', 'orders'],
    });
  });

  it.each([
    'channelPath: orders',
    'operationId: send',
    'operationId: send, action: sent',
    'operationId: send, action: send, correlationId: a',
  ])('have rules of their own: { %s }', (members) => {
    expect(
      problems(asyncStep(members)).some((problem) => problem.startsWith('error arazzo/async-field')),
    ).toBe(true);
  });
});
