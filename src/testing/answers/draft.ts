import { isJsonObject, memberOf, setMember, type JsonValue } from '../../document/json.ts';
import { childOf, formatPointer, resolvePointer } from '../../document/json-pointer.ts';
import { expressionsIn } from '../../expressions/references.ts';
import type { MessageSource } from '../../expressions/runtime-expression.ts';
import type { ResponseRecord } from '../../expressions/scope.ts';
import type { ResponseHappening } from './answer.ts';
import type { Shape } from './shape.ts';
import type { PlacedCriterion } from './step-criteria.ts';

/** A response that is being constructed. It is never changed: each step makes another one. */
export interface Draft {
  readonly statusCode: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The media type of the body. */
  readonly mediaType?: string;
  readonly body?: JsonValue;
  /** What bodies of this status and media type look like. */
  readonly shape: Shape;
  /** What was set, by place: `error_type` → `is "wrong"`. */
  readonly notes: Readonly<Record<string, string>>;
  /** How many members were set that the schema of the body does not speak of. */
  readonly strays: number;
}

/** A value, or `undefined` for none. */
export type Value = JsonValue | undefined;

/** A draft as expressions see it. */
export function responseOf({ statusCode, headers, mediaType, body }: Draft): ResponseRecord {
  return {
    statusCode,
    headers:
      body === undefined || mediaType === undefined ? headers : { 'content-type': mediaType, ...headers },
    ...(body === undefined ? {} : { body }),
  };
}

/** A draft as it happens. */
export function happeningOf(draft: Draft): ResponseHappening {
  return { type: 'response', ...responseOf(draft) };
}

/** Sets a header, or takes it away. */
export function withHeader(draft: Draft, name: string, value: string | undefined): Draft {
  const headers = Object.fromEntries(
    Object.entries(draft.headers).filter(([header]) => header !== name.toLowerCase()),
  );
  if (value !== undefined) setMember(headers, name.toLowerCase(), value);
  return { ...draft, headers, notes: noted(draft, name, value) };
}

/** Whether a response of this status may have a body. */
export function mayHaveBody(statusCode: number): boolean {
  return statusCode !== 204 && statusCode !== 205 && statusCode !== 304;
}

/** Sets the whole body, or takes it away. */
export function withBody(draft: Draft, body: Value): Draft {
  return changed(draft, body, noted(draft, 'body', body));
}

/** Sets a part of the body, or takes it away; what is missing on the way there is made. */
export function withPart(draft: Draft, tokens: readonly string[], value: Value): Draft {
  if (tokens.length === 0) return withBody(draft, value);
  const { shape } = draft;
  const isStray = value !== undefined && shape.schema !== undefined && shape.schemaAt(tokens) === undefined;
  const notes = noted(draft, formatPointer(tokens).slice(1), value);
  const made = changed(draft, put(draft.body, tokens, value, shape), notes);
  return isStray ? { ...made, strays: made.strays + 1 } : made;
}

function changed(draft: Draft, body: Value, notes: Draft['notes']): Draft {
  const { body: _body, ...rest } = draft;
  return { ...rest, ...(body === undefined ? {} : { body }), notes };
}

function noted(draft: Draft, place: string, value: Value): Draft['notes'] {
  return { ...draft.notes, [place]: value === undefined ? 'is absent' : `is ${shortly(value)}` };
}

function shortly(value: JsonValue): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`;
  if (isJsonObject(value)) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)}…"` : text;
}

/** Indexes beyond this are not reached: a list would be made that long. */
const MAX_INDEX = 200;

/** A value with a part of it set or taken away, in the way in which {@link withPart} does it. */
export function put(
  value: Value,
  tokens: readonly string[],
  leaf: Value,
  shape: Pick<Shape, 'sampleAt'>,
  at: readonly string[] = [],
): Value {
  const [token, ...rest] = tokens;
  if (token === undefined) return leaf;
  const here = [...at, token];
  const isIndex = /^(?:0|[1-9]\d{0,3})$/.test(token);
  if (!Array.isArray(value) && !isJsonObject(value)) {
    if (leaf === undefined) return value;
    const sample = shape.sampleAt(at);
    const fits = Array.isArray(sample) ? isIndex : isJsonObject(sample);
    return put(fits ? sample : isIndex ? [] : {}, tokens, leaf, shape, at);
  }
  const child = put(childOf(value, token), rest, leaf, shape, here);
  if (Array.isArray(value)) {
    const items = [...(value as readonly JsonValue[])];
    const index = Number(token);
    if (!isIndex || index > MAX_INDEX) return value;
    if (child === undefined) return items.slice(0, index);
    while (items.length < index) items.push(shape.sampleAt([...at, String(items.length)]) ?? null);
    items[index] = child;
    return items;
  }
  const members: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    if (name !== token) setMember(members, name, member);
    else if (child !== undefined) setMember(members, name, child);
  }
  if (child !== undefined && memberOf(members, token) === undefined) setMember(members, token, child);
  return members;
}

/** How many values a label tells. */
const TOLD = 2;

/** A text for a draft's answer: its status, what criteria look at in it, and what was set. */
export function labelOf(draft: Draft, criteria: readonly PlacedCriterion[]): string {
  const told = new Map<string, string>();
  for (const expression of criteria.flatMap(({ criterion }) => expressionsIn(criterion))) {
    const value = expression.kind === 'response' ? partOf(draft, expression.source) : undefined;
    if (value === undefined || expression.kind !== 'response' || typeof value === 'object') continue;
    const { source } = expression;
    const place =
      source.from === 'body' ? formatPointer(source.pointer).slice(1) : 'name' in source ? source.name : '';
    if (place !== '' && told.size < TOLD) told.set(place, `is ${shortly(value)}`);
  }
  for (const [place, note] of Object.entries(draft.notes)) told.set(place, note);
  const words = [...told].map(([place, note]) => `${place} ${note}`);
  return [String(draft.statusCode), ...(words.length === 0 ? [] : [words.join(', ')])].join(' ');
}

function partOf({ headers, body }: Draft, source: MessageSource): Value {
  if (source.from === 'header') return memberOf(headers, source.name.toLowerCase());
  return source.from === 'body' ? resolvePointer(body, source.pointer) : undefined;
}
