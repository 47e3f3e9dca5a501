import { isJsonObject, type JsonValue } from '../document/json.ts';
import { isBytes } from './encoded-bytes.ts';
import type { Encodings } from './form-body.ts';
import { isJsonMediaType, mediaTypeOf } from './media-type.ts';
import { multipartBody } from './multipart-body.ts';
import type { Operation } from './operation.ts';
import { isJsonText } from './parameter-style.ts';
import { serializeContent } from './serialize-content.ts';

/** A body that is ready to be sent, with its media type. */
export interface SerializedBody {
  readonly value: string | Uint8Array;
  /** As given; with the boundary for a multipart type. */
  readonly contentType: string;
}

/**
 * Writes a payload as its media type: JSON, forms of both kinds, text and XML from strings, bytes from
 * `{ contentType, base64 }`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object
 */
export function serializeBody(
  operation: Operation,
  payload: JsonValue,
  type: string,
): SerializedBody | { readonly problem: string } {
  const encodings = encodingsFor(operation, type);
  if (mediaTypeOf(type).startsWith('multipart/') && !isBytes(payload))
    return multipartBody(payload, type, encodings);
  const content = serializeContent(payload, type, encodings, 'The request body');
  return 'problem' in content ? content : { ...content, contentType: type };
}

/**
 * The media type of a payload that comes without one: the only one that the operation declares, else its first
 * JSON one, else its first; multipart, where there is one, for a payload with bytes in it; where the operation declares
 * none, what the payload looks like.
 */
export function chooseContentType(operation: Operation, payload: JsonValue): string {
  if (isBytes(payload)) return payload.contentType;
  const declared = (operation.requestBody?.contentTypes ?? []).filter((type) => !type.includes('*'));
  const hasFiles =
    isJsonObject(payload) && Object.values(payload).some((member) => [member].flat().some(isBytes));
  const multipart = declared.find((type) => mediaTypeOf(type).startsWith('multipart/'));
  if (hasFiles && multipart !== undefined) return multipart;
  const chosen = declared.find((type) => isJsonMediaType(type)) ?? declared[0];
  if (chosen !== undefined) return chosen;
  return typeof payload === 'string' && !isJsonText(payload)
    ? 'text/plain;charset=UTF-8'
    : 'application/json';
}

function encodingsFor(operation: Operation, type: string): Encodings {
  const all = Object.entries(operation.requestBody?.encodings ?? {});
  return all.find(([declared]) => mediaTypeOf(declared) === mediaTypeOf(type))?.[1] ?? {};
}
