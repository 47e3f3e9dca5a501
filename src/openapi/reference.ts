import type { Location } from '../document/diagnostic.ts';
import { hasMember, isJsonObject, type JsonValue } from '../document/json.ts';
import { formatPointer, parsePointer, resolvePointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { resolveUri, withoutFragment } from '../document/uri.ts';

/** A node of a description, found. */
export interface Found {
  readonly value: JsonValue;
  /** Where it really stands. */
  readonly pointer: string;
}

/** Why a node cannot be used. */
export interface Unusable {
  /** `not-supported`: it may well be right, but is not handled. */
  readonly reason: 'malformed' | 'not-supported';
  /** One sentence. */
  readonly problem: string;
  readonly location: Location;
}

/**
 * Follows a node's `$ref` within its own document, and the `$ref` that it leads to, until there is none. A value
 * without one is given as it is.
 *
 * @returns A problem where the reference leads to another document, to nothing, or round in a circle.
 * @see https://spec.openapis.org/oas/v3.1.1.html#reference-object
 */
export function dereference(document: ParsedDocument, value: JsonValue, pointer: string): Found | Unusable {
  const seen = new Set<string>();
  let current: Found = { value, pointer };
  for (;;) {
    const node = current.value;
    if (!isJsonObject(node) || !hasMember(node, '$ref')) return current;
    const location = document.locate(`${current.pointer}/$ref`);
    const reference = node['$ref'];
    if (typeof reference !== 'string')
      return { reason: 'malformed', problem: 'A "$ref" must be a string.', location };
    const target = localTarget(document, reference);
    if (target === 'elsewhere') {
      const problem = `The reference "${reference}" leads to another document, which is not supported.`;
      return { reason: 'not-supported', problem, location };
    }
    const found = target === undefined ? undefined : resolvePointer(document.value, target);
    if (target === undefined || found === undefined) {
      return { reason: 'malformed', problem: `The reference "${reference}" leads to nothing.`, location };
    }
    const targetPointer = formatPointer(target);
    if (seen.has(targetPointer)) {
      return { reason: 'malformed', problem: `The reference "${reference}" leads back to itself.`, location };
    }
    seen.add(targetPointer);
    current = { value: found, pointer: targetPointer };
  }
}

function localTarget(document: ParsedDocument, reference: string): string[] | 'elsewhere' | undefined {
  const base = withoutFragment(document.uri);
  const uri = reference.startsWith('#') ? base + reference : resolveUri(base, reference);
  if (withoutFragment(uri) !== base) return 'elsewhere';
  try {
    return parsePointer(decodeURIComponent(uri.slice(base.length + 1)));
  } catch {
    return undefined;
  }
}
