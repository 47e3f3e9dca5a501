import { isJsonObject, type JsonValue } from '../document/json.ts';
import { fromBase64, isBytes } from './encoded-bytes.ts';
import { formEncode, isJsonMediaType, isTextMediaType, mediaTypeOf } from './media-type.ts';
import type { Operation } from './operation.ts';
import { isJsonText } from './parameter-style.ts';

/**
 * Writes a payload as its media type: JSON, `application/x-www-form-urlencoded`, text and XML from strings,
 * bytes from `{ contentType, base64 }`. A string that already is such a text stays as it is; in JSON, any other
 * string becomes a JSON string.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object
 */
export function serializeBody(
  payload: JsonValue,
  type: string,
): { readonly value: string | Uint8Array } | { readonly problem: string } {
  if (isBytes(payload)) {
    const bytes = fromBase64(payload.base64);
    return bytes === undefined
      ? { problem: 'The request body holds bytes that are not valid base64.' }
      : { value: bytes };
  }
  if (isJsonMediaType(type)) {
    return { value: typeof payload === 'string' && isJsonText(payload) ? payload : JSON.stringify(payload) };
  }
  if (mediaTypeOf(type) === 'application/x-www-form-urlencoded' && isJsonObject(payload)) {
    return { value: formEncode(payload) };
  }
  if (mediaTypeOf(type).startsWith('multipart/')) {
    return { problem: `Request bodies of type "${type}" are not supported yet.` };
  }
  if (typeof payload === 'string') return { value: payload };
  if (isTextMediaType(type)) {
    if (typeof payload === 'number' || typeof payload === 'boolean') return { value: String(payload) };
    return { problem: `A request body of type "${type}" must be a string, and this one is not.` };
  }
  return { problem: `Making a request body of type "${type}" out of this payload is not supported yet.` };
}

/**
 * The media type of a payload that comes without one: the only one that the operation declares, else its first
 * JSON one, else its first; where it declares none, what the payload looks like.
 */
export function chooseContentType(operation: Operation, payload: JsonValue): string {
  if (isBytes(payload)) return payload.contentType;
  const declared = (operation.requestBody?.contentTypes ?? []).filter((type) => !type.includes('*'));
  const chosen = declared.find((type) => isJsonMediaType(type)) ?? declared[0];
  if (chosen !== undefined) return chosen;
  return typeof payload === 'string' && !isJsonText(payload)
    ? 'text/plain;charset=UTF-8'
    : 'application/json';
}
