import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { childNode } from './description-documents.ts';
import type { DescribedResponse } from './describe-responses.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { dereference } from './reference.ts';
import { selfContainedSchema } from './self-contained-schema.ts';
import { membersAt } from './unusable-part.ts';

/** A header that a response must have. */
export interface RequiredHeader {
  readonly name: string;
  readonly schema?: JsonObject | boolean;
  readonly example?: JsonValue;
}

/**
 * The headers that a response declares to be required; `Content-Type` is no header that it can declare. Swagger 2.0
 * has none.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#header-object
 */
export function requiredHeaders(
  openapi: OpenApiDocument,
  response: DescribedResponse,
): readonly RequiredHeader[] {
  const node = openapi.documents.find(`${response.uri}#${encodeURI(response.pointer)}`);
  if (node === undefined || 'unread' in node) return [];
  return membersAt(node, 'headers').flatMap(([name, written]): readonly RequiredHeader[] => {
    const header = dereference(openapi.documents, written);
    if ('problem' in header || !isJsonObject(header.value) || header.value['required'] !== true) return [];
    if (name.toLowerCase() === 'content-type') return [];
    const schema = childNode(header, 'schema');
    const { example } = header.value;
    return [
      {
        name,
        ...(schema === undefined ? {} : { schema: selfContainedSchema(openapi, schema) }),
        ...(example === undefined ? {} : { example }),
      },
    ];
  });
}
