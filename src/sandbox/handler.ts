import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { errorAnswer, faultAnswer, okAnswer, replacesAnswer, retryAfterHeader } from './answers.ts';
import type { Answer, SandboxResponse } from './answers.ts';
import type { SandboxContext } from './context.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { refuse, SandboxRefusal } from './errors.ts';
import { takeFault } from './faults.ts';
import type { Fault } from './faults.ts';
import type { PreparedRequest, SandboxOperation } from './operation.ts';
import { countSend } from './rate-limits.ts';
import { findRoute } from './routes.ts';
import { readFields } from './validation.ts';

/** A request to the API. */
export interface SandboxRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

type Delivery = Partial<Pick<SandboxResponse, 'delayMs' | 'dropConnection'>>;

/** Answers one request: route, credentials, JSON, members, faults, send limits, then the operation itself. */
export function answerRequest(
  context: SandboxContext,
  faults: Fault[],
  request: SandboxRequest,
): SandboxResponse {
  const headers = request.headers ?? {};
  const shared = corsHeaders(context.settings.cors, memberOf(headers, 'origin'));
  const answer = answerRoute(context, faults, request, 'access-control-allow-origin' in shared);
  return { delayMs: 0, dropConnection: false, ...answer, headers: { ...answer.headers, ...shared } };
}

function answerRoute(
  context: SandboxContext,
  faults: Fault[],
  request: SandboxRequest,
  originAllowed: boolean,
): Answer & Delivery & Pick<SandboxResponse, 'operationId'> {
  const { method, path, headers = {} } = request;
  if (
    method === 'OPTIONS' &&
    originAllowed &&
    memberOf(headers, 'access-control-request-method') !== undefined
  ) {
    return { status: 204, headers: preflightHeaders, body: '' };
  }
  const route = findRoute(method, path);
  switch (route.kind) {
    case 'unknown':
      return errorAnswer(context, path, 'route_not_found');
    case 'otherMethod': {
      const answer = errorAnswer(context, path, 'method_not_allowed');
      return { ...answer, headers: { ...answer.headers, allow: route.allow } };
    }
    case 'keys':
      return route.projectId === context.settings.projectId
        ? okAnswer(context, { keys: [context.signer.jwk()] })
        : errorAnswer(context, path, 'project_not_found');
    case 'operation': {
      const { operation } = route;
      return { ...answerOperation(context, faults, operation, request), operationId: operation.operationId };
    }
  }
}

function answerOperation(
  context: SandboxContext,
  faults: Fault[],
  operation: SandboxOperation,
  request: SandboxRequest,
): Answer & Delivery {
  const prepared = attempt(context, request.path, () => prepare(context, operation, request));
  if ('refused' in prepared) return prepared.refused;
  const { destination, perform } = prepared.value;
  const fault = takeFault(faults, operation.operationId);
  const performNow = (): Answer => {
    const performed = attempt(context, request.path, () => {
      if (destination !== undefined) countSend(context, operation.operationId, destination);
      return perform();
    });
    return 'refused' in performed ? performed.refused : okAnswer(context, performed.value);
  };
  if (fault === undefined) return performNow();
  const performed = fault.afterEffect === true || !replacesAnswer(fault) ? performNow() : undefined;
  const answer =
    performed === undefined || replacesAnswer(fault) ? faultAnswer(context, request.path, fault) : performed;
  return {
    ...answer,
    headers: { ...answer.headers, ...retryAfterHeader(fault.retryAfterSeconds) },
    delayMs: fault.delayMs ?? 0,
    dropConnection: fault.dropConnection ?? false,
  };
}

function prepare(
  context: SandboxContext,
  operation: SandboxOperation,
  request: SandboxRequest,
): PreparedRequest {
  checkCredentials(context, memberOf(request.headers ?? {}, 'authorization'));
  const source = operation.method === 'GET' ? (request.query ?? {}) : parseBody(request.body ?? '');
  return operation.prepare(context, readFields(source, context.settings.guesses.missingField));
}

function checkCredentials({ settings }: SandboxContext, authorization: string | undefined): void {
  const [scheme = '', value = ''] = (authorization ?? '').split(' ');
  const given = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : '';
  if (given !== `${settings.projectId}:${settings.secret}`) refuse('unauthorized_credentials');
}

function parseBody(body: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse('bad_request');
  }
  return isJsonObject(value) ? value : refuse('bad_request');
}

function attempt<Value>(
  context: SandboxContext,
  path: string,
  work: () => Value,
): { readonly value: Value } | { readonly refused: Answer } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error;
    const refused = errorAnswer(context, path, error.errorType);
    return {
      refused: { ...refused, headers: { ...refused.headers, ...retryAfterHeader(error.retryAfterSeconds) } },
    };
  }
}
