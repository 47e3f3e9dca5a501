import type { JsonValue } from '../document/json.ts';
import { setMember } from '../document/json.ts';
import { isXmlType } from '../expressions/content-type.ts';
import type { ResponseRecord } from '../expressions/scope.ts';
import { toBase64 } from '../openapi/encoded-bytes.ts';
import { lazyResponse } from '../plan/lazy-response.ts';
import { isJsonMediaType, isTextMediaType, mediaTypeOf } from '../openapi/media-type.ts';

/** A body above this size is decoded only when somebody looks at it. */
const LARGE_BYTES = 16 * 1024;

/** A body that is larger than the limit allows. */
export class BodyTooLarge extends Error {}

/**
 * Reads a response to its end: JSON parsed, text and XML as strings, other media types as `{ contentType, base64 }`, no
 * body as absent; a large one not before somebody looks at it. JSON that cannot be read, or is nested deeper than 500 levels, stays a string.
 *
 * @throws BodyTooLarge as soon as the limit is passed; the connection is closed then.
 */
export async function readResponse(response: Response, maxBytes: number): Promise<ResponseRecord> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    // `set-cookie` comes once for each of its values, every other header joined.
    const earlier = Object.hasOwn(headers, name) ? `${headers[name]}, ` : '';
    setMember(headers, name, earlier + value);
  }
  const contentType = response.headers.get('content-type') ?? undefined;
  const chunks = await readChunks(response, maxBytes);
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (size > LARGE_BYTES)
    return lazyResponse(response.status, headers, () => decodeBody(joined(chunks), contentType));
  const body = decodeBody(joined(chunks), contentType);
  return { statusCode: response.status, headers, ...(body === undefined ? {} : { body }) };
}

/** The bytes of a body, at most `maxBytes` of them after decompression. */
export async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  return joined(await readChunks(response, maxBytes));
}

async function readChunks(response: Response, maxBytes: number): Promise<readonly Uint8Array[]> {
  const reader = response.body?.getReader();
  if (reader === undefined) return [];
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      // Not awaited: a peer that does not answer could hold it up.
      void reader.cancel().catch(() => undefined);
      throw new BodyTooLarge(`The response's body is larger than ${maxBytes} bytes.`);
    }
    chunks.push(value);
  }
  return chunks;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Bytes as the JSON value that their media type makes of them. Without a media type their look decides. */
export function decodeBody(bytes: Uint8Array, contentType: string | undefined): JsonValue | undefined {
  if (bytes.length === 0) return undefined;
  if (contentType === undefined || mediaTypeOf(contentType) === '') {
    const text = decodeUtf8Strictly(bytes);
    if (text === undefined) return { contentType: 'application/octet-stream', base64: toBase64(bytes) };
    return /^\s*[[{]/.test(text) ? parseJson(text) : text;
  }
  if (isJsonMediaType(contentType)) return parseJson(decodeText(bytes, contentType));
  if (isTextMediaType(contentType)) return decodeText(bytes, contentType);
  return { contentType, base64: toBase64(bytes) };
}

const MAX_DEPTH = 500;

function parseJson(text: string): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    // Each level takes two characters at least.
    return text.length > 2 * MAX_DEPTH && isDeeperThan(value, MAX_DEPTH) ? text : value;
  } catch {
    return text;
  }
}

function isDeeperThan(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((item: JsonValue) => isDeeperThan(item, depth - 1));
}

const utf8 = new TextDecoder();

function decodeText(bytes: Uint8Array, contentType: string): string {
  const written = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(contentType);
  const charset =
    written?.[1] ?? written?.[2] ?? (isXmlType(contentType) ? declaredEncoding(bytes) : undefined);
  if (charset === undefined || charset.toLowerCase() === 'utf-8') return utf8.decode(bytes);
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return utf8.decode(bytes);
  }
}

/**
 * The encoding that XML itself says it has: by its byte order mark, else by its declaration.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7303#section-3
 */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  const encoding = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(start)?.[1];
  // A declaration that can be read byte by byte is not in UTF-16.
  return encoding === undefined || /^utf-?16/i.test(encoding) ? undefined : encoding;
}

function decodeUtf8Strictly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
