/**
 * Percent-encodes everything but RFC 3986's unreserved characters (letters, digits, `-._~`). Half of a
 * surrogate pair, which no encoding has, becomes U+FFFD.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const RESERVED_IN_QUERY = /%[0-9A-Fa-f]{2}|[:/?@!$&'()*+,;=]/g;
const RESERVED_IN_PATH = /%[0-9A-Fa-f]{2}|[:@!$&'()*+,;=]/g;

/**
 * Percent-encodes for `allowReserved`: reserved characters and `%XX` stay, except those which the place itself
 * cannot hold (`#[]`, and in a path `/?` too).
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#parameter-allow-reserved
 */
export function encodeAllowingReserved(text: string, place: 'path' | 'query'): string {
  return encodeAround(text, place === 'path' ? RESERVED_IN_PATH : RESERVED_IN_QUERY);
}

/** Percent-encodes a cookie's value where RFC 6265 does not allow a character; what is allowed stays as it is. */
export function encodeCookie(text: string): string {
  return encodeAround(text, /[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+/g);
}

/** Percent-encodes what no query may hold and leaves everything else alone, delimiters and `%XX` included. */
export function encodeQueryText(text: string): string {
  return encodeAround(text, /%[0-9A-Fa-f]{2}|[:/?@!$&'()*+,;=[\]]/g);
}

function encodeAround(text: string, kept: RegExp): string {
  let encoded = '';
  let end = 0;
  for (const match of text.matchAll(kept)) {
    encoded += encodeStrictly(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return encoded + encodeStrictly(text.slice(end));
}
