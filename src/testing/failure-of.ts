import type { JsonValue } from '../document/json.ts';
import type { ResponseRecord } from '../expressions/scope.ts';
import { textOf } from './raw-json.ts';
import type { Failure } from './situation.ts';

/** Gives the failure that a response is: its error as the body tells it, in the customary members. */
export function failureOfResponse(
  stepId: string,
  attempt: number,
  response: ResponseRecord,
  now: number,
): Failure {
  const { statusCode, body } = response;
  const { type, text } = errorIn(body);
  const retryAt = retryAtOf(response, now);
  return {
    kind: 'response',
    stepId,
    attempt,
    statusCode,
    ...(type === undefined ? {} : { errorType: type }),
    message: text ?? `The response has the status code ${statusCode}.`,
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}

/** Gives the failure that a message is. */
export function failureOfMessage(stepId: string, attempt: number, payload: JsonValue | undefined): Failure {
  const { type, text } = errorIn(payload);
  return {
    kind: 'message',
    stepId,
    attempt,
    ...(type === undefined ? {} : { errorType: type }),
    message: text ?? 'The message is not as the step asks.',
  };
}

/** When a response says that the request may be sent again, in epoch milliseconds: its `Retry-After`. */
export function retryAtOf(response: ResponseRecord | undefined, now: number): number | undefined {
  const text = response?.headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(now + Number(text) * 1000, LAST_DATE);
  const date = /^(?:Sun|Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?)(?:day)?,? /.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date, now);
}

/** Longer texts are cut, and there is no later date than this. */
const MOST_CHARACTERS = 1000;
const LAST_DATE = 8.64e15;

function errorIn(body: JsonValue | undefined): { type: string | undefined; text: string | undefined } {
  const oneOf = (...names: readonly string[]): string | undefined =>
    names
      .map((name) => textOf(body, name))
      .find((text) => text !== undefined && text !== '')
      ?.slice(0, MOST_CHARACTERS);
  return {
    type: oneOf('error_type', 'type', 'code', 'error'),
    text: oneOf('error_message', 'detail', 'error_description', 'message', 'title'),
  };
}
