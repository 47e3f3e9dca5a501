import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import { dereference } from './reference.ts';

/** A response that an operation declares. */
export interface DescribedResponse {
  /** As written: `200`, `4XX`, `default`. */
  readonly status: string;
  readonly description?: string;
  /** By media type, the schema as written (`$ref`s lead into the description) and its examples. */
  readonly content: Readonly<Record<string, DescribedContent>>;
  /** The JSON Pointer of the response. */
  readonly pointer: string;
}

/** A media type of a response. */
export interface DescribedContent {
  readonly schema?: JsonObject | boolean;
  readonly examples: readonly JsonValue[];
}

/**
 * The responses that an operation declares, in the order they are written. What is malformed or leads to another
 * document is left out.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#responses-object
 */
export function describeResponses(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly DescribedResponse[] {
  const responses = entry.operation['responses'];
  if (!isJsonObject(responses)) return [];
  return Object.entries(responses).flatMap(([status, written]) => {
    if (status.startsWith('x-')) return [];
    const pointer = childPointer(`${entry.pointer}/responses`, status);
    const found = dereference(openapi.document, written, pointer);
    if ('problem' in found || !isJsonObject(found.value)) return [];
    const description = found.value['description'];
    const content: Record<string, DescribedContent> = {};
    const media = found.value['content'];
    for (const [type, item] of Object.entries(isJsonObject(media) ? media : {})) {
      setMember(content, type, describeContent(openapi.document, item));
    }
    const text = typeof description === 'string' ? { description } : {};
    return [{ status, ...text, content, pointer: found.pointer }];
  });
}

function describeContent(document: ParsedDocument, written: JsonValue): DescribedContent {
  if (!isJsonObject(written)) return { examples: [] };
  const schema = written['schema'];
  const examples: JsonValue[] = written['example'] === undefined ? [] : [written['example']];
  const named = written['examples'];
  for (const example of Object.values(isJsonObject(named) ? named : {})) {
    const found = dereference(document, example, '');
    if ('value' in found && isJsonObject(found.value) && found.value['value'] !== undefined) {
      examples.push(found.value['value']);
    }
  }
  return isJsonObject(schema) || typeof schema === 'boolean' ? { schema, examples } : { examples };
}
