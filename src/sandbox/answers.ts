import { memberOf } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import type { SandboxContext } from './context.ts';
import { apiOf, errorBody, errorCatalogue } from './errors.ts';
import type { CatalogueEntry } from './errors.ts';
import type { Fault } from './faults.ts';

/** What the API answers, and how the server is to deliver it. */
export interface SandboxResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Absent for an unknown route, the keys and a preflight. */
  readonly operationId?: string;
  /** Absent in an answer that is no error. */
  readonly errorType?: string;
  /** Milliseconds to wait before answering; 0 unless a fault asks for it. */
  readonly delayMs: number;
  /** Close the connection in place of answering (`status` is then 0); false unless a fault asks for it. */
  readonly dropConnection: boolean;
}

/** The part of a response that an operation or a refusal decides. */
export type Answer = Pick<SandboxResponse, 'status' | 'headers' | 'body' | 'errorType'>;

const jsonHeaders = { 'content-type': 'application/json' };

/** What Stytch calls an error that is known by its status only. */
const typeOfStatus: ReadonlyMap<number, string> = new Map([
  [400, 'bad_request'],
  [401, 'unauthorized_credentials'],
  [403, 'organization_suspended'],
  [404, 'route_not_found'],
  [405, 'method_not_allowed'],
  [429, 'too_many_requests'],
  [503, 'server_unavailable'],
]);

/** A success: 200, a request id, and the members of the operation. */
export function okAnswer(context: SandboxContext, members: JsonObject): Answer {
  const body = { status_code: 200, request_id: context.ids.id('request-id'), ...members };
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(body) };
}

/** A refusal: the catalogue says its status and sentence, the options and the overrides have the last word. */
export function errorAnswer(
  context: SandboxContext,
  path: string,
  errorType: string,
  overrides: Partial<CatalogueEntry> = {},
): Answer {
  const known = memberOf<CatalogueEntry>(errorCatalogue, errorType) ?? { status: 500, message: errorType };
  const entry = { ...known, ...memberOf(context.settings.errors, errorType), ...overrides };
  const body = errorBody(apiOf(path), context.ids.id('request-id'), errorType, entry);
  return { status: entry.status, headers: jsonHeaders, body: JSON.stringify(body), errorType };
}

/** The answer that a fault puts in the place of the usual one. */
export function faultAnswer(context: SandboxContext, path: string, fault: Fault): Answer {
  if (fault.dropConnection === true) return { status: 0, headers: {}, body: '' };
  const { status, body } = fault;
  if (body !== undefined) {
    const text = typeof body === 'string';
    const headers = text ? { 'content-type': 'text/plain; charset=utf-8' } : jsonHeaders;
    return { status: status ?? 200, headers, body: text ? body : JSON.stringify(body) };
  }
  const errorType = fault.errorType ?? typeOfStatus.get(status ?? 500) ?? 'internal_server_error';
  return errorAnswer(context, path, errorType, {
    ...(status === undefined ? {} : { status }),
    ...(fault.message === undefined ? {} : { message: fault.message }),
  });
}

/** Whether a fault leaves nothing of the usual answer; one that only delays does not. */
export function replacesAnswer(fault: Fault): boolean {
  const { status, errorType, body, dropConnection } = fault;
  return status !== undefined || errorType !== undefined || body !== undefined || dropConnection === true;
}

/** A `Retry-After` header, or none. */
export function retryAfterHeader(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}
