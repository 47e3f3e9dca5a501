import { isJsonObject } from '../document/json.ts';
import { parsePointer } from '../document/json-pointer.ts';
import {
  childNode,
  type DescriptionDocuments,
  type DescriptionNode,
} from '../openapi/description-documents.ts';
import { schemaProperties } from '../openapi/schema-properties.ts';
import { listAt, malformed, objectAt, type ObjectNode } from '../openapi/unusable-part.ts';
import type { AsyncApiDocument } from './asyncapi-document.ts';
import type { ChannelMessage } from './channel-operation.ts';

/** A message as the description refers to it, and the name that it goes by there. */
export interface NamedMessage {
  readonly name: string;
  readonly node: DescriptionNode;
}

/**
 * Reads messages: what a step needs to know of each, its traits included.
 *
 * @throws UnusablePart
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0#messageObject
 */
export function readMessages(
  { documents, dialect }: Pick<AsyncApiDocument, 'documents' | 'dialect'>,
  messages: readonly NamedMessage[],
): readonly ChannelMessage[] {
  return messages.map(({ name, node }) => {
    const message = objectAt(documents, node, 'A message');
    const traits = listAt(message, 'traits').map((trait) => objectAt(documents, trait, 'A trait'));
    // A later trait overrules an earlier one; in version 2 each overrules the message, too, and in version 3 none does.
    const latest = traits.toReversed();
    return readMessage(
      documents,
      name,
      message,
      dialect === '2' ? [...latest, message] : [message, ...latest],
    );
  });
}

/** @param all - the message and its traits, in the order in which they are asked for a member */
function readMessage(
  documents: DescriptionDocuments,
  fallback: string,
  message: ObjectNode,
  all: readonly ObjectNode[],
): ChannelMessage {
  const memberNode = (name: string): DescriptionNode | undefined =>
    all.map((node) => childNode(node, name)).find((node) => node !== undefined);
  const own = memberNode('name')?.value;
  const contentType = memberNode('contentType')?.value;
  const correlation = correlationOf(documents, memberNode('correlationId'));
  return {
    name: typeof own === 'string' ? own : fallback,
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(correlation === undefined ? {} : { correlation }),
    requiredHeaders: schemaProperties(documents, jsonSchemaOf(memberNode('headers'))).required,
    requiredProperties: isJsonSchema(memberNode('schemaFormat')?.value)
      ? schemaProperties(documents, jsonSchemaOf(childNode(message, 'payload'))).required
      : [],
  };
}

/** A schema of AsyncAPI 3 may be wrapped, together with the format that it is written in. */
function jsonSchemaOf(node: DescriptionNode | undefined): DescriptionNode | undefined {
  if (node === undefined || !isJsonObject(node.value) || node.value['schemaFormat'] === undefined)
    return node;
  return isJsonSchema(node.value['schemaFormat']) ? childNode(node, 'schema') : undefined;
}

function isJsonSchema(format: unknown): boolean {
  return (
    format === undefined ||
    (typeof format === 'string' && /vnd\.aai\.asyncapi|schema\+(?:json|yaml)/.test(format))
  );
}

/** `$message.header#/id` or `$message.payload#/order/id`. */
function correlationOf(
  documents: DescriptionDocuments,
  node: DescriptionNode | undefined,
): ChannelMessage['correlation'] {
  if (node === undefined) return undefined;
  const correlation = objectAt(documents, node, 'A correlation id');
  const { location } = correlation.value;
  const match = typeof location === 'string' ? /^\$message\.(header|payload)#(\/.*)?$/.exec(location) : null;
  const path = match === null ? undefined : parsePointer(match[2] ?? '');
  if (match === null || path === undefined)
    throw malformed(correlation, 'A correlation id must have a "location" such as "$message.header#/id".');
  return { in: match[1] as 'header' | 'payload', path };
}
