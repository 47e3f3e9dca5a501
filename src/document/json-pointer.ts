import { hasMember, isJsonObject } from './json.ts';
import type { JsonValue } from './json.ts';

const ARRAY_INDEX = /^(?:0|[1-9]\d*)$/;

/**
 * Reads a JSON Pointer in its string form. `''` gives `[]` (the whole value), `/a~1b/0` gives `['a/b', '0']`.
 *
 * @returns The unescaped tokens; `undefined` when the text is no JSON Pointer (it lacks the leading `/`, or a
 * `~` is followed by neither `0` nor `1`).
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-3
 */
export function parsePointer(text: string): string[] | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text.slice(1).split('/').map(unescapeToken);
}

/** Writes tokens as a JSON Pointer: `['a/b', '0']` gives `/a~1b/0`. The reverse of `parsePointer`. */
export function formatPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${escapeToken(String(token))}`).join('');
}

/** The pointer of a member or an item of the node at `pointer`. */
export function childPointer(pointer: string, token: string | number): string {
  return `${pointer}/${escapeToken(String(token))}`;
}

/**
 * The value that a pointer leads to, `undefined` where there is none. Only members of an object's own are
 * found, and array items only by an index without sign or leading zeros; `-` finds nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-4
 */
export function resolvePointer(
  value: JsonValue | undefined,
  tokens: readonly string[],
): JsonValue | undefined {
  let current = value;
  for (const token of tokens) {
    current = childOf(current, token);
    if (current === undefined) return undefined;
  }
  return current;
}

/** The member or the item of a value that one pointer token names, `undefined` where there is none. */
export function childOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (Array.isArray(value)) {
    return ARRAY_INDEX.test(token) ? (value as readonly JsonValue[])[Number(token)] : undefined;
  }
  return isJsonObject(value) && hasMember(value, token) ? value[token] : undefined;
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
