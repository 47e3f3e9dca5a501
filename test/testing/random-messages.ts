import { at, list } from '../../src/testing/raw-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/document/json.ts';
import type { RandomWorkflow } from './random-workflows.ts';

/** A random workflow of which some steps use channels instead of sending requests. */
export interface RandomMessages extends RandomWorkflow {
  readonly asyncapi: JsonObject;
}

/** Turns steps of a random workflow into steps of AsyncAPI: which, and what they do there, the bits of a number decide. */
export function withMessages(workflow: RandomWorkflow, bits: number): RandomMessages {
  const [whole] = list(workflow.document, 'workflows');
  const channels: Record<string, JsonValue> = {};
  const operations: Record<string, JsonValue> = {};
  const steps = list(whole, 'steps').map((step, index): JsonValue => {
    const operationId = at(step, 'operationId');
    // The first always: otherwise there might be none.
    if (!isJsonObject(step) || typeof operationId !== 'string' || (index > 0 && ((bits >> index) & 1) === 0))
      return step;
    const isSent = ((bits >> (index + 8)) & 1) === 0;
    const channel = channelOf(operationId, workflow.openapi);
    channels[operationId] = channel;
    operations[operationId] = {
      action: isSent ? 'receive' : 'send',
      channel: { $ref: `#/channels/${operationId}` },
    };
    return messageStep(step, isSent);
  });
  const document = {
    ...workflow.document,
    // One that asks people is of the draft of 1.2 already.
    arazzo: workflow.document['arazzo'] === '1.2.0' ? '1.2.0' : '1.1.0',
    sourceDescriptions: [
      { name: 'api', url: 'api.json', type: 'openapi' },
      { name: 'events', url: 'events.json', type: 'asyncapi' },
    ],
    workflows: [{ ...(whole as JsonObject), steps }],
  };
  return {
    ...workflow,
    document,
    asyncapi: { asyncapi: '3.0.0', info: { title: 'Random', version: '1' }, channels, operations },
  };
}

/** The channel that stands for an operation: its path is the address, and what it requires the message has to have. */
function channelOf(operationId: string, openapi: JsonObject): JsonObject {
  const [path = '', item] = Object.entries(at(openapi, 'paths') as JsonObject).find(
    ([, candidate]) => at(at(candidate, 'post'), 'operationId') === operationId,
  ) ?? ['', {}];
  const operation = at(item, 'post');
  const content = at(at(at(operation, 'requestBody'), 'content'), 'application/json');
  const required = list(operation, 'parameters')
    .filter((parameter) => at(parameter, 'in') === 'query' && at(parameter, 'required') === true)
    .map((parameter) => at(parameter, 'name') ?? '');
  return {
    address: path,
    messages: {
      only: {
        headers: { type: 'object', required },
        payload: at(content, 'schema') ?? {},
        correlationId: { location: '$message.payload#/id' },
      },
    },
  };
}

/** A step with its parameters where a message has them, and its conditions about one. */
function messageStep({ requestBody, ...step }: JsonObject, isSent: boolean): JsonObject {
  const said = JSON.parse(
    JSON.stringify(step)
      .replaceAll('$response.body', '$message.payload')
      .replaceAll('$statusCode == 200', '$message.payload#/ok == true'),
  ) as JsonObject;
  const parameters = list(step, 'parameters').map((parameter) => ({
    ...(parameter as JsonObject),
    in: at(parameter, 'in') === 'path' ? 'channel' : 'header',
  }));
  const id = at(parameters[0], 'value');
  return {
    ...said,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(isSent ? { action: 'send', requestBody: requestBody ?? {} } : { action: 'receive' }),
    ...(isSent || id === undefined ? {} : { correlationId: id }),
  };
}
