/**
 * Resolves a URI-reference against a base URI, as RFC 3986 section 5 says. Works for `file:`, `http(s):` and
 * other hierarchical URIs (`app://docs/a.yaml`). Does no percent-decoding of its own and never throws: where the
 * two cannot be combined (a relative base, say, or `mailto:`), the reference comes back as it is.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#relative-references-in-uris
 */
export function resolveUri(base: string, reference: string): string {
  try {
    return new URL(reference, base).href;
  } catch {
    return resolveInOpaqueBase(base, reference) ?? reference;
  }
}

// Of RFC 3986, appendix A: what may stand anywhere, and a first segment with a colon in it being a scheme.
const URI_CHARACTERS = /^(?:[A-Za-z0-9._~:/?[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
const COLON_BEFORE_SCHEME = /^(?![A-Za-z][A-Za-z0-9+.-]*:)[^/?]*:/;

/**
 * Whether a text has the form of a URI-reference: its characters, its percent-encodings, one fragment at most and no
 * colon in the first segment of a relative one. Knows nothing of what each scheme asks for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-4.1
 */
export function isUriReference(text: string): boolean {
  const hash = text.indexOf('#');
  const parts = hash === -1 ? [text] : [text.slice(0, hash), text.slice(hash + 1)];
  return parts.every((part) => URI_CHARACTERS.test(part)) && !COLON_BEFORE_SCHEME.test(parts[0] ?? '');
}

/** A URI without its fragment. */
export function withoutFragment(uri: string): string {
  const hash = uri.indexOf('#');
  return hash === -1 ? uri : uri.slice(0, hash);
}

const OPAQUE = /^([A-Za-z][A-Za-z0-9+.-]*:)([^/][^?#]*)/;

// `urn:docs/flows/a.yaml` has a path without a leading slash, which WHATWG URLs refuse to resolve against.
function resolveInOpaqueBase(base: string, reference: string): string | undefined {
  const match = OPAQUE.exec(base);
  if (match === null || reference === '' || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)) return undefined;
  const [whole, scheme = '', path = ''] = match;
  if (reference.startsWith('#')) return whole + reference;
  if (reference.startsWith('?') || reference.startsWith('/') || !path.includes('/')) return undefined;
  const resolved = new URL(reference, `http://opaque/${path}`);
  return `${scheme}${resolved.pathname.slice(1)}${resolved.search}${resolved.hash}`;
}
