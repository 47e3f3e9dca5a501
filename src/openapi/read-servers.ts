import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { resolveUri } from '../document/uri.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Server } from './operation.ts';
import { listAt, malformed, objectAt } from './unusable-part.ts';

/**
 * The servers of an operation: its own, else those of its path, else those of the description. A description that
 * names none anywhere is served from where it was read, when that is an http(s) URL.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#server-object
 */
export function readServers(openapi: OpenApiDocument, entry: OperationEntry): readonly Server[] {
  const levels = [
    [entry.operation['servers'], `${entry.pointer}/servers`],
    [entry.pathItem['servers'], `${entry.pathItemPointer}/servers`],
    [openapi.root['servers'], '/servers'],
  ] as const;
  for (const [written, pointer] of levels) {
    const list = listAt(openapi, written, pointer, '"servers"');
    if (list.length > 0) return list.map((item, index) => readServer(openapi, item, `${pointer}/${index}`));
  }
  const { uri } = openapi.document;
  return /^https?:/i.test(uri) ? [{ url: resolveUri(uri, '/'), variables: {} }] : [];
}

function readServer(openapi: OpenApiDocument, item: JsonValue, pointer: string): Server {
  const server = objectAt(openapi, item, pointer, 'A server').value;
  const url = server['url'];
  if (typeof url !== 'string') throw malformed(openapi, 'A server must have a "url".', pointer);
  const variables: Record<string, Server['variables'][string]> = {};
  const written = server['variables'];
  for (const [name, variable] of Object.entries(isJsonObject(written) ? written : {})) {
    if (isJsonObject(variable)) setVariable(variables, name, variable);
  }
  return { url: absolute(openapi.document.uri, url), variables };
}

function setVariable(
  variables: Record<string, Server['variables'][string]>,
  name: string,
  written: JsonObject,
): void {
  const value = written['default'];
  // A port is easily written as a number.
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const options = written['enum'];
  const named = Array.isArray(options) && options.length > 0 ? { enum: options.map(String) } : {};
  setMember(variables, name, { default: String(value), ...named });
}

function absolute(base: string, url: string): string {
  if (/^(?:[A-Za-z][A-Za-z0-9+.-]*:|\{)/.test(url)) return url;
  return resolveUri(base, url).replaceAll('%7B', '{').replaceAll('%7D', '}');
}
