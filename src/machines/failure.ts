import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import type { MessageRecord, ResponseRecord } from '../expressions/scope.ts';
import type { CallError, CallErrorKind } from '../plan/step-call.ts';
import type { Failure } from './context.ts';
import { isJsonWithin } from './json-limits.ts';

/** A body above this many bytes of JSON is not kept in a failure. */
const MAX_BODY_BYTES = 16 * 1024;

/** A text of the API that is longer is cut. */
const MAX_TEXT_LENGTH = 1000;

/** The last moment that a date can name. */
const END_OF_TIME = 8.64e15;

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

const CALL_ERROR_KINDS: readonly string[] = [
  'network',
  'timeout',
  'request',
  'interrupted',
  'internal',
] satisfies CallErrorKind[];

const TEXTS_OF_TYPE = ['error_type', 'type', 'code', 'error'];
const TEXTS_OF_MESSAGE = ['error_message', 'detail', 'error_description', 'message', 'title'];

function firstText(body: JsonValue | undefined, names: readonly string[]): string | undefined {
  if (!isJsonObject(body)) return undefined;
  for (const name of names) {
    const text = memberOf(body, name);
    if (typeof text === 'string' && text !== '') return text.slice(0, MAX_TEXT_LENGTH);
  }
  return undefined;
}

function smallEnough(body: JsonValue | undefined): JsonValue | undefined {
  return body !== undefined && isJsonWithin(body, MAX_BODY_BYTES) ? body : undefined;
}

/**
 * What a response that was no success says about itself: the API's own type and message, as problem details
 * (RFC 9457), OAuth errors and common envelopes spell them.
 */
export function failureOfResponse(response: ResponseRecord, retryAt: number | undefined): Failure {
  const errorType = firstText(response.body, TEXTS_OF_TYPE);
  const body = smallEnough(response.body);
  return {
    kind: 'response',
    statusCode: response.statusCode,
    ...(errorType === undefined ? {} : { errorType }),
    message:
      firstText(response.body, TEXTS_OF_MESSAGE) ??
      `The API answered with the status ${response.statusCode}.`,
    ...(body === undefined ? {} : { body }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** What a message that was no success says about itself. */
export function failureOfMessage({ payload }: MessageRecord): Failure {
  const errorType = firstText(payload, TEXTS_OF_TYPE);
  const body = smallEnough(payload);
  return {
    kind: 'message',
    ...(errorType === undefined ? {} : { errorType }),
    message: firstText(payload, TEXTS_OF_MESSAGE) ?? 'A message came that is not as the step asks.',
    ...(body === undefined ? {} : { body }),
  };
}

function isCallError(error: unknown): error is CallError {
  return (
    typeof error === 'object' &&
    error !== null &&
    'kind' in error &&
    'message' in error &&
    typeof error.kind === 'string' &&
    typeof error.message === 'string' &&
    CALL_ERROR_KINDS.includes(error.kind)
  );
}

/** What an actor's rejection says. What `fetch` throws is known; anything else is `internal`, its text not repeated. */
export function failureOfError(error: unknown): Failure {
  if (isCallError(error)) return { kind: error.kind, message: error.message.slice(0, MAX_TEXT_LENGTH) };
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return { kind: 'timeout', message: 'No answer came in time.' };
  if (name === 'TypeError') return { kind: 'network', message: 'The server could not be reached.' };
  return { kind: 'internal', message: 'The actor of the step failed.' };
}

/** When the API wants to be asked again: `Retry-After` in seconds or as a date (RFC 9110), epoch milliseconds. */
export function retryAtOf(response: ResponseRecord, now: () => number): number | undefined {
  const header = memberOf(response.headers, 'retry-after')?.trim();
  if (header === undefined || header === '') return undefined;
  if (/^\d+$/.test(header)) return Math.min(now() + Number(header) * 1000, END_OF_TIME);
  const date = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date, now());
}
