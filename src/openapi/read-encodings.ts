import { isJsonObject, setMember, type JsonValue } from '../document/json.ts';
import { childNode, type DescriptionDocuments, type DescriptionNode } from './description-documents.ts';
import { mediaTypeOf } from './media-type.ts';
import type { PropertyEncoding } from './operation.ts';
import { isStyle } from './read-parameters.ts';
import { dereference } from './reference.ts';
import { schemaProperties } from './schema-properties.ts';
import { isObjectNode, membersAt, type ObjectNode } from './unusable-part.ts';

/**
 * How the properties of a form are written, by name: what its `encoding` says, and the media type that the schema of a
 * property means where that is not text. Empty for media types that are no forms.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#encoding-object
 */
export function readEncodings(
  documents: DescriptionDocuments,
  type: string,
  media: ObjectNode,
): Readonly<Record<string, PropertyEncoding>> {
  const encodings: Record<string, PropertyEncoding> = {};
  const isMultipart = mediaTypeOf(type).startsWith('multipart/');
  if (!isMultipart && mediaTypeOf(type) !== 'application/x-www-form-urlencoded') return encodings;
  if (isMultipart) {
    const { properties } = schemaProperties(documents, childNode(media, 'schema'));
    for (const [name, schema] of properties) {
      const contentType = binaryType(documents, schema);
      if (contentType !== undefined) setMember(encodings, name, { contentType });
    }
  }
  for (const [name, written] of membersAt(media, 'encoding')) {
    const found = dereference(documents, written);
    if ('problem' in found || !isObjectNode(found)) continue;
    const encoding = readEncoding(documents, found, isMultipart);
    if (Object.keys(encoding).length > 0)
      setMember(encodings, name, { ...(Object.hasOwn(encodings, name) ? encodings[name] : {}), ...encoding });
  }
  return encodings;
}

function readEncoding(
  documents: DescriptionDocuments,
  node: ObjectNode,
  isMultipart: boolean,
): PropertyEncoding {
  const { contentType, style, explode, allowReserved } = node.value;
  const headers = isMultipart ? fixedHeaders(documents, node) : {};
  return {
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(isStyle(style) ? { style } : {}),
    ...(typeof explode === 'boolean' ? { explode } : {}),
    ...(typeof allowReserved === 'boolean' ? { allowReserved } : {}),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}

/** Headers whose value the description itself knows: a constant, the only choice, or the default. */
function fixedHeaders(documents: DescriptionDocuments, node: ObjectNode): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, written] of membersAt(node, 'headers')) {
    const header = dereference(documents, written);
    const schemaNode = 'problem' in header ? undefined : childNode(header, 'schema');
    const schema = schemaNode === undefined ? undefined : dereference(documents, schemaNode);
    if (schema === undefined || 'problem' in schema || !isJsonObject(schema.value)) continue;
    const choices = schema.value['enum'];
    const only: JsonValue | undefined =
      Array.isArray(choices) && choices.length === 1 ? choices[0] : undefined;
    const value = schema.value['const'] ?? only ?? schema.value['default'];
    // The part's media type has a field of its own.
    if (name.toLowerCase() === 'content-type') continue;
    if (typeof value === 'string' || typeof value === 'number') setMember(headers, name, String(value));
  }
  return headers;
}

/** The media type of a property, or of the items of a list, that holds bytes. */
function binaryType(documents: DescriptionDocuments, schema: DescriptionNode): string | undefined {
  if (!isJsonObject(schema.value)) return undefined;
  const { format, contentMediaType, contentEncoding } = schema.value;
  if (typeof contentMediaType === 'string') return contentMediaType;
  if (format === 'binary' || typeof contentEncoding === 'string') return 'application/octet-stream';
  const items = childNode(schema, 'items');
  const found = items === undefined ? undefined : dereference(documents, items);
  if (found === undefined || 'problem' in found || !isJsonObject(found.value)) return undefined;
  // One level: a list of lists is JSON.
  if (found.value['format'] === 'binary') return 'application/octet-stream';
  const type = found.value['contentMediaType'];
  return typeof type === 'string' ? type : undefined;
}
