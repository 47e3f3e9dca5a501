import { isJsonObject, setMember } from '../document/json.ts';
import { childNode, rootNode, type DescriptionNode } from './description-documents.ts';
import { isJsonMediaType, mediaTypeOf } from './media-type.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Operation, PropertyEncoding } from './operation.ts';
import { parameterNodes } from './read-parameters.ts';
import { readEncodings } from './read-encodings.ts';
import { schemaProperties } from './schema-properties.ts';
import { readSwaggerParameter } from './swagger-parameters.ts';
import { malformed, membersAt, objectAt, type ObjectNode } from './unusable-part.ts';

type RequestBody = NonNullable<Operation['requestBody']>;
type Encodings = NonNullable<RequestBody['encodings']>[string];

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/**
 * The request body that an operation declares: the Request Body Object, or the `body` and `formData` parameters of
 * Swagger 2.0.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#request-body-object
 */
export function readRequestBody(openapi: OpenApiDocument, entry: OperationEntry): RequestBody | undefined {
  if (openapi.dialect === '2.0') return readSwaggerBody(openapi, entry);
  const written = childNode(entry.node, 'requestBody');
  if (written === undefined) return undefined;
  const body = objectAt(openapi.documents, written, 'The request body');
  if (!isJsonObject(body.value['content'])) {
    throw malformed(body, 'The request body must have an object "content".');
  }
  const media = membersAt(body, 'content').map(([type, node]) => [type, mediaAt(openapi, node)] as const);
  const described =
    media.find(([type]) => isJsonMediaType(type)) ??
    media.find(([type]) => [FORM, MULTIPART].includes(mediaTypeOf(type)));
  const schema = described?.[1] === undefined ? undefined : childNode(described[1], 'schema');
  return {
    required: body.value['required'] === true,
    contentTypes: media.map(([type]) => type),
    requiredProperties: schemaProperties(openapi.documents, schema).required,
    ...withEncodings(
      media.map(([type, node]) => [
        type,
        node === undefined ? {} : readEncodings(openapi.documents, type, node),
      ]),
    ),
  };
}

/** A media type, which may be a reference from 3.2 on; `undefined` where there is nothing to be known of it. */
function mediaAt(openapi: OpenApiDocument, node: DescriptionNode): ObjectNode | undefined {
  return isJsonObject(node.value) ? objectAt(openapi.documents, node, 'A media type') : undefined;
}

function readSwaggerBody(openapi: OpenApiDocument, entry: OperationEntry): RequestBody | undefined {
  const nodes = parameterNodes(openapi, entry);
  const body = nodes.find(({ value }) => value['in'] === 'body');
  const consumes = childNode(entry.node, 'consumes') ?? childNode(rootNode(openapi.document), 'consumes');
  const types = Array.isArray(consumes?.value)
    ? consumes.value.filter((type): type is string => typeof type === 'string')
    : [];
  if (body !== undefined) {
    const schema = childNode(body, 'schema');
    return {
      required: body.value['required'] === true,
      contentTypes: types.length === 0 ? ['application/json'] : types,
      requiredProperties: schemaProperties(openapi.documents, schema).required,
    };
  }
  const fields = nodes.filter(({ value }) => value['in'] === 'formData');
  if (fields.length === 0) return undefined;
  const hasFile = fields.some(({ value }) => value['type'] === 'file');
  const forms = types.filter((type) =>
    (hasFile ? [MULTIPART] : [FORM, MULTIPART]).includes(mediaTypeOf(type)),
  );
  const contentTypes = forms.length === 0 ? [hasFile ? MULTIPART : FORM] : forms;
  const required = fields.filter(({ value }) => value['required'] === true);
  const encodings: Record<string, PropertyEncoding> = {};
  for (const field of fields) {
    const { name, type } = field.value;
    if (typeof name !== 'string') continue;
    if (type === 'file') setMember(encodings, name, { contentType: 'application/octet-stream' });
    if (type === 'array') setMember(encodings, name, readSwaggerParameter(field, 'query'));
  }
  return {
    required: required.length > 0,
    contentTypes,
    requiredProperties: required.flatMap(({ value }) =>
      typeof value['name'] === 'string' ? value['name'] : [],
    ),
    ...withEncodings(contentTypes.map((type) => [type, encodings])),
  };
}

/** Left out where there are none. */
function withEncodings(
  all: readonly (readonly [type: string, encodings: Encodings])[],
): Pick<RequestBody, 'encodings'> {
  const encodings: Record<string, Encodings> = {};
  for (const [type, ofType] of all) if (Object.keys(ofType).length > 0) setMember(encodings, type, ofType);
  return Object.keys(encodings).length === 0 ? {} : { encodings };
}
