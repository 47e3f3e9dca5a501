import type { JsonObject } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { readAsyncApi, type AsyncApiDocument } from '../../src/asyncapi/asyncapi-document.ts';

/** An AsyncAPI 3 description of orders: they are placed, confirmed, and their changes are told. */
export const EVENTS: JsonObject = {
  asyncapi: '3.0.0',
  info: { title: 'Events', version: '1' },
  servers: {
    main: {
      host: '{zone}.broker.test:9092',
      pathname: '/v1',
      protocol: 'kafka',
      variables: { zone: { default: 'eu' } },
    },
    spare: { host: 'spare.test', protocol: 'amqp' },
  },
  channels: {
    'orders/place': {
      address: 'orders.{region}',
      parameters: { region: {} },
      servers: [{ $ref: '#/servers/main' }],
      messages: { place: { $ref: '#/components/messages/Place' } },
    },
    confirmations: { messages: { confirmed: { $ref: '#/components/messages/Confirmed' } } },
    changes: {
      address: 'changes',
      messages: {
        changed: { payload: { type: 'object' } },
        dropped: { $ref: '#/components/messages/Dropped' },
      },
    },
  },
  operations: {
    placeOrder: {
      action: 'receive',
      summary: 'Place an order.',
      channel: { $ref: '#/channels/orders~1place' },
      messages: [{ $ref: '#/channels/orders~1place/messages/place' }],
      reply: { channel: { $ref: '#/channels/confirmations' } },
    },
    orderChanged: { action: 'send', channel: { $ref: '#/channels/changes' } },
  },
  components: {
    messages: {
      Place: {
        name: 'PlaceOrder',
        contentType: 'application/json',
        traits: [{ headers: { type: 'object', required: ['requestId'] } }],
        payload: { allOf: [{ required: ['item'] }], type: 'object' },
      },
      Confirmed: {
        correlationId: { $ref: '#/components/correlationIds/request' },
        payload: { schemaFormat: 'application/vnd.aai.asyncapi;version=3.0.0', schema: { required: ['id'] } },
      },
      Dropped: {
        correlationId: { location: '$message.payload#/order/id' },
        payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: { required: ['id'] } },
      },
    },
    correlationIds: { request: { location: '$message.header#/requestId' } },
  },
};

/** The same orders as AsyncAPI 2 has them. */
export const EVENTS_2: JsonObject = {
  asyncapi: '2.6.0',
  info: { title: 'Events', version: '1' },
  servers: {
    main: { url: 'broker.test:1883', protocol: 'mqtt' },
    web: { url: 'wss://web.test', protocol: 'wss' },
  },
  channels: {
    'orders/{region}': {
      servers: ['web'],
      publish: {
        operationId: 'placeOrder',
        message: { name: 'Place', payload: { type: 'object', required: ['item'] } },
      },
      subscribe: {
        operationId: 'orderChanged',
        message: {
          oneOf: [{ $ref: '#/components/messages/Changed' }, { $ref: '#/components/messages/Dropped' }],
        },
      },
    },
  },
  components: { messages: { Changed: {}, Dropped: { payload: {} } } },
};

/** An AsyncAPI description, read. */
export function asyncApi(root: JsonObject): AsyncApiDocument {
  const parsed = parseDocument(JSON.stringify(root), { uri: 'file:///events.json' }).value;
  const value = parsed === undefined ? undefined : readAsyncApi(parsed).value;
  if (value === undefined) throw new Error('The AsyncAPI description cannot be read.');
  return value;
}
