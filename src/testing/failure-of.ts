import type { JsonValue } from '../document/json.ts';
import type { ResponseRecord } from '../expressions/scope.ts';
import { textOf } from './raw-json.ts';
import type { Failure } from './situation.ts';

/** Gives the failure that a response is: its error as the body tells it, in one of three customary forms. */
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
  if (/^\d+$/.test(text)) return now + Number(text) * 1000;
  const date = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(date, now);
}

function errorIn(body: JsonValue | undefined): { type: string | undefined; text: string | undefined } {
  const [type, message] = [textOf(body, 'error_type'), textOf(body, 'error_message')];
  if (type !== undefined || message !== undefined) return { type, text: message };
  const [kind, title, detail] = [textOf(body, 'type'), textOf(body, 'title'), textOf(body, 'detail')];
  if (title !== undefined || detail !== undefined || kind !== undefined)
    return { type: kind, text: detail ?? title };
  return { type: textOf(body, 'error'), text: textOf(body, 'error_description') };
}
