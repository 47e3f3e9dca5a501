import { type JsonValue, setMember } from '../document/json.ts';
import { resolveUri } from '../document/uri.ts';
import { childNode, rootNode, type DescriptionNode } from './description-documents.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Server } from './operation.ts';
import { isObjectNode, listAt, malformed, membersAt, objectAt } from './unusable-part.ts';

/**
 * The servers of an operation: its own, else those of its path, else those of the description. A description that
 * names none anywhere is served from where it was read, when that is an http(s) URL. Relative URLs are resolved
 * against where their document was read from, and not against its `$self`.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v3.1.1.html#server-object
 */
export function readServers(openapi: OpenApiDocument, entry: OperationEntry): readonly Server[] {
  for (const level of [entry.node, ...entry.pathItems]) {
    const list = listAt(level, 'servers');
    if (list.length > 0) return list.map((item) => readServer(openapi, item));
  }
  return rootServers(openapi);
}

/**
 * The servers of a description.
 *
 * @throws UnusablePart
 */
export function rootServers(openapi: OpenApiDocument): readonly Server[] {
  const { document } = openapi;
  if (openapi.dialect === '2.0') return [];
  const list = listAt(rootNode(document), 'servers');
  if (list.length > 0) return list.map((item) => readServer(openapi, item));
  return /^https?:/i.test(document.uri) ? [{ url: resolveUri(document.uri, '/'), variables: {} }] : [];
}

function readServer(openapi: OpenApiDocument, item: DescriptionNode): Server {
  const server = objectAt(openapi.documents, item, 'A server');
  const { url, name } = server.value;
  if (typeof url !== 'string') throw malformed(server, 'A server must have a "url".');
  const variables: Record<string, Server['variables'][string]> = {};
  for (const [variable, written] of membersAt(server, 'variables')) {
    if (isObjectNode(written)) setVariable(variables, variable, written);
  }
  return {
    url: absolute(server.document.uri, url),
    variables,
    ...(typeof name === 'string' && openapi.dialect === '3.2' ? { name } : {}),
  };
}

function setVariable(
  variables: Record<string, Server['variables'][string]>,
  name: string,
  written: DescriptionNode,
): void {
  const value = childNode(written, 'default')?.value;
  // A port is easily written as a number.
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const options = childNode(written, 'enum')?.value;
  const texts = Array.isArray(options) ? options.filter((option) => !isContainer(option)).map(String) : [];
  const named = texts.length > 0 ? { enum: texts } : {};
  setMember(variables, name, { default: String(value), ...named });
}

/** Whether a value is none that a text can be made of; one whose member is named `toString` throws. */
function isContainer(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null;
}

function absolute(base: string, url: string): string {
  if (/^(?:[A-Za-z][A-Za-z0-9+.-]*:|\{)/.test(url)) return url;
  return resolveUri(base, url).replaceAll('%7B', '{').replaceAll('%7D', '}');
}
