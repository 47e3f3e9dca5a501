import { describe, expect, it } from 'vitest';
import type { ChannelOperation, MessageAction } from '../../src/asyncapi/channel-operation.ts';
import { findChannelOperation, type ChannelName } from '../../src/asyncapi/find-channel-operation.ts';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { asyncApi, EVENTS, EVENTS_2 } from './events.ts';

const find = (root: JsonObject, name: ChannelName, action: MessageAction = 'send') =>
  findChannelOperation(asyncApi(root), 'events', name, action);

const found = (root: JsonObject, name: ChannelName, action: MessageAction = 'send'): ChannelOperation => {
  const result = find(root, name, action);
  if ('problem' in result) throw new Error(result.problem);
  return result.value;
};

const with3 = (channels: JsonObject, operations: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  asyncapi: '3.0.0',
  channels,
  operations,
  ...more,
});

describe('an operation of AsyncAPI 3', () => {
  it('is found by its key, with its channel, servers and messages', () => {
    expect(found(EVENTS, { operationId: 'placeOrder' })).toEqual({
      source: 'events',
      operationId: 'placeOrder',
      summary: 'Place an order.',
      action: 'send',
      channel: 'orders/place',
      address: 'orders.{region}',
      servers: [{ name: 'main', url: 'kafka://eu.broker.test:9092/v1', protocol: 'kafka' }],
      messages: [
        {
          name: 'PlaceOrder',
          contentType: 'application/json',
          requiredHeaders: ['requestId'],
          requiredProperties: ['item'],
        },
      ],
    });
  });

  it('gives its reply to who receives, where it is made for sending', () => {
    expect(found(EVENTS, { operationId: 'placeOrder' }, 'receive')).toMatchObject({
      action: 'receive',
      channel: 'confirmations',
      servers: [{ name: 'main' }, { name: 'spare', url: 'amqp://spare.test' }],
      messages: [
        { name: 'confirmed', correlation: { in: 'header', path: ['requestId'] }, requiredProperties: ['id'] },
      ],
    });
  });

  it('has no address where the description does not know it', () => {
    expect(found(EVENTS, { operationId: 'placeOrder' }, 'receive')).not.toHaveProperty('address');
  });

  it('has the messages of its channel where it names none', () => {
    expect(found(EVENTS, { operationId: 'orderChanged' }, 'receive').messages).toEqual([
      { name: 'changed', requiredHeaders: [], requiredProperties: [] },
      {
        name: 'dropped',
        correlation: { in: 'payload', path: ['order', 'id'] },
        requiredHeaders: [],
        // A schema of another language than JSON Schema says nothing here.
        requiredProperties: [],
      },
    ]);
  });
});

describe('an operation of AsyncAPI 2', () => {
  it('is found by its operationId, its channel named by the address', () => {
    expect(found(EVENTS_2, { operationId: 'placeOrder' })).toEqual({
      source: 'events',
      operationId: 'placeOrder',
      action: 'send',
      channel: 'orders/{region}',
      address: 'orders/{region}',
      servers: [{ name: 'web', url: 'wss://web.test', protocol: 'wss' }],
      messages: [{ name: 'Place', requiredHeaders: [], requiredProperties: ['item'] }],
    });
  });

  it('has several messages in oneOf', () => {
    const { messages } = found(EVENTS_2, { operationId: 'orderChanged' }, 'receive');
    expect(messages.map(({ name }) => name)).toEqual(['Changed', 'Dropped']);
  });

  it('has servers whose URL names no scheme', () => {
    const { channels, ...rest } = EVENTS_2;
    const bare = { ...rest, channels: { a: (channels as JsonObject)['orders/{region}'] as JsonObject } };
    const { servers: _servers, ...channel } = bare.channels.a;
    expect(found({ ...bare, channels: { a: channel } }, { path: ['channels', 'a'] }).servers[0]?.url).toBe(
      'mqtt://broker.test:1883',
    );
  });
});

describe('a channel', () => {
  it('is found by its place, with what may be sent or received there', () => {
    expect(found(EVENTS, { path: ['channels', 'orders/place'] })).toMatchObject({
      action: 'send',
      channel: 'orders/place',
      messages: [{ name: 'PlaceOrder' }],
    });
    const path = ['channels', 'orders/{region}'];
    expect(found(EVENTS_2, { path }).messages.map(({ name }) => name)).toEqual(['Place']);
    expect(found(EVENTS_2, { path }, 'receive').messages).toHaveLength(2);
    expect(found(EVENTS, { path: ['channels', 'changes'] })).not.toHaveProperty('operationId');
  });
});

describe('the traits of a message', () => {
  const message = {
    contentType: 'application/own',
    traits: [
      {
        name: 'early',
        contentType: 'application/early',
        correlationId: { location: '$message.header#/early' },
      },
      { name: 'late', contentType: 'application/late', correlationId: { location: '$message.header#/late' } },
    ],
  };
  const correlation = { in: 'header', path: ['late'] };

  it('overrule earlier ones, and in AsyncAPI 3 not the message', () => {
    const root = with3({ a: { messages: { m: message } } });
    expect(found(root, { path: ['channels', 'a'] }).messages).toMatchObject([
      { name: 'late', contentType: 'application/own', correlation },
    ]);
  });

  it('overrule the message in AsyncAPI 2', () => {
    const root = { asyncapi: '2.6.0', channels: { a: { publish: { message } } } };
    expect(found(root, { path: ['channels', 'a'] }).messages).toMatchObject([
      { name: 'late', contentType: 'application/late', correlation },
    ]);
  });
});

describe('what cannot be used', () => {
  const cases: readonly (readonly [string, JsonObject, ChannelName, object])[] = [
    [
      'a misspelt operation',
      EVENTS,
      { operationId: 'placeOrdr' },
      { reason: 'unknown', suggestion: 'placeOrder' },
    ],
    [
      'a misspelt channel',
      EVENTS,
      { path: ['channels', 'change'] },
      { reason: 'unknown', suggestion: '/channels/changes' },
    ],
    ['a place that is no channel', EVENTS, { path: ['operations', 'placeOrder'] }, { reason: 'unknown' }],
    [
      'a place inside of a channel',
      EVENTS,
      { path: ['channels', 'changes', 'messages'] },
      { reason: 'unknown' },
    ],
    ['the prototype', EVENTS, { operationId: 'constructor' }, { reason: 'unknown' }],
    [
      'an operationId of two operations',
      {
        asyncapi: '2.0.0',
        channels: { a: { publish: { operationId: 'o' } }, b: { subscribe: { operationId: 'o' } } },
      },
      { operationId: 'o' },
      { reason: 'ambiguous', location: { pointer: '/channels/b/subscribe/operationId' } },
    ],
    [
      'an operation without a channel',
      with3({}, { o: { action: 'send' } }),
      { operationId: 'o' },
      { reason: 'malformed', location: { pointer: '/operations/o' } },
    ],
    [
      'a channel that leads to nothing',
      with3({}, { o: { channel: { $ref: '#/channels/a' } } }),
      { operationId: 'o' },
      { reason: 'malformed', location: { pointer: '/operations/o/channel/$ref' } },
    ],
    [
      'a channel in a document that was not read',
      with3({}, { o: { channel: { $ref: 'other.json#/channels/a' } } }),
      { operationId: 'o' },
      { reason: 'not-supported' },
    ],
    ['a channel that is a text', with3({ a: 'x' }), { path: ['channels', 'a'] }, { reason: 'malformed' }],
    [
      'a message that leads to itself',
      with3({ a: { messages: { m: { $ref: '#/channels/a/messages/m' } } } }),
      { path: ['channels', 'a'] },
      { reason: 'malformed' },
    ],
    [
      'a correlation id that is nowhere',
      with3({ a: { messages: { m: { correlationId: { location: 'header' } } } } }),
      { path: ['channels', 'a'] },
      { reason: 'malformed', location: { pointer: '/channels/a/messages/m/correlationId' } },
    ],
    [
      'a server that is a text',
      with3({ a: {} }, {}, { servers: { s: 'x' } }),
      { path: ['channels', 'a'] },
      {
        reason: 'malformed',
      },
    ],
  ];

  it.each(cases)('%s is told with what is wrong', (_, root, name, expected) => {
    expect(find(root, name)).toMatchObject(expected);
  });

  it('is nothing of operations that are not used', () => {
    const root = with3({ a: {} }, { broken: { channel: 1 }, good: { channel: { $ref: '#/channels/a' } } });
    expect(find(root, { operationId: 'broken' })).toMatchObject({ reason: 'malformed' });
    expect(found(root, { operationId: 'good' })).toMatchObject({ channel: 'a', messages: [], servers: [] });
  });

  it('never throws, whatever stands in the place of a part', () => {
    const bad: readonly JsonValue[] = [null, 0, 'x', [], { $ref: 1 }, { $ref: '#' }];
    for (const value of bad)
      for (const root of [
        with3({ a: value }, { o: { channel: { $ref: '#/channels/a' } } }),
        with3({ a: { messages: value, servers: value, address: value } }, { o: value }),
        with3(
          { a: { messages: { m: { payload: value, headers: value, traits: value, name: value } } } },
          { o: {} },
        ),
        {
          asyncapi: '2.6.0',
          channels: { a: { publish: { operationId: 'o', message: value }, servers: value } },
        },
        { asyncapi: '2.6.0', servers: { s: { url: value, protocol: value } }, channels: { a: value } },
      ])
        for (const name of [{ operationId: 'o' }, { path: ['channels', 'a'] }])
          for (const action of ['send', 'receive'] as const)
            expect(find(root, name, action)).toBeTypeOf('object');
  });
});
