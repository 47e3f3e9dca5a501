import { isJsonObject, type JsonObject } from '../document/json.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { OperationParameter, ParameterLocation, ParameterStyle } from './operation.ts';
import { defaultStyle } from './parameter-style.ts';
import { listAt, malformed, objectAt } from './unusable-part.ts';

const LOCATIONS: readonly string[] = [
  'path',
  'query',
  'header',
  'cookie',
  'querystring',
] satisfies ParameterLocation[];
const STYLES: readonly string[] = [
  'matrix',
  'label',
  'simple',
  'form',
  'spaceDelimited',
  'pipeDelimited',
  'deepObject',
] satisfies ParameterStyle[];
/** Headers that other parts of a description speak of: what a parameter of this name declares is to be ignored. */
const IGNORED_HEADERS = new Set(['accept', 'content-type', 'authorization']);

/**
 * The parameters of an operation: its own, and those of its path that it does not redefine.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-object
 */
export function readParameters(
  openapi: OpenApiDocument,
  entry: OperationEntry,
): readonly OperationParameter[] {
  const parameters = new Map<string, OperationParameter>();
  const levels = [
    [entry.pathItem['parameters'], `${entry.pathItemPointer}/parameters`],
    [entry.operation['parameters'], `${entry.pointer}/parameters`],
  ] as const;
  for (const [written, pointer] of levels) {
    for (const [index, item] of listAt(openapi, written, pointer, '"parameters"').entries()) {
      const found = objectAt(openapi, item, `${pointer}/${index}`, 'A parameter');
      const parameter = readParameter(openapi, entry, found.value, found.pointer);
      const key = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      parameters.set(`${parameter.in} ${key}`, parameter);
    }
  }
  return [...parameters.values()];
}

function readParameter(
  openapi: OpenApiDocument,
  entry: OperationEntry,
  written: JsonObject,
  pointer: string,
): OperationParameter {
  const name = written['name'];
  if (typeof name !== 'string') throw malformed(openapi, 'A parameter must have a "name".', pointer);
  const location = written['in'];
  if (!isOneOf<ParameterLocation>(LOCATIONS, location)) {
    throw malformed(
      openapi,
      `The parameter "${name}" must say where it goes: "in" is one of ${LOCATIONS.join(', ')}.`,
      pointer,
    );
  }
  if (location === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) {
    return { name, in: location, required: false, style: 'simple', explode: false, allowReserved: false };
  }
  // The `cookie` style of 3.2 writes what `form` writes, each pair a cookie of its own, nothing percent-encoded.
  const isCookieStyle = location === 'cookie' && written['style'] === 'cookie';
  const style = isCookieStyle ? 'form' : (written['style'] ?? defaultStyle(location));
  if (!isOneOf<ParameterStyle>(STYLES, style)) {
    throw malformed(
      openapi,
      `The parameter "${name}" has a style that OpenAPI does not know.`,
      `${pointer}/style`,
    );
  }
  const explode = typeof written['explode'] === 'boolean' ? written['explode'] : style === 'form';
  const contentType = isJsonObject(written['content']) ? Object.keys(written['content'])[0] : undefined;
  return {
    name,
    in: location,
    required: location === 'path' ? isInTemplate(entry.path, name) : written['required'] === true,
    style,
    explode,
    // Before 3.2 the field is for query parameters only.
    allowReserved:
      isCookieStyle || (written['allowReserved'] === true && (location === 'query' || openapi.minor === 2)),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function isInTemplate(path: string, name: string): boolean {
  return path.includes(`{${name}}`) || path.includes(`{${name}+}`);
}

function isOneOf<Name extends string>(names: readonly string[], value: unknown): value is Name {
  return typeof value === 'string' && names.includes(value);
}
