import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonValue } from '../../../src/document/json.ts';

/** What a small API does with a request. */
export type Api = (request: IncomingMessage, body: string, response: ServerResponse) => void;

/** The path of a request, and its query. */
export function targetOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://api.invalid');
}

export function answer(response: ServerResponse, statusCode: number, body?: JsonValue): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
