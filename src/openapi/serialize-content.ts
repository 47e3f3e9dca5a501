import { isJsonObject, type JsonValue } from '../document/json.ts';
import { fromBase64, isBytes } from './encoded-bytes.ts';
import { formBody, type Encodings } from './form-body.ts';
import { isJsonMediaType, isTextMediaType, mediaTypeOf } from './media-type.ts';
import { isJsonText } from './parameter-style.ts';

/** Content as it is sent, or why it cannot be made. */
export type Content = { readonly value: string | Uint8Array } | { readonly problem: string };

const JSON_LINES = new Set(['application/x-ndjson', 'application/jsonl', 'application/x-jsonlines']);

/**
 * Writes a value as a media type that holds one thing: JSON, `application/x-www-form-urlencoded`, text and XML from
 * strings, bytes from `{ contentType, base64 }`, lines of JSON from an array. A string that already is such a text
 * stays as it is; in JSON, any other string becomes a JSON string.
 *
 * @param what Names the thing in a problem: `The request body`.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object
 */
export function serializeContent(
  payload: JsonValue,
  type: string,
  encodings: Encodings,
  what: string,
): Content {
  const mediaType = mediaTypeOf(type);
  if (isBytes(payload)) {
    const bytes = fromBase64(payload.base64);
    return bytes === undefined
      ? { problem: `${what} holds bytes that are not valid base64.` }
      : { value: bytes };
  }
  if (isJsonMediaType(type)) {
    return { value: typeof payload === 'string' && isJsonText(payload) ? payload : JSON.stringify(payload) };
  }
  if (mediaType === 'application/x-www-form-urlencoded' && isJsonObject(payload)) {
    return { value: formBody(payload, encodings) };
  }
  if (JSON_LINES.has(mediaType) && Array.isArray(payload)) {
    return { value: payload.map((item) => `${JSON.stringify(item)}\n`).join('') };
  }
  if (typeof payload === 'string') return { value: payload };
  if (mediaType === 'application/xml' || mediaType === 'text/xml' || mediaType.endsWith('+xml')) {
    return {
      problem: `${what} of type "${type}" must be a string: write the XML text as the payload, with {$…} expressions where values go.`,
    };
  }
  if (isTextMediaType(type)) {
    if (typeof payload === 'number' || typeof payload === 'boolean') return { value: String(payload) };
    return { problem: `${what} of type "${type}" must be a string, and this one is not.` };
  }
  return {
    problem: `${what} of type "${type}" must be a string, or bytes as { "contentType": …, "base64": … }.`,
  };
}
