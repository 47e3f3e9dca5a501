import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { isBytes } from './encoded-bytes.ts';
import { styledParameter, type Encodings } from './form-body.ts';
import { headerProblem } from './header-field.ts';
import { isJsonMediaType, mediaTypeOf } from './media-type.ts';
import type { PropertyEncoding } from './operation.ts';
import { serializeQueryParameter } from './parameter-style.ts';
import { serializeContent } from './serialize-content.ts';

/** A multipart body, and its media type with the boundary. */
export type Multipart =
  { readonly value: Uint8Array; readonly contentType: string } | { readonly problem: string };

interface Part {
  readonly head: string;
  readonly content: Uint8Array;
}

/**
 * Writes a payload as a multipart media type. Of an object each member becomes a part of its name: bytes with a
 * filename, arrays one part for each item, objects as JSON, everything else as text; `null` is left out. An array
 * becomes parts without names. A string that already is such a body, each part behind its `--boundary`, is sent as it
 * is, with line breaks as MIME wants them.
 *
 * The boundary is the one that `type` names when it does not occur in a part; else it is made from the content, so
 * that the same payload makes the same body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 * @see https://spec.openapis.org/oas/v3.1.1.html#encoding-multipart-media-types
 */
export function multipartBody(payload: JsonValue, type: string, encodings: Encodings): Multipart {
  if (typeof payload === 'string') return writtenBody(payload, type);
  const parts: Part[] = [];
  const add = (name: string | undefined, value: JsonValue, encoding: PropertyEncoding | undefined) => {
    const part = partOf(name, value, encoding);
    if ('problem' in part) return part;
    parts.push(part);
    return undefined;
  };
  if (Array.isArray(payload) && mediaTypeOf(type) !== 'multipart/form-data') {
    for (const item of payload) {
      const failed = add(undefined, item as JsonValue, undefined);
      if (failed !== undefined) return failed;
    }
  } else if (isJsonObject(payload) && !isBytes(payload)) {
    for (const [name, written] of Object.entries(payload)) {
      const encoding = memberOf(encodings, name);
      for (const [partName, value] of itemsOf(name, written, encoding)) {
        const failed = add(partName, value, encoding);
        if (failed !== undefined) return failed;
      }
    }
  } else {
    return { problem: `A request body of type "${type}" must be an object whose members are its parts.` };
  }
  const named = boundaryOf(type);
  const boundary =
    named !== undefined && !parts.some((part) => holds(part, named)) ? named : freeBoundary(parts);
  const pieces = parts.flatMap(({ head, content }) => [
    bytes(`--${boundary}\r\n${head}\r\n`),
    content,
    bytes('\r\n'),
  ]);
  return {
    value: joined([...pieces, bytes(`--${boundary}--\r\n`)]),
    contentType: withBoundary(type, boundary),
  };
}

/** The parts that a member makes. */
function itemsOf(
  name: string,
  value: JsonValue,
  encoding: PropertyEncoding | undefined,
): readonly (readonly [string, JsonValue])[] {
  if (value === null) return [];
  const styled = styledParameter(name, encoding);
  if (styled !== undefined && !isBytes(value)) {
    // Nothing is percent-encoded in a part.
    return serializeQueryParameter({ ...styled, allowReserved: false }, value).map((pair) => {
      const [key = '', text = ''] = pair.split('=');
      return [decodeURIComponent(key), decodeURIComponent(text)] as const;
    });
  }
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null).map((item) => [name, item] as const);
}

function partOf(
  name: string | undefined,
  value: JsonValue,
  encoding: PropertyEncoding | undefined,
): Part | { readonly problem: string } {
  const what = name === undefined ? 'A part of the request body' : `The part "${name}" of the request body`;
  const contentType = partType(value, encoding);
  const content = serializeContent(value, contentType ?? 'text/plain', {}, what);
  if ('problem' in content) return content;
  const filename = isBytes(value) ? (value.filename ?? name) : isFileType(contentType) ? name : undefined;
  const headers: Record<string, string> = {};
  if (name !== undefined) {
    const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
    headers['Content-Disposition'] = `form-data; name="${quoted(name)}"${file}`;
  } else if (filename !== undefined) {
    headers['Content-Disposition'] = `attachment; filename="${quoted(filename)}"`;
  }
  if (contentType !== undefined) headers['Content-Type'] = contentType;
  const fixed = Object.entries(encoding?.headers ?? {});
  for (const [header, text] of [...fixed, ['Content-Type', contentType ?? ''] as const]) {
    const problem = headerProblem(header, text);
    if (problem !== undefined) return { problem };
  }
  const lines = [...Object.entries(headers), ...fixed].map(([header, text]) => `${header}: ${text}\r\n`);
  return {
    head: lines.join(''),
    content: typeof content.value === 'string' ? bytes(content.value) : content.value,
  };
}

/** The media type of a part; none for plain text, which is what a part is without one. */
function partType(value: JsonValue, encoding: PropertyEncoding | undefined): string | undefined {
  const allowed = (encoding?.contentType ?? '').split(',').map((type) => type.trim());
  if (isBytes(value)) {
    const own = value.contentType;
    return allowed.includes('') || allowed.some((range) => fits(own, range)) || !isConcrete(allowed[0])
      ? own
      : allowed[0];
  }
  const declared = allowed.find(isConcrete);
  if (declared !== undefined) return declared;
  return typeof value === 'object' ? 'application/json' : undefined;
}

function isConcrete(type: string | undefined): type is string {
  return type !== undefined && type !== '' && !type.includes('*');
}

function fits(type: string, range: string): boolean {
  const [wanted, given] = [mediaTypeOf(range), mediaTypeOf(type)];
  // An octet stream is bytes of any kind.
  if (wanted === '*/*' || wanted === 'application/octet-stream' || wanted === given) return true;
  return wanted.endsWith('/*') && given.startsWith(wanted.slice(0, -1));
}

/** Whether a part of this type is a file to servers, which they tell by its filename. */
function isFileType(type: string | undefined): boolean {
  return type !== undefined && !isJsonMediaType(type) && !mediaTypeOf(type).startsWith('text/');
}

/** A name within a Content-Disposition, as browsers write it. */
function quoted(name: string): string {
  return name
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll('"', '%22')
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

const BOUNDARY = /;\s*boundary\s*=\s*(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i;

function boundaryOf(type: string): string | undefined {
  const match = BOUNDARY.exec(type);
  const boundary = match?.[1] ?? match?.[2];
  return boundary !== undefined && /^[0-9A-Za-z'()+_,\-./:=? ]*[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary)
    ? boundary
    : undefined;
}

function withBoundary(type: string, boundary: string): string {
  const value = /^[0-9A-Za-z'+_\-.]+$/.test(boundary) ? boundary : `"${boundary}"`;
  return `${type.replace(BOUNDARY, '').trim()}; boundary=${value}`;
}

function writtenBody(payload: string, type: string): Multipart {
  const text = payload.includes('\r\n') ? payload : payload.replaceAll('\n', '\r\n');
  const first = /(?:^|\r\n)--([^\r\n]{1,70}?)[ \t]*\r\n/.exec(text)?.[1];
  const boundary = boundaryOf(type) ?? first;
  if (boundary === undefined || first !== boundary) {
    return {
      problem: `A request body of type "${type}" must be an object whose members are its parts, or a text in which each part begins with "--" and the boundary.`,
    };
  }
  return { value: bytes(text), contentType: withBoundary(type, boundary) };
}

/** A boundary that no part holds: the hash of them all, counted up until it is free. */
function freeBoundary(parts: readonly Part[]): string {
  let hash = 0x811c9dc5;
  for (const { head, content } of parts) {
    for (const source of [bytes(head), content]) {
      for (const byte of source) hash = Math.imul(hash ^ byte, 0x01000193);
    }
  }
  for (let count = 0; ; count += 1) {
    const boundary = `part-${(hash >>> 0).toString(16).padStart(8, '0')}-${count}`;
    if (!parts.some((part) => holds(part, boundary))) return boundary;
  }
}

function holds({ head, content }: Part, boundary: string): boolean {
  if (head.includes(boundary)) return true;
  const wanted = bytes(`--${boundary}`);
  const [first = 0] = wanted;
  for (let at = content.indexOf(first); at !== -1; at = content.indexOf(first, at + 1)) {
    if (wanted.every((byte, offset) => content[at + offset] === byte)) return true;
  }
  return false;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    all.set(piece, offset);
    offset += piece.length;
  }
  return all;
}
