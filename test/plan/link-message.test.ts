import { describe, expect, it } from 'vitest';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import type { JsonObject } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { MessageStepPlan } from '../../src/plan/workflow-plan.ts';
import { asyncApi, EVENTS } from '../asyncapi/events.ts';
import { openApiOf, PATHS } from './small-documents.ts';

const SOURCES = [
  { name: 'api', url: 'api.json', type: 'openapi' },
  { name: 'events', url: 'events.json', type: 'asyncapi' },
];

function link(
  steps: readonly JsonObject[],
  workflow: JsonObject = {},
  sourceDescriptions: readonly object[] = SOURCES,
) {
  const text = JSON.stringify({
    arazzo: '1.1.0',
    info: { title: 'Test', version: '1' },
    sourceDescriptions,
    workflows: [{ workflowId: 'w', steps, ...workflow }],
  });
  const parsed = parseDocument(text, { uri: 'file:///main.json' }).value;
  const document = parsed === undefined ? undefined : readArazzo(parsed).value;
  if (parsed === undefined || document === undefined) throw new Error('The document cannot be read.');
  const { value, diagnostics } = linkWorkflows(
    parsed,
    document,
    { api: openApiOf(PATHS) },
    {},
    { events: asyncApi(EVENTS) },
  );
  const told = diagnostics.filter(({ code }) => code !== 'plan/not-run-yet');
  return {
    plan: value[0],
    problems: told.map(({ severity, code, location }) => `${severity} ${code} ${location.pointer}`),
    messages: told.map(({ message }) => message).join(' '),
  };
}

const place = (members: JsonObject = {}): JsonObject => ({
  stepId: 'place',
  operationId: 'placeOrder',
  action: 'send',
  requestBody: { payload: { item: '$inputs.item', note: '$inputs.note' } },
  parameters: [
    { name: 'region', in: 'channel', value: '$inputs.region' },
    { name: 'requestId', in: 'header', value: '$inputs.request' },
    { name: 'trace', in: 'header', value: '$inputs.trace' },
  ],
  ...members,
});

const linked = (members: JsonObject = {}, workflow: JsonObject = {}): MessageStepPlan => {
  const { plan, messages } = link([place(members)], workflow);
  const step = plan?.steps[0];
  if (step?.kind !== 'message') throw new Error(`There is no step: ${messages}`);
  return step;
};

describe('a step that uses a channel', () => {
  it('is linked with what it does there', () => {
    expect(linked({ timeout: 500, 'x-xstate': { atMostOnce: true } })).toMatchObject({
      kind: 'message',
      state: 'placing',
      timeoutMs: 500,
      atMostOnce: true,
      channelOperation: { source: 'events', operationId: 'placeOrder', channel: 'orders/place' },
      body: { payload: { kind: 'object' } },
    });
  });

  it('needs the variables of the address, and the headers and properties that the only message requires', () => {
    expect(linked().parameters.map(({ name, required }) => [name, required])).toEqual([
      ['region', true],
      ['requestId', true],
      ['trace', false],
    ]);
    const { plan } = link([place()]);
    expect(plan?.inputs.map(({ name, requiredBecause }) => [name, requiredBecause])).toEqual([
      ['region', 'parameter'],
      ['request', 'parameter'],
      ['trace', undefined],
      ['item', 'body'],
      ['note', undefined],
    ]);
  });

  it('needs its correlation id', () => {
    const { plan } = link([
      { stepId: 'a', operationId: 'placeOrder', action: 'receive', correlationId: '$inputs.id' },
      { stepId: 'b', operationId: 'placeOrder', action: 'receive', correlationId: 'order-{$inputs.number}' },
    ]);
    expect(plan?.inputs).toMatchObject([
      { name: 'id', requiredBecause: 'parameter', home: 'a' },
      { name: 'number', requiredBecause: 'text', home: 'b' },
    ]);
  });

  it('sends no body where it receives', () => {
    expect(
      linked({ action: 'receive', successCriteria: [{ condition: '$message.payload' }] }),
    ).not.toHaveProperty('body');
  });

  it('has the parameters of its workflow that say where they go', () => {
    const parameters = [
      { name: 'trace', in: 'header', value: 'w' },
      { name: 'zone', in: 'channel', value: 'w' },
      { name: 'input', value: 'w' },
    ];
    const { plan } = link([place(), { stepId: 'call', operationId: 'call' }], { parameters });
    expect(
      plan?.steps.map((step) => ('parameters' in step ? step.parameters.map(({ name }) => name) : [])),
    ).toEqual([['trace', 'zone', 'region', 'requestId'], ['trace']]);
  });
});

describe('what is told of a step that uses a channel', () => {
  const AT = '/workflows/0/steps/0';
  const none = { parameters: [], requestBody: undefined as never };
  const cases: readonly (readonly [string, JsonObject, readonly string[], RegExp])[] = [
    ['nothing, where nothing is amiss', {}, [], /^$/],
    [
      'a misspelt operation',
      { operationId: '$sourceDescriptions.events.placeOder' },
      [`error plan/operation-not-found ${AT}/operationId`],
      /Did you mean "placeOrder"/,
    ],
    [
      'a misspelt channel',
      { operationId: undefined as never, channelPath: '{$sourceDescriptions.events.url}#/channels/chnges' },
      [`error plan/channel-not-found ${AT}/channelPath`],
      /Did you mean "\/channels\/changes"/,
    ],
    [
      'a source that is described by OpenAPI',
      { operationId: '$sourceDescriptions.api.call' },
      [`error plan/operation-not-found ${AT}/operationId`],
      /"api" is an OpenAPI description/,
    ],
    [
      'what is missing of a message that is sent',
      none,
      [
        `warning plan/parameter-missing ${AT}`,
        `warning plan/parameter-missing ${AT}`,
        `warning plan/body-missing ${AT}`,
      ],
      /"region".*"requestId".*payload/,
    ],
    [
      'a variable that the address has not',
      { parameters: [...(place()['parameters'] as JsonObject[]), { name: 'zone', in: 'channel', value: 1 }] },
      [`info plan/parameter-not-declared ${AT}/parameters/3`],
      /no variable "zone"/,
    ],
  ];

  it.each(cases)('%s', (_, members, problems, said) => {
    const result = link([place(members)]);
    expect(result.problems).toEqual(problems);
    expect(result.messages).toMatch(said);
  });

  it('a source that was not read, so that there is no plan', () => {
    const sources = [{ name: 'gone', url: 'gone.json', type: 'asyncapi' }];
    expect(link([place()], {}, sources)).toMatchObject({
      plan: undefined,
      problems: [`warning plan/source-missing ${AT}/operationId`],
    });
  });

  it('an operation that two sources have', () => {
    const text = JSON.stringify({
      arazzo: '1.1.0',
      info: { title: 'Test', version: '1' },
      sourceDescriptions: [
        { name: 'a', url: 'a', type: 'asyncapi' },
        { name: 'b', url: 'b', type: 'asyncapi' },
      ],
      workflows: [{ workflowId: 'w', steps: [place()] }],
    });
    const parsed = parseDocument(text, { uri: 'file:///main.json' }).value;
    const document = parsed && readArazzo(parsed).value;
    if (parsed === undefined || document === undefined) throw new Error('The document cannot be read.');
    const events = asyncApi(EVENTS);
    const { diagnostics } = linkWorkflows(parsed, document, {}, {}, { a: events, b: events });
    expect(diagnostics.map(({ code }) => code)).toContain('plan/operation-ambiguous');
  });

  it('that it uses what it does not depend on, once for each step', () => {
    const receive = {
      stepId: 'a',
      operationId: 'placeOrder',
      action: 'receive',
      outputs: { x: '$message.payload#/x', y: '$message.payload#/y' },
    };
    const uses = (stepId: string, more: JsonObject = {}): JsonObject => ({
      stepId,
      operationId: 'call',
      requestBody: { payload: { x: '$steps.a.outputs.x', y: '$steps.a.outputs.y' } },
      ...more,
    });
    const { problems } = link([
      receive,
      uses('b'),
      uses('c', { dependsOn: ['a'] }),
      uses('d', { dependsOn: ['c'] }),
      uses('e', { dependsOn: ['$workflows.w.steps.a'] }),
      uses('f', { dependsOn: ['f'] }),
    ]);
    expect(problems).toEqual([
      'info plan/dependency-advised /workflows/0/steps/1/requestBody/payload/x',
      'info plan/dependency-advised /workflows/0/steps/5/requestBody/payload/x',
    ]);
  });
});
