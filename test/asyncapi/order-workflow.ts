import type { JsonObject } from '../../src/document/json.ts';
import { loadDocument, type WorkflowPlan } from '../../src/index.ts';
import { apiOf, documentOf, step } from '../conformance/scenario.ts';
import { EVENTS } from './events.ts';

/** Places an order over a channel. */
export const PLACE = step('place', {
  operationId: '$sourceDescriptions.events.placeOrder',
  action: 'send',
  parameters: [
    { name: 'region', in: 'channel', value: 'eu' },
    { name: 'requestId', in: 'header', value: '$inputs.request' },
  ],
  requestBody: { payload: { item: '$inputs.item' } },
  outputs: { request: '$message.header.requestId', item: '$message.payload#/item' },
});
/** Waits until the order is confirmed, over another channel. */
export const CONFIRMED = step('confirmed', {
  operationId: '$sourceDescriptions.events.placeOrder',
  action: 'receive',
  correlationId: '$steps.place.outputs.request',
  timeout: 5000,
  outputs: { id: '$message.payload#/id', shop: '$message.header.Shop' },
});
/** Tells over HTTP. */
export const TOLD = step('tell', { operationId: '$sourceDescriptions.api.a' });

/** A document of the workflow: an order is placed over a channel, confirmed over another, and told over HTTP; or other steps. */
export function documentOfMessages(steps: readonly JsonObject[] = [PLACE, CONFIRMED, TOLD]): JsonObject {
  return documentOf(
    {
      inputs: { type: 'object', properties: { item: {}, request: {} }, required: ['item', 'request'] },
      steps,
      outputs: { id: '$steps.confirmed.outputs.id', shop: '$steps.confirmed.outputs.shop' },
    },
    {
      sourceDescriptions: [
        { name: 'api', url: 'api.json', type: 'openapi' },
        { name: 'events', url: 'events.json', type: 'asyncapi' },
      ],
    },
  );
}

/** The plan of that document. */
export async function planOfMessages(steps?: readonly JsonObject[]): Promise<WorkflowPlan> {
  const files: Readonly<Record<string, JsonObject>> = {
    'memory:/api.json': apiOf(),
    'memory:/events.json': EVENTS,
  };
  const { value, diagnostics } = await loadDocument(JSON.stringify(documentOfMessages(steps), undefined, 1), {
    uri: 'memory:/main.json',
    resolver: (uri) => Promise.resolve(JSON.stringify(files[uri])),
  });
  const plan = value?.planFor();
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return plan;
}
