import { isJsonObject } from '../document/json.ts';
import { childNode, rootNode, type DescriptionNode } from '../openapi/description-documents.ts';
import { childOf } from '../document/json-pointer.ts';
import { listAt, membersAt, objectAt } from '../openapi/unusable-part.ts';
import type { AsyncApiDocument } from './asyncapi-document.ts';
import type { MessageServer } from './channel-operation.ts';

/**
 * The servers that a channel is at: those that it names, else all of the description. One that cannot be told a URL
 * of is left out.
 *
 * @throws UnusablePart
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0#serverObject
 */
export function readMessageServers(
  asyncapi: AsyncApiDocument,
  channel: DescriptionNode,
): readonly MessageServer[] {
  const { documents, document } = asyncapi;
  const all = membersAt(rootNode(document), 'servers').map(
    ([name, node]) => [name, objectAt(documents, node, 'A server')] as const,
  );
  const named = listAt(channel, 'servers').map(({ value }) =>
    typeof value === 'string' ? value : lastOf(childOf(value, '$ref')),
  );
  const used = named.length === 0 ? all : all.filter(([name]) => named.includes(name));
  return used.flatMap(([name, server]): readonly MessageServer[] => {
    const { protocol, url, host, pathname } = server.value;
    if (typeof protocol !== 'string') return [];
    const written =
      typeof host === 'string'
        ? `${protocol}://${host}${typeof pathname === 'string' ? pathname : ''}`
        : typeof url === 'string'
          ? /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)
            ? url
            : `${protocol}://${url}`
          : undefined;
    if (written === undefined) return [];
    const variables = childNode(server, 'variables');
    const filled = written.replaceAll(/\{([^{}]*)\}/g, (whole, variable: string) => {
      const node = variables === undefined ? undefined : childNode(variables, variable);
      const value =
        node === undefined ? undefined : defaultOf(objectAt(documents, node, 'A server variable').value);
      return value ?? whole;
    });
    return [{ name, url: filled, protocol }];
  });
}

function defaultOf(variable: unknown): string | undefined {
  if (!isJsonObject(variable)) return undefined;
  const options = variable['enum'];
  const value = variable['default'] ?? (Array.isArray(options) ? (options[0] as unknown) : undefined);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The name that a reference `#/servers/<name>` ends in. */
function lastOf(reference: unknown): string | undefined {
  if (typeof reference !== 'string') return undefined;
  const last = reference.slice(reference.lastIndexOf('/') + 1);
  return last.replaceAll('~1', '/').replaceAll('~0', '~');
}
