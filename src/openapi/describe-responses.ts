import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import {
  childNode,
  rootNode,
  type DescriptionDocuments,
  type DescriptionNode,
} from './description-documents.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import { dereference } from './reference.ts';
import { isObjectNode, membersAt, type ObjectNode } from './unusable-part.ts';

/** A response that an operation declares. */
export interface DescribedResponse {
  /** As written: `200`, `4XX`, `default`. */
  readonly status: string;
  readonly description?: string;
  /** By media type, the schema as written and its examples. */
  readonly content: Readonly<Record<string, DescribedContent>>;
  /** The JSON Pointer of the response. */
  readonly pointer: string;
  /** The document that the response stands in, and that `$ref`s of its schemas are resolved against. */
  readonly uri: string;
}

/** A media type of a response. */
export interface DescribedContent {
  readonly schema?: JsonObject | boolean;
  readonly examples: readonly JsonValue[];
}

/**
 * The responses that an operation declares, in the order they are written. What is malformed or could not be read is
 * left out. A response of Swagger 2.0 has the media types that the operation produces.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#responses-object
 */
export function describeResponses(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly DescribedResponse[] {
  return membersAt(entry.node, 'responses').flatMap(([status, node]) => {
    if (status.startsWith('x-')) return [];
    const found = dereference(openapi.documents, node);
    if ('problem' in found || !isObjectNode(found)) return [];
    const description = found.value['description'];
    const text = typeof description === 'string' ? { description } : {};
    const content =
      openapi.dialect === '2.0'
        ? swaggerContent(openapi, entry, found)
        : openapiContent(openapi.documents, found);
    return [{ status, ...text, content, pointer: found.pointer, uri: found.document.uri }];
  });
}

function openapiContent(documents: DescriptionDocuments, response: ObjectNode): DescribedResponse['content'] {
  const content: Record<string, DescribedContent> = {};
  for (const [type, written] of membersAt(response, 'content')) {
    // A media type may be a reference from 3.2 on.
    const media = dereference(documents, written);
    if ('value' in media) setMember(content, type, describeContent(documents, media));
  }
  return content;
}

function describeContent(documents: DescriptionDocuments, media: DescriptionNode): DescribedContent {
  const example = childNode(media, 'example');
  const examples: JsonValue[] = example === undefined ? [] : [example.value];
  for (const [, named] of membersAt(media, 'examples')) {
    const found = dereference(documents, named);
    if ('problem' in found) continue;
    const value = childNode(found, 'value') ?? childNode(found, 'dataValue');
    if (value !== undefined) examples.push(value.value);
  }
  return { ...schemaOf(media), examples };
}

function swaggerContent(
  openapi: OpenApiDocument,
  { node }: OperationEntry,
  response: ObjectNode,
): DescribedResponse['content'] {
  const produces = childNode(node, 'produces') ?? childNode(rootNode(openapi.document), 'produces');
  const types = Array.isArray(produces?.value)
    ? produces.value.filter((type) => typeof type === 'string')
    : [];
  const examples = new Map(membersAt(response, 'examples').map(([type, { value }]) => [type, value]));
  const schema = schemaOf(response);
  if (schema.schema === undefined && examples.size === 0) return {};
  const content: Record<string, DescribedContent> = {};
  for (const type of new Set([...(types.length === 0 ? ['application/json'] : types), ...examples.keys()])) {
    const example = examples.get(type);
    setMember(content, type, { ...schema, examples: example === undefined ? [] : [example] });
  }
  return content;
}

function schemaOf(media: DescriptionNode): { readonly schema?: JsonObject | boolean } {
  const schema = childNode(media, 'schema')?.value;
  return isJsonObject(schema) || typeof schema === 'boolean' ? { schema } : {};
}
