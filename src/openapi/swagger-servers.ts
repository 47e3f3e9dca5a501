import { rootNode } from './description-documents.ts';
import type { OpenApiDocument, OperationEntry } from './openapi-document.ts';
import type { Server } from './operation.ts';
import { listAt, malformed } from './unusable-part.ts';

/**
 * The servers of an operation of Swagger 2.0: one for each http(s) scheme, `https` first, with `host` and `basePath`.
 * A host or scheme that is not named is the one that the description was read from; a scheme that is known from
 * nowhere is `https`.
 *
 * @throws UnusablePart
 * @see https://spec.openapis.org/oas/v2.0.html#swagger-object
 */
export function readSwaggerServers(openapi: OpenApiDocument, { node }: OperationEntry): readonly Server[] {
  const { host, basePath } = openapi.root;
  const origin = /^(https?):\/\/([^/?#]*)/i.exec(openapi.document.uri);
  const place = typeof host === 'string' && host !== '' ? host : origin?.[2];
  if (place === undefined) return [];
  if (/[/?#@\\]/.test(place)) {
    const at = { document: openapi.document, pointer: '/host' };
    throw malformed(at, '"host" must be a host name, with a port or without.');
  }
  const own = listAt(node, 'schemes');
  const named = (own.length > 0 ? own : listAt(rootNode(openapi.document), 'schemes')).map(
    ({ value }) => value,
  );
  const usable = ['https', 'http'].filter((scheme) => named.includes(scheme));
  // A description that names only `ws` is not served over HTTP at all.
  const schemes = named.length > 0 ? usable : [origin?.[1]?.toLowerCase() ?? 'https'];
  const base = typeof basePath === 'string' ? basePath.replace(/^\/?/, '/') : '';
  return schemes.map((scheme) => ({ url: `${scheme}://${place}${base}`, variables: {} }));
}
