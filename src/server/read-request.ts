import { isJsonObject, memberOf, type JsonObject } from '../document/json.ts';
import { isPlainJson } from '../machines/json-limits.ts';
import type { WorkflowEvent } from '../machines/context.ts';
import { Problem } from './problem.ts';

/** An event as a client sends it. */
export interface SentEvent {
  readonly event: WorkflowEvent | { readonly type: 'decline' };
  readonly eventId?: string;
  readonly revision?: number;
}

/**
 * Reads a body of JSON to its end, or to the limit.
 *
 * @throws Problem
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<JsonObject> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') throw new Problem('not-json');
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read().catch(brokenOff)) ?? { done: true, value: undefined };
    if (done || value === undefined) break;
    size += value.byteLength;
    if (size > maxBytes) {
      void reader?.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw malformed('The body is not JSON.');
  }
  if (!isJsonObject(body) || !isPlainJson(body)) throw malformed('The body is not a JSON object.');
  return body;
}

/**
 * The event that a body asks for, made of nothing but what belongs to it.
 *
 * @throws Problem
 */
export function readEvent(body: JsonObject): SentEvent {
  const id = memberOf(body, 'id');
  const revision = memberOf(body, 'revision');
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > 128))
    throw malformed('The event\'s "id" must be a text of 1 to 128 characters.');
  if (revision !== undefined && !Number.isSafeInteger(revision))
    throw malformed('The event\'s "revision" must be a whole number.');
  return {
    event: eventIn(body),
    ...(id === undefined ? {} : { eventId: id }),
    ...(revision === undefined ? {} : { revision: revision as number }),
  };
}

function eventIn(body: JsonObject): SentEvent['event'] {
  const type = memberOf(body, 'type');
  switch (type) {
    case 'submit': {
      const values = memberOf(body, 'values');
      if (!isJsonObject(values)) throw malformed('The "values" of a submit must be an object.');
      return { type, values };
    }
    case 'revise': {
      const input = memberOf(body, 'input');
      if (typeof input !== 'string') throw malformed('The "input" of a revise must be a text.');
      return { type, input };
    }
    case 'repeat':
    case 'cancel':
    case 'decline':
      return { type };
    default:
      throw malformed('The event\'s "type" must be submit, repeat, revise, decline or cancel.');
  }
}

export function malformed(detail: string): Problem {
  return new Problem('malformed', { detail });
}

/** A body that ends before its end: the client is gone, or what is between has given up. */
function brokenOff(): never {
  throw malformed('The body was broken off.');
}

function tooLarge(maxBytes: number): Problem {
  // What is left of the body is not read, so the connection cannot serve another request.
  return new Problem('body-too-large', { detail: `At most ${maxBytes} bytes.` }, { connection: 'close' });
}
