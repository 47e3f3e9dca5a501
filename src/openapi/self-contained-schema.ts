import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { LIST_KEYWORDS, SCHEMA_KEYWORDS } from '../document/json-schema-keywords.ts';
import { childNode, type DescriptionDocuments, type DescriptionNode } from './description-documents.ts';
import type { DescribedResponse } from './describe-responses.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { dereference } from './reference.ts';

/** A schema may grow to this many nodes by its references; what is beyond allows everything. */
const MAX_NODES = 20_000;

/** References that lead on to references do so this far; what is behind allows everything. */
const MAX_DEPTH = 200;

/** Keywords whose value maps names to schemas. */
const MAP = new Set(['properties', 'patternProperties', 'dependentSchemas']);
/** Names and places that mean nothing once the schema stands alone. */
const DROPPED = new Set([
  '$id',
  '$anchor',
  '$dynamicAnchor',
  '$schema',
  '$defs',
  'definitions',
  'discriminator',
  'externalDocs',
]);

/**
 * The schema of a body that an API sends, as one JSON Schema (2020-12) that needs nothing around it: what its `$ref`s
 * lead to, in other documents too, stands in its `$defs`, so that a schema may still contain itself. `nullable` and the
 * boolean `exclusiveMinimum` of OpenAPI 3.0 and Swagger 2.0 are written as JSON Schema has them, and properties that
 * are `writeOnly` are not required: the API does not send them. What cannot be read allows everything.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#schema-object
 */
export function selfContainedSchema(openapi: OpenApiDocument, schema: DescriptionNode): JsonObject | boolean {
  const { documents, dialect } = openapi;
  const isOld = dialect === '2.0' || dialect === '3.0';
  const names = new Map<string, string>();
  const definitions: Record<string, JsonValue> = {};
  let nodes = 0;
  let depth = 0;

  const copy = (node: DescriptionNode): JsonValue => {
    const { value } = node;
    if (!isJsonObject(value)) return typeof value === 'boolean' ? value : {};
    nodes += 1;
    if (nodes > MAX_NODES) return {};
    if (value['$ref'] === undefined) return copyMembers(node, value);
    const target = referenceTo(node);
    const { $ref: _reference, ...siblings } = value;
    // Beside a `$ref`, OpenAPI 3.0 and Swagger 2.0 look at nothing.
    if (isOld || Object.keys(siblings).length === 0) return target;
    return { allOf: [target, copyMembers(node, siblings)] };
  };

  const referenceTo = (node: DescriptionNode): JsonObject => {
    const found = dereference(documents, node);
    if ('problem' in found) return {};
    const place = `${found.document.uri}#${found.pointer}`;
    const known = names.get(place);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    if (depth >= MAX_DEPTH) return {};
    const name = nameFor(found, new Set(names.values()));
    names.set(place, name);
    depth += 1;
    definitions[name] = copy(found);
    depth -= 1;
    return { $ref: `#/$defs/${name}` };
  };

  const copyMembers = (node: DescriptionNode, members: JsonObject): JsonObject => {
    const result: Record<string, JsonValue> = {};
    for (const [keyword, value] of Object.entries(members)) {
      if (DROPPED.has(keyword)) continue;
      const child = childNode(node, keyword);
      setMember(result, keyword, child === undefined ? value : copyKeyword(keyword, child));
    }
    if (Array.isArray(result['required'])) result['required'] = sentOf(documents, node, result['required']);
    return isOld ? fromOld(result) : result;
  };

  const copyKeyword = (keyword: string, node: DescriptionNode): JsonValue => {
    const { value } = node;
    if (SCHEMA_KEYWORDS.has(keyword) && !Array.isArray(value)) return copy(node);
    if (LIST_KEYWORDS.has(keyword) && Array.isArray(value))
      return value.map((_, index) => copy(childNode(node, index) as DescriptionNode));
    if (!MAP.has(keyword) || !isJsonObject(value)) return value;
    const map: Record<string, JsonValue> = {};
    for (const name of Object.keys(value))
      setMember(map, name, copy(childNode(node, name) as DescriptionNode));
    return map;
  };

  const whole = copy(schema);
  if (!isJsonObject(whole)) return whole === true;
  return Object.keys(definitions).length === 0 ? whole : { ...whole, $defs: definitions };
}

/** The schema of a response's body in one media type, in the same form; `undefined` where it has none. */
export function responseSchema(
  openapi: OpenApiDocument,
  response: DescribedResponse,
  mediaType: string,
): JsonObject | boolean | undefined {
  const node = openapi.documents.find(`${response.uri}#${encodeURI(response.pointer)}`);
  if (node === undefined || 'unread' in node) return undefined;
  const content = openapi.dialect === '2.0' ? undefined : childNode(node, 'content');
  const written = content === undefined ? undefined : childNode(content, mediaType);
  const media = written === undefined ? node : dereference(openapi.documents, written);
  const schema = 'problem' in media ? undefined : childNode(media, 'schema');
  return schema === undefined ? undefined : selfContainedSchema(openapi, schema);
}

function nameFor({ pointer }: DescriptionNode, taken: ReadonlySet<string>): string {
  const last = pointer.slice(pointer.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9_.-]/g, '_');
  const wanted = last === '' || last === '__proto__' ? 'schema' : last;
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}_${count}`;
  return name;
}

/** Of the required properties, those that are sent. */
function sentOf(documents: DescriptionDocuments, node: DescriptionNode, required: JsonValue): JsonValue {
  const properties = childNode(node, 'properties');
  return (required as readonly JsonValue[]).filter((name) => {
    const property =
      properties === undefined || typeof name !== 'string' ? undefined : childNode(properties, name);
    const found = property === undefined ? undefined : dereference(documents, property);
    return !(
      found !== undefined &&
      'value' in found &&
      isJsonObject(found.value) &&
      found.value['writeOnly'] === true
    );
  });
}

function fromOld(schema: Record<string, JsonValue>): JsonObject {
  const { nullable, exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...rest } = schema;
  const limits: Record<string, JsonValue> = {};
  if (minimum !== undefined) limits[exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum'] = minimum;
  if (maximum !== undefined) limits[exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum'] = maximum;
  const bounded = { ...rest, ...limits };
  // Without a type of its own, `nullable` says nothing.
  if (nullable !== true || typeof bounded['type'] !== 'string') return bounded;
  const values: JsonValue | undefined = bounded['enum'];
  const withNull: JsonObject =
    Array.isArray(values) && !values.includes(null)
      ? { enum: [...(values as readonly JsonValue[]), null] }
      : {};
  return { ...bounded, ...withNull, type: [bounded['type'], 'null'] };
}
