// Steps of AsyncAPI, https://spec.openapis.org/arazzo/v1.1.0.html#step-object
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/index.ts';
import { documentOf, problemsOf, step, stepWith } from './scenario.ts';

const AT = '/workflows/0/steps/0';
const api: JsonObject = { name: 'api', url: 'api.json', type: 'openapi' };

describe('a step of AsyncAPI', () => {
  const events: JsonObject = { name: 'events', url: 'events.json', type: 'asyncapi' };
  const message = (members: JsonObject, ...sources: readonly JsonObject[]) =>
    stepWith(members, { sourceDescriptions: sources.length === 0 ? [events] : sources });
  const channel = '{$sourceDescriptions.events.url}#/channels/orders';
  const unsupported = (field: string) => `error plan/not-supported ${AT}/${field}`;

  it('ASYNC-01 names an operation or a channel of its source', async () => {
    expect(await problemsOf(message({ channelPath: channel, action: 'send' }))).toEqual([
      unsupported('channelPath'),
    ]);
    expect(
      await problemsOf(message({ operationId: '$sourceDescriptions.events.placed', action: 'send' })),
    ).toEqual([unsupported('operationId')]);
    expect(await problemsOf(message({ operationId: 'placed', action: 'send' }))).toEqual([
      unsupported('operationId'),
    ]);
    expect(await problemsOf(message({ channelPath: channel, operationId: 'a', action: 'send' }))).toContain(
      `error arazzo/step-target ${AT}`,
    );
    expect(await problemsOf(message({ channelPath: channel, action: 'send' }, api))).toContain(
      `error arazzo/source-reference-exists ${AT}/channelPath`,
    );
  });

  it('ASYNC-03 sends or receives', async () => {
    const bad = `error arazzo/async-field ${AT}`;
    expect(await problemsOf(message({ channelPath: channel }))).toContain(bad);
    expect(await problemsOf(message({ channelPath: channel, action: 'publish' }))).toContain(`${bad}/action`);
    expect(await problemsOf(stepWith({ action: 'send' }))).toEqual([`${bad}/action`]);
    const called = documentOf([
      { steps: [step('x', { workflowId: 'child', action: 'send' })] },
      { workflowId: 'child', steps: [step('b')] },
    ]);
    expect(await problemsOf(called)).toEqual([`${bad}/action`]);
  });

  it('ASYNC-04 correlates only what it receives', async () => {
    const members = { channelPath: channel, correlationId: 'c' };
    const bad = `error arazzo/async-field ${AT}/correlationId`;
    expect(await problemsOf(message({ ...members, action: 'receive' }))).toEqual([
      unsupported('channelPath'),
    ]);
    expect(await problemsOf(message({ ...members, action: 'send' }))).toContain(bad);
    expect(await problemsOf(stepWith({ correlationId: 'c' }))).toEqual([bad]);
  });

  it('ASYNC-09 may read what a message has, in a header or its payload', async () => {
    const outputs = { id: '$message.payload#/id', from: '$message.header.from' };
    const receive = message({ channelPath: channel, action: 'receive', outputs });
    expect(await problemsOf(receive)).toEqual([unsupported('channelPath')]);
    expect(await problemsOf(stepWith({ outputs }))).toEqual([
      `warning arazzo/expression-place ${AT}/outputs/id`,
      `warning arazzo/expression-place ${AT}/outputs/from`,
    ]);
  });

  it('ASYNC-10 says where its parameters go, of which a channel is none yet', async () => {
    const members = (parameter: JsonObject) => ({
      channelPath: channel,
      action: 'send',
      parameters: [parameter],
    });
    expect(await problemsOf(message(members({ name: 'n', in: 'header', value: 1 })))).toEqual([
      unsupported('channelPath'),
    ]);
    expect(await problemsOf(message(members({ name: 'n', value: 1 })))).toContain(
      `error arazzo/required-field ${AT}/parameters/0`,
    );
    expect(await problemsOf(message(members({ name: 'n', in: 'channel', value: 1 })))).toContain(
      `error arazzo/not-supported ${AT}/parameters/0/in`,
    );
  });

  it('ASYNC-11 is one by the type of its source', async () => {
    const of = (members: JsonObject) => problemsOf(message(members, api, events));
    expect(await of({ operationId: '$sourceDescriptions.api.a' })).toEqual([]);
    expect(await of({ operationId: '$sourceDescriptions.api.a', action: 'send' })).toContain(
      `error arazzo/async-field ${AT}/action`,
    );
    expect(await of({ operationId: '$sourceDescriptions.events.placed' })).toContain(
      `error arazzo/async-field ${AT}`,
    );
  });
});
