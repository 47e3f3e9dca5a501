// Steps of AsyncAPI, https://spec.openapis.org/arazzo/v1.1.0.html#step-object
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/index.ts';
import { EVENTS } from '../asyncapi/events.ts';
import { brokerTransport, startBroker, type BrokerMessage } from '../services/message-broker.ts';
import { documentOf, load, problemsOf, run, step, stepWith } from './scenario.ts';

const AT = '/workflows/0/steps/0';
const api: JsonObject = { name: 'api', url: 'api.json', type: 'openapi' };
const events: JsonObject = { name: 'events', url: 'events.json', type: 'asyncapi' };
const channelOf = (name: string): string => `{$sourceDescriptions.events.url}#/channels/${name}`;
const channel = channelOf('changes');
const files = { 'events.json': EVENTS };

describe('a step of AsyncAPI', () => {
  const message = (members: JsonObject, ...sources: readonly JsonObject[]) =>
    stepWith(members, { sourceDescriptions: sources.length === 0 ? [events] : sources });
  const given = (document: JsonObject) => problemsOf(document, files);
  const notRun = (field: string) => `warning plan/not-run-yet ${AT}/${field}`;
  const criteria = { successCriteria: [{ condition: '$message.payload != null' }] };
  const correlated = { correlationId: 'r', operationId: '$sourceDescriptions.events.placeOrder' };
  /** Runs a step that receives, where these messages come. */
  const receive = async (members: JsonObject, messages: readonly BrokerMessage[], more: JsonObject = {}) => {
    const broker = await startBroker();
    for (const each of messages) broker.publish(each);
    const receiving = { action: 'receive', timeout: 100, ...members };
    const document = stepWith(receiving, { sourceDescriptions: [api, events], ...more });
    return run(document, { files, messages: brokerTransport(broker) });
  };
  const confirmed = (requestId: string, payload: JsonValue = {}): BrokerMessage => ({
    address: 'confirmations',
    headers: { requestId },
    payload,
  });

  it('ASYNC-01 names an operation or a channel of its source', async () => {
    const receives = { action: 'receive', ...criteria };
    expect(await given(message({ channelPath: channelOf('confirmations'), ...receives }))).toEqual([
      notRun('channelPath'),
    ]);
    for (const operationId of ['orderChanged', '$sourceDescriptions.events.orderChanged'])
      expect(await given(message({ operationId, ...receives }))).toEqual([notRun('operationId')]);
    expect(await given(message({ channelPath: channel, operationId: 'a', action: 'send' }))).toContain(
      `error arazzo/step-target ${AT}`,
    );
    expect(await given(message({ channelPath: channel, action: 'send' }, api))).toContain(
      `error arazzo/source-reference-exists ${AT}/channelPath`,
    );
    expect(await given(message({ channelPath: channelOf('change'), action: 'send' }))).toContain(
      `error plan/channel-not-found ${AT}/channelPath`,
    );
    expect(await given(message({ operationId: 'orderChangd', action: 'send' }))).toContain(
      `error plan/operation-not-found ${AT}/operationId`,
    );
  });

  it('ASYNC-02 is told of the operation that it should name instead of a channel', async () => {
    const preferred = `info plan/operation-preferred ${AT}/channelPath`;
    const receives = { channelPath: channel, action: 'receive', ...criteria };
    expect(await given(message(receives))).toContain(preferred);
    expect(await given(message({ ...receives, channelPath: channelOf('confirmations') }))).not.toContain(
      preferred,
    );
    expect(await given(message({ channelPath: channel, action: 'send' }))).not.toContain(preferred);
  });

  it('ASYNC-03 sends or receives', async () => {
    const bad = `error arazzo/async-field ${AT}`;
    expect(await given(message({ channelPath: channel }))).toContain(bad);
    expect(await given(message({ channelPath: channel, action: 'publish' }))).toContain(`${bad}/action`);
    expect(await problemsOf(stepWith({ action: 'send' }))).toContain(`${bad}/action`);
    const called = documentOf([
      { steps: [step('x', { workflowId: 'child', action: 'send' })] },
      { workflowId: 'child', steps: [step('b')] },
    ]);
    expect(await problemsOf(called)).toEqual([`${bad}/action`]);
  });

  it('ASYNC-04 correlates only what it receives, and by what the description declares', async () => {
    const bad = `error arazzo/async-field ${AT}/correlationId`;
    expect(await given(message({ ...correlated, action: 'receive' }))).toEqual([notRun('operationId')]);
    expect(await given(message({ ...correlated, action: 'send' }))).toContain(bad);
    expect(await problemsOf(stepWith({ correlationId: 'c' }))).toEqual([bad]);
    expect(
      await given(
        message({ channelPath: channelOf('orders~1place'), action: 'receive', correlationId: 'c' }),
      ),
    ).toContain(`warning plan/correlation-unknown ${AT}/correlationId`);
  });

  it('ASYNC-05 is done as soon as its message is sent', async () => {
    const broker = await startBroker();
    const sending = {
      operationId: '$sourceDescriptions.events.orderChanged',
      action: 'send',
      requestBody: { payload: { a: 1 } },
      parameters: [{ name: 'b', in: 'header', value: 2 }],
    };
    const document = stepWith(sending, { sourceDescriptions: [api, events] });
    const result = await run(document, { files, messages: brokerTransport(broker) });
    expect(result).toMatchObject({ status: 'done', waits: [], requests: [] });
    expect(broker.published).toEqual([{ address: 'changes', headers: { b: '2' }, payload: { a: 1 } }]);
  });

  it('ASYNC-06 waits for the message that correlates, and fails where none comes in time', async () => {
    const outputs = { id: '$message.payload#/id' };
    const came = await receive(
      { ...correlated, outputs },
      [confirmed('q', { id: 1 }), confirmed('r', { id: 2 })],
      {
        workflows: [
          {
            workflowId: 'main',
            steps: [step('a', { ...correlated, action: 'receive', timeout: 2000, outputs })],
            outputs: { id: '$steps.a.outputs.id' },
          },
        ],
      },
    );
    expect(came).toMatchObject({ status: 'done', outputs: { id: 2 } });
    const onFailure = [{ name: 'tooLate', type: 'end' }];
    const none = await receive({ ...correlated, onFailure }, [confirmed('q')]);
    expect(none).toMatchObject({ status: 'failed', failure: { kind: 'timeout', endedBy: 'tooLate' } });
  });

  it('ASYNC-07 without criteria succeeds with any message', async () => {
    expect((await receive(correlated, [confirmed('r', { error: 'out of stock' })])).status).toBe('done');
    const refused = await receive(
      { ...correlated, successCriteria: [{ condition: '$message.payload#/error == null' }] },
      [confirmed('r', { error: 'out of stock' })],
    );
    expect(refused).toMatchObject({
      status: 'failed',
      failure: { kind: 'message', errorType: 'out of stock' },
    });
  });

  it('ASYNC-08 is told to have criteria where messages of several kinds can come', async () => {
    const advised = `warning plan/criteria-advised ${AT}`;
    const receives = { operationId: 'orderChanged', action: 'receive' };
    expect(await given(message(receives))).toContain(advised);
    expect(await given(message({ ...receives, ...criteria }))).not.toContain(advised);
    expect(await given(message({ ...correlated, action: 'receive' }))).not.toContain(advised);
    expect(await given(message({ ...receives, action: 'send' }))).not.toContain(advised);
  });

  it('ASYNC-09 reads what a message has, in a header or its payload', async () => {
    const outputs = {
      id: '$message.payload#/id',
      from: '$message.header.requestid',
      whole: '$message.payload',
    };
    const more = { ...correlated, action: 'receive', timeout: 2000, outputs };
    const result = await receive({}, [confirmed('r', { id: 7 })], {
      workflows: [
        {
          workflowId: 'main',
          steps: [step('a', more)],
          outputs: Object.fromEntries(Object.keys(outputs).map((name) => [name, `$steps.a.outputs.${name}`])),
        },
      ],
    });
    expect(result.outputs).toEqual({ id: 7, from: 'r', whole: { id: 7 } });
    expect(await problemsOf(stepWith({ outputs }))).toEqual(
      ['id', 'from', 'whole'].map((name) => `warning arazzo/expression-place ${AT}/outputs/${name}`),
    );
    expect(
      await given(message({ ...correlated, action: 'receive', outputs: { status: '$statusCode' } })),
    ).toEqual([notRun('operationId'), `warning arazzo/expression-place ${AT}/outputs/status`]);
  });

  it('ASYNC-10 says where its parameters go, in a channel too', async () => {
    const members = (parameter: JsonObject) => ({
      operationId: 'placeOrder',
      action: 'send',
      requestBody: { payload: { item: 1 } },
      parameters: [parameter, { name: 'requestId', in: 'header', value: 1 }],
    });
    expect(await given(message(members({ name: 'region', in: 'channel', value: 'eu' })))).toEqual([
      notRun('operationId'),
    ]);
    expect(await given(message(members({ name: 'region', value: 1 })))).toContain(
      `error arazzo/required-field ${AT}/parameters/0`,
    );
    expect(await given(message(members({ name: 'n', in: 'header', value: 1 })))).toContain(
      `warning plan/parameter-missing ${AT}`,
    );
    const inChannel = { name: 'n', in: 'channel', value: 1 };
    expect(await problemsOf(stepWith({ parameters: [inChannel] }))).toEqual([
      `error arazzo/async-field ${AT}/parameters/0/in`,
    ]);
  });

  it('ASYNC-11 is one by the type of its source', async () => {
    const of = (members: JsonObject) => given(message(members, api, events));
    expect(await of({ operationId: '$sourceDescriptions.api.a' })).toEqual([]);
    expect(await of({ operationId: '$sourceDescriptions.api.a', action: 'send' })).toContain(
      `error arazzo/async-field ${AT}/action`,
    );
    expect(await of({ operationId: '$sourceDescriptions.events.placeOrder' })).toContain(
      `error arazzo/async-field ${AT}`,
    );
    const untyped = { name: 'events', url: 'events.json' };
    const { problems, value } = await load(message({ operationId: 'placeOrder' }, untyped), files);
    expect(problems).toEqual([`error arazzo/async-field ${AT}`]);
    expect(value?.plans).toEqual([]);
    expect(await given(message({ ...correlated, action: 'receive' }, untyped))).toEqual([
      notRun('operationId'),
    ]);
  });

  it('DEP-10 is named in dependsOn by what uses what it received', async () => {
    const uses = (more: JsonObject) =>
      given(
        documentOf(
          {
            steps: [
              step('a', { ...correlated, action: 'receive', outputs: { id: '$message.payload#/id' } }),
              step('b', {
                operationId: '$sourceDescriptions.api.b',
                requestBody: { payload: { id: '$steps.a.outputs.id' } },
                ...more,
              }),
            ],
          },
          { sourceDescriptions: [api, events] },
        ),
      );
    const advised = 'info plan/dependency-advised /workflows/0/steps/1/requestBody/payload/id';
    expect(await uses({})).toContain(advised);
    expect(await uses({ dependsOn: ['a'] })).not.toContain(advised);
  });
});
