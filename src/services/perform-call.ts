import ky from 'ky';
import { memberOf } from '../document/json.ts';
import type { RequestRecord } from '../expressions/scope.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { HttpRequest, Operation } from '../openapi/operation.ts';
import type { CallErrorKind, StepCall, StepExchange } from '../plan/step-call.ts';
import { authorizeRequest } from './authorize-request.ts';
import { createDeadline } from './deadline.ts';
import { describeNetworkFailure } from './network-failure.ts';
import { BodyTooLarge, readResponse } from './read-response.ts';
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS, type ServiceOptions } from './service-options.ts';

/** What became of a call. A response of any status is a response; `message` holds no secret. */
export type CallResult =
  | { readonly kind: 'response'; readonly exchange: StepExchange }
  | { readonly kind: CallErrorKind | 'aborted'; readonly message: string };

/**
 * Sends the request of a step, once, and reads the response to its end. Redirects are not followed (in a browser,
 * which does not show them, they are). Only a token that was fetched and is refused with 401 is fetched anew, and the
 * request sent with that one. Never rejects.
 *
 * - `request`: none could be made, nothing was sent · `network`: no response came · `timeout`: not within the time ·
 *   `interrupted`: a call that must go out at most once lost its connection, and may have arrived · `aborted`.
 * - The exchange's request holds what the step asked for, and nothing of what the credentials provider added.
 */
export async function performCall(
  operation: Operation,
  call: StepCall,
  options: ServiceOptions,
  signal?: AbortSignal,
): Promise<CallResult> {
  if (call.problem !== undefined) return { kind: 'request', message: call.problem };
  const server = memberOf(options.servers ?? {}, operation.source);
  const serverVariables = memberOf(options.serverVariables ?? {}, operation.source);
  const deadline = createDeadline(call.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS, signal);
  let sending: HttpRequest | undefined;
  try {
    const built = buildRequest(operation, call, {
      ...(server === undefined ? {} : { server }),
      ...(serverVariables === undefined ? {} : { serverVariables }),
    });
    if ('problem' in built) return { kind: 'request', message: built.problem };
    const request = withKey(built.value, call, options);
    let response: Response | undefined;
    for (const isLast of [false, true]) {
      const authorized = await deadline.race(
        authorizeRequest(operation, call, request, options, deadline.signal),
      );
      if ('problem' in authorized) return { kind: authorized.kind, message: authorized.problem };
      const outgoing = prepare(authorized.value, options);
      if (outgoing === undefined) {
        return {
          kind: 'request',
          message: 'The request, or a credential for it, holds what HTTP cannot carry.',
        };
      }
      sending = authorized.value;
      response = await deadline.race(send(sending, outgoing, deadline.signal, options));
      // The token was refused before its time: with a new one the request goes out once more.
      if (isLast || response.status !== 401 || authorized.forgetTokens === undefined) break;
      authorized.forgetTokens();
      void response.body?.cancel().catch(() => undefined);
      sending = undefined;
    }
    if (response === undefined) return { kind: 'internal', message: 'The request could not be prepared.' };
    const record = await deadline.race(readResponse(response, options.maxResponseBytes ?? DEFAULT_MAX_BYTES));
    return { kind: 'response', exchange: { request: recordOf(request), response: record } };
  } catch (error) {
    const ended = deadline.ended();
    if (ended === 'aborted') return { kind: 'aborted', message: 'The call was aborted.' };
    if (ended === 'timeout')
      return { kind: 'timeout', message: `No response within ${deadline.timeoutMs} ms.` };
    if (sending === undefined) return { kind: 'internal', message: 'The request could not be prepared.' };
    if (error instanceof BodyTooLarge) return { kind: 'network', message: error.message };
    const failure = describeNetworkFailure(error, sending.url);
    if (failure.timedOut === true) return { kind: 'timeout', message: failure.message };
    const kind = call.atMostOnce === true && !failure.neverSent ? 'interrupted' : 'network';
    return { kind, message: failure.message };
  } finally {
    deadline.clear();
  }
}

async function send(
  { url }: HttpRequest,
  outgoing: RequestInit,
  signal: AbortSignal,
  options: ServiceOptions,
): Promise<Response> {
  return ky(url, {
    ...outgoing,
    retry: 0,
    throwHttpErrors: false,
    // The deadline covers the body too, which ky's own timeout does not.
    timeout: false,
    redirect: followsRedirects() ? 'follow' : 'manual',
    signal,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
}

function withKey(request: HttpRequest, call: StepCall, options: ServiceOptions): HttpRequest {
  const { idempotencyHeader } = options;
  if (call.key === undefined || idempotencyHeader === undefined || idempotencyHeader === false)
    return request;
  const name = idempotencyHeader === true ? 'idempotency-key' : idempotencyHeader.toLowerCase();
  return { ...request, headers: { [name]: call.key, ...request.headers } };
}

/** What fetch is given; `undefined` where it refuses that, for a reason which may quote a secret. */
function prepare(request: HttpRequest, options: ServiceOptions): RequestInit | undefined {
  try {
    const headers = new Headers(options.headers ?? {});
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, value);
    const body = request.body === undefined ? {} : { body: request.body as BodyInit };
    const init = { method: request.method, headers, ...body };
    // The constructor checks what sending would: the method, the URL and the body's fitness for the method.
    void new Request(request.url, init);
    return init;
  } catch {
    return undefined;
  }
}

function recordOf({ url, method, headers, query, path, payload }: HttpRequest): RequestRecord {
  return { url, method, headers, query, path, ...(payload === undefined ? {} : { body: payload }) };
}

/** A browser hides what a redirect says, so that following it is all that can be done there. */
function followsRedirects(): boolean {
  const agent = typeof navigator === 'object' ? navigator.userAgent : undefined;
  return typeof agent === 'string' && agent.startsWith('Mozilla/') && typeof process === 'undefined';
}
