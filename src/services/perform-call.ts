import ky from 'ky';
import { memberOf } from '../document/json.ts';
import type { RequestRecord } from '../expressions/scope.ts';
import { compileRequest } from '../openapi/build-request.ts';
import type { HttpRequest, Operation } from '../openapi/operation.ts';
import type { ServerOptions } from '../openapi/server-url.ts';
import type { CallErrorKind, StepCall, StepExchange } from '../plan/step-call.ts';
import { authorizeRequest } from './authorize-request.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { describeNetworkFailure } from './network-failure.ts';
import { BodyTooLarge, readResponse } from './read-response.ts';
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS, type ServiceOptions } from './service-options.ts';

/** What became of a call. A response of any status is a response; `message` holds no secret. */
export type CallResult =
  | { readonly kind: 'response'; readonly exchange: StepExchange }
  | { readonly kind: CallErrorKind | 'aborted'; readonly message: string };

/** Sends the requests of one operation. */
export type Caller = (call: StepCall, signal?: AbortSignal) => Promise<CallResult>;

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
  return createCaller(operation, options)(call, signal);
}

/** What {@link performCall} does, for an operation that is called often: what does not depend on the call is done once. */
export function createCaller(operation: Operation, options: ServiceOptions): Caller {
  const sender: Sender = { operation, options, build: undefined };
  return async (call, signal) => {
    if (call.problem !== undefined) return { kind: 'request', message: call.problem };
    const deadline = createDeadline(
      call.timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      signal,
      options.timers,
    );
    const attempt: Attempt = { call, deadline, sending: undefined };
    try {
      return await deadline.race(perform(sender, attempt));
    } catch (error) {
      return lost(attempt, error);
    } finally {
      deadline.clear();
    }
  };
}

interface Sender {
  readonly operation: Operation;
  readonly options: ServiceOptions;
  /** Made by the first call, which can tell a description that it cannot be made of. */
  build: ReturnType<typeof compileRequest> | undefined;
}

interface Attempt {
  readonly call: StepCall;
  readonly deadline: Deadline;
  /** The request that has gone out, or may have. */
  sending: HttpRequest | undefined;
}

async function perform(sender: Sender, attempt: Attempt): Promise<CallResult> {
  const { operation, options } = sender;
  const { call, deadline } = attempt;
  sender.build ??= compileRequest(operation, serverOptions(operation, options));
  const built = sender.build(call);
  if ('problem' in built) return { kind: 'request', message: built.problem };
  const request = withKey(built.value, call, options);
  for (let isLast = false; ; isLast = true) {
    const authorized = await authorizeRequest(operation, call, request, options, deadline.signal);
    if ('problem' in authorized) return { kind: authorized.kind, message: authorized.problem };
    // Credentials that come too late are not sent.
    deadline.signal.throwIfAborted();
    const sent = send(authorized.value, deadline.signal, options);
    if (sent === undefined) {
      return {
        kind: 'request',
        message: 'The request, or a credential for it, holds what HTTP cannot carry.',
      };
    }
    attempt.sending = authorized.value;
    const response = await sent;
    // The token was refused before its time: with a new one the request goes out once more.
    if (!isLast && response.status === 401 && authorized.forgetTokens !== undefined) {
      authorized.forgetTokens();
      void response.body?.cancel().catch(() => undefined);
      attempt.sending = undefined;
      continue;
    }
    const record = await readResponse(response, options.maxResponseBytes ?? DEFAULT_MAX_BYTES);
    return { kind: 'response', exchange: { request: recordOf(request), response: record } };
  }
}

/** Why there is no response. */
function lost({ call, deadline, sending }: Attempt, error: unknown): CallResult {
  const ended = deadline.ended();
  if (ended === 'aborted') return { kind: 'aborted', message: 'The call was aborted.' };
  if (ended === 'timeout')
    return { kind: 'timeout', message: `No response within ${deadline.timeoutMs} ms.` };
  if (sending === undefined) return { kind: 'internal', message: 'The request could not be prepared.' };
  if (error instanceof BodyTooLarge) return { kind: 'network', message: error.message };
  const failure = describeNetworkFailure(error, sending.url);
  if (failure.refused === true) return { kind: 'request', message: failure.message };
  if (failure.timedOut === true) return { kind: 'timeout', message: failure.message };
  const kind = call.atMostOnce === true && !failure.neverSent ? 'interrupted' : 'network';
  return { kind, message: failure.message };
}

function serverOptions({ source }: Operation, options: ServiceOptions): ServerOptions {
  const server = memberOf(options.servers ?? {}, source);
  const serverVariables = memberOf(options.serverVariables ?? {}, source);
  return {
    ...(server === undefined ? {} : { server }),
    ...(serverVariables === undefined ? {} : { serverVariables }),
  };
}

/**
 * Sends a request. `undefined` where fetch refuses the method, the URL, a header or the body, which ky finds out
 * before it returns: why it does may quote a secret.
 */
function send(
  { url, method, headers, body }: HttpRequest,
  signal: AbortSignal,
  options: ServiceOptions,
): Promise<Response> | undefined {
  try {
    const init: RequestInit = {
      method,
      headers: options.headers === undefined ? headers : withDefaults(headers, options.headers),
      ...(body === undefined ? {} : { body: body as BodyInit }),
      redirect: followsRedirects() ? 'follow' : 'manual',
    };
    const doFetch = options.fetch ?? fetch;
    return ky(url, {
      ...init,
      retry: 0,
      throwHttpErrors: false,
      // The deadline covers the body too, which ky's own timeout does not.
      timeout: false,
      // Given the request that ky makes, fetch would copy it, send its body through a stream and follow a chain of
      // signals, all of which takes longer than the rest of the call.
      fetch: async () => doFetch(url, { ...init, signal }),
    });
  } catch {
    return undefined;
  }
}

function withDefaults(
  headers: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>>,
): Headers {
  const all = new Headers(defaults);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return all;
}

function withKey(request: HttpRequest, call: StepCall, options: ServiceOptions): HttpRequest {
  const { idempotencyHeader } = options;
  if (call.key === undefined || idempotencyHeader === undefined || idempotencyHeader === false)
    return request;
  const name = idempotencyHeader === true ? 'idempotency-key' : idempotencyHeader.toLowerCase();
  return { ...request, headers: { [name]: call.key, ...request.headers } };
}

function recordOf({ url, method, headers, query, path, payload }: HttpRequest): RequestRecord {
  return { url, method, headers, query, path, ...(payload === undefined ? {} : { body: payload }) };
}

/** A browser hides what a redirect says, so that following it is all that can be done there. */
function followsRedirects(): boolean {
  const agent = typeof navigator === 'object' ? navigator.userAgent : undefined;
  return typeof agent === 'string' && agent.startsWith('Mozilla/') && typeof process === 'undefined';
}
