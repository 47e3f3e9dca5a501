import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { OperationParameter, ParameterLocation, ParameterStyle } from './operation.ts';
import { defaultStyle, scalarText } from './parameter-style.ts';
import { readSwaggerParameter } from './swagger-parameters.ts';
import { listAt, malformed, membersAt, objectAt, type ObjectNode } from './unusable-part.ts';

const LOCATIONS: readonly ParameterLocation[] = ['path', 'query', 'header', 'cookie', 'querystring'];
const STYLES: readonly ParameterStyle[] = [
  'matrix',
  'label',
  'simple',
  'form',
  'spaceDelimited',
  'pipeDelimited',
  'deepObject',
];
/** Headers that other parts of a description speak of: what a parameter of this name declares is to be ignored. */
const IGNORED_HEADERS = new Set(['accept', 'content-type', 'authorization']);

/**
 * The parameters of an operation: its own, and those of its path that it does not redefine. Of Swagger 2.0, those
 * that are not parts of the body.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export function readParameters(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly OperationParameter[] {
  const parameters: OperationParameter[] = [];
  for (const node of parameterNodes(openapi, entry)) {
    const { name, in: location } = node.value;
    const inBody = openapi.dialect === '2.0' && (location === 'body' || location === 'formData');
    if (typeof name !== 'string') throw malformed(node, 'A parameter must have a "name".');
    if (inBody) continue;
    if (!isOneOf(LOCATIONS, location)) {
      throw malformed(
        node,
        `The parameter "${name}" must say where it goes: "in" is one of ${LOCATIONS.join(', ')}.`,
      );
    }
    parameters.push(readParameter(openapi, entry, node, name, location));
  }
  return parameters;
}

/**
 * The Parameter Objects that apply to an operation, where each really stands; one that is redefined nearer to the
 * operation is left out.
 *
 * @throws UnusablePart
 */
export function parameterNodes(openapi: OpenApiDocument, entry: OperationEntry): readonly ObjectNode[] {
  const nodes = new Map<string, ObjectNode>();
  for (const level of [...entry.pathItems.toReversed(), entry.node]) {
    for (const item of listAt(level, 'parameters')) {
      const node = objectAt(openapi.documents, item, 'A parameter');
      const { name = null, in: location = null } = node.value;
      const key = location === 'header' ? scalarText(name).toLowerCase() : scalarText(name);
      nodes.set(`${scalarText(location)} ${key}`, node);
    }
  }
  return [...nodes.values()];
}

function readParameter(
  openapi: OpenApiDocument,
  entry: OperationEntry,
  node: ObjectNode,
  name: string,
  location: ParameterLocation,
): OperationParameter {
  if (location === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) {
    return { name, in: location, required: false, style: 'simple', explode: false, allowReserved: false };
  }
  const written = node.value;
  const required = location === 'path' ? isInTemplate(entry.path, name) : written['required'] === true;
  if (openapi.dialect === '2.0') {
    return { name, in: location, required, ...readSwaggerParameter(node, location), allowReserved: false };
  }
  // The `cookie` style of 3.2 writes what `form` writes, each pair a cookie of its own, nothing percent-encoded.
  const isCookieStyle = location === 'cookie' && written['style'] === 'cookie';
  const style = isCookieStyle ? 'form' : (written['style'] ?? defaultStyle(location));
  if (!isStyle(style)) {
    throw malformed(
      { document: node.document, pointer: `${node.pointer}/style` },
      `The parameter "${name}" has a style that OpenAPI does not know.`,
    );
  }
  const explode = typeof written['explode'] === 'boolean' ? written['explode'] : style === 'form';
  const contentType = membersAt(node, 'content')[0]?.[0];
  return {
    name,
    in: location,
    required,
    style,
    explode,
    // Before 3.2 the field is for query parameters only.
    allowReserved:
      isCookieStyle ||
      (written['allowReserved'] === true && (location === 'query' || openapi.dialect === '3.2')),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

/** Whether a value is a style of OpenAPI 3. */
export function isStyle(value: unknown): value is ParameterStyle {
  return isOneOf(STYLES, value);
}

function isInTemplate(path: string, name: string): boolean {
  return path.includes(`{${name}}`) || path.includes(`{${name}+}`);
}

function isOneOf<Name extends string>(names: readonly Name[], value: unknown): value is Name {
  return names.some((name) => name === value);
}
