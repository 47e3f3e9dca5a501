import type { Location } from '../document/diagnostic.ts';
import { hasMember, isJsonObject } from '../document/json.ts';
import type { DescriptionDocuments, DescriptionNode } from './description-documents.ts';

/** Why a node cannot be used. */
export interface Unusable {
  /** `not-supported`: it may well be right, but is not handled, or stands where nothing could be read. */
  readonly reason: 'malformed' | 'not-supported';
  /** One sentence. */
  readonly problem: string;
  readonly location: Location;
}

/**
 * Follows a node's `$ref`, into other documents of the description too, and the `$ref` that it leads to, until there
 * is none. A node without one is given as it is.
 *
 * @returns A problem where the reference leads to a document that was not read, to nothing, or round in a circle.
 * @see https://spec.openapis.org/oas/v3.1.1.html#reference-object
 */
export function dereference(
  documents: DescriptionDocuments,
  node: DescriptionNode,
): DescriptionNode | Unusable {
  const way = followReferences(documents, node);
  return Array.isArray(way) ? (way.at(-1) ?? node) : (way as Unusable);
}

/** The nodes that a node's `$ref` leads through, itself first and at the end the one that has none. */
export function followReferences(
  documents: DescriptionDocuments,
  node: DescriptionNode,
): readonly DescriptionNode[] | Unusable {
  const way = [node];
  const seen = new Set<string>();
  for (let current = node; isJsonObject(current.value) && hasMember(current.value, '$ref');) {
    const location = current.document.locate(`${current.pointer}/$ref`);
    const reference = current.value['$ref'];
    if (typeof reference !== 'string')
      return { reason: 'malformed', problem: 'A "$ref" must be a string.', location };
    const found = documents.find(documents.resolve(reference, current));
    if (found === undefined)
      return { reason: 'malformed', problem: `The reference "${reference}" leads to nothing.`, location };
    if ('unread' in found) {
      const why = found.unread === undefined ? '' : `: ${found.unread.replace(/\.$/, '')}`;
      const problem = `The reference "${reference}" leads to a document that was not read${why}.`;
      return { reason: 'not-supported', problem, location };
    }
    const place = `${found.document.uri}#${found.pointer}`;
    if (seen.has(place))
      return { reason: 'malformed', problem: `The reference "${reference}" leads back to itself.`, location };
    seen.add(place);
    way.push(found);
    current = found;
  }
  return way;
}
