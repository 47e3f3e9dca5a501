import { isJsonObject, type JsonValue } from '../document/json.ts';

/** Bytes as they stand in a JSON value: their media type, their content in base64, and a name for a file of a form. */
export interface Bytes {
  readonly contentType: string;
  readonly base64: string;
  readonly filename?: string;
}

/** Whether a value stands for bytes: an object of exactly `contentType`, `base64` and perhaps `filename`, all strings. */
export function isBytes(value: JsonValue | undefined): value is JsonValue & Bytes {
  return (
    isJsonObject(value) &&
    Object.keys(value).length === (value['filename'] === undefined ? 2 : 3) &&
    typeof value['base64'] === 'string' &&
    typeof value['contentType'] === 'string' &&
    ['undefined', 'string'].includes(typeof value['filename'])
  );
}

/** Base64 (RFC 4648, padded) of bytes. Needs nothing but the web platform. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // One argument per byte: in slices, because the number of arguments of a call is limited.
  for (let start = 0; start < bytes.length; start += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return btoa(parts.join(''));
}

/** The bytes that a base64 text says, or `undefined` when it is not base64. */
export function fromBase64(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
