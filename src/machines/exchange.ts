import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import type { MessageRecord, RequestRecord, ResponseRecord } from '../expressions/scope.ts';
import { isLazyResponse } from '../plan/lazy-response.ts';
import { isPlainJson } from './json-limits.ts';

/** What an actor resolved with, in the form that expressions are evaluated against. */
export interface ReadExchange {
  readonly response: ResponseRecord;
  readonly request?: RequestRecord;
}

/**
 * Reads what the actor of a step resolved with. An actor of someone's own may give just
 * `{ statusCode, headers?, body? }`, and may give anything: what is no exchange, or not JSON, is `undefined`.
 */
export function readExchange(output: unknown): ReadExchange | undefined {
  if (!isJsonObject(output)) return undefined;
  const response = isJsonObject(output['response']) ? output['response'] : output;
  const request = requestOf(output['request']);
  const requested = request === undefined ? {} : { request };
  if (isLazyResponse(response)) return { response, ...requested };
  const { statusCode, body } = response;
  if (!Number.isInteger(statusCode) || (body !== undefined && !isPlainJson(body))) return undefined;
  const read: ResponseRecord = {
    statusCode: statusCode as number,
    headers: headersOf(response['headers']),
    ...(body === undefined ? {} : { body }),
  };
  return { response: read, ...requested };
}

/**
 * Reads what the actor of a step that uses a channel resolved with: `{ message }`, or just `{ headers?, payload? }`.
 * What is no message, or not JSON, is `undefined`.
 */
export function readMessage(output: unknown): MessageRecord | undefined {
  if (!isJsonObject(output)) return undefined;
  const message = isJsonObject(output['message']) ? output['message'] : output;
  if (!('headers' in message) && !('payload' in message)) return undefined;
  const { payload } = message;
  if (payload !== undefined && !isPlainJson(payload)) return undefined;
  return { headers: headersOf(message['headers']), ...(payload === undefined ? {} : { payload }) };
}

function requestOf(request: JsonValue | undefined): RequestRecord | undefined {
  if (!isJsonObject(request) || !isPlainJson(request)) return undefined;
  const { url, method, headers, query, path, body } = request;
  return {
    url: typeof url === 'string' ? url : '',
    method: typeof method === 'string' ? method : '',
    headers: headersOf(headers),
    query: valuesOf(query),
    path: valuesOf(path),
    ...(body === undefined ? {} : { body }),
  };
}

/** Headers by their names in lower case; what is no scalar is none. */
function headersOf(headers: JsonValue | undefined): Readonly<Record<string, string>> {
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(valuesOf(headers))) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      setMember(read, name.toLowerCase(), String(value));
  }
  return read;
}

function valuesOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
