import ky from 'ky';
import { assign, createActor, emit, enqueueActions, fromPromise, setup, toPromise } from 'xstate';
import { provideServices, type ServicesOptions } from '../../src/index.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';

export const PHONE_NUMBER = '+14155550134';
const CODE = '123456';
export const SEND_PATH = '/v1/otps/sms/login_or_create';
export const AUTHENTICATE_PATH = '/v1/otps/authenticate';

const REQUEST_ID = 'request-id-test-00000000-0000-4000-8000-000000000000';
const USER_ID = 'user-test-00000000-0000-4000-8000-000000000000';

/** What the API answers, by path. */
export const ANSWERS: Readonly<Record<string, string>> = {
  [SEND_PATH]: JSON.stringify({
    status_code: 200,
    request_id: REQUEST_ID,
    user_id: USER_ID,
    phone_id: 'phone-number-test-00000000-0000-4000-8000-000000000000',
    user_created: false,
  }),
  [AUTHENTICATE_PATH]: JSON.stringify({
    status_code: 200,
    request_id: REQUEST_ID,
    user_id: USER_ID,
    method_id: 'phone-number-test-00000000-0000-4000-8000-000000000000',
    session_token: 'WJtR5BCy38Szd5AfoDpf0iqFKEt4EE5JhjlWUY7l3FtY',
    session_jwt: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl',
    session: { session_id: 'session-test-00000000', authentication_factors: [{ type: 'otp' }] },
    user: { user_id: USER_ID, emails: [], phone_numbers: [{ phone_number: PHONE_NUMBER, verified: true }] },
  }),
};

/** A `fetch` that answers at once, without a network. */
export const instantFetch: typeof fetch = (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : String(input));
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return Promise.resolve(new Response(ANSWERS[pathname] ?? '{}', { status: 200, headers }));
};

/** Where requests go, and by which `fetch`. */
export interface Target {
  readonly url: string;
  readonly fetch?: typeof fetch;
}

const CREDENTIAL = { username: 'project-test-0', password: 'secret-test-0' };
const AUTHORIZATION = `Basic ${btoa(`${CREDENTIAL.username}:${CREDENTIAL.password}`)}`;

function checked(token: unknown): string {
  if (typeof token !== 'string' || token === '') throw new Error('no session');
  return token;
}

/** The ready-made machine of this package, all inputs given. */
export function compiledLogin({ url, fetch }: Target): () => Promise<string> {
  const options: ServicesOptions = {
    servers: { stytchConsumerApi: url },
    credentials: () => CREDENTIAL,
    ...(fetch === undefined ? {} : { fetch }),
  };
  const machine = provideServices(smsOtpLogin, options);
  return async () => {
    const actor = createActor(machine, { input: { inputs: { phone_number: PHONE_NUMBER, code: CODE } } });
    const ended = toPromise(actor);
    actor.start();
    const output = await ended;
    return checked(output.status === 'done' ? output.outputs.sessionToken : undefined);
  };
}

interface ApiAnswer {
  readonly statusCode: number;
  readonly body: {
    readonly phone_id?: string;
    readonly user_id?: string;
    readonly session_token?: string;
    readonly error_type?: string;
  };
}

type Call = (path: string, json: object, signal: AbortSignal) => Promise<ApiAnswer>;

/** One request with what a careful person gives ky: a time limit, a way to abort it, no retries behind one's back. */
function createCall({ url, fetch }: Target): Call {
  return async (path, json, signal) => {
    const response = await ky.post(url + path, {
      json,
      headers: { authorization: AUTHORIZATION },
      retry: 0,
      throwHttpErrors: false,
      timeout: 30_000,
      redirect: 'manual',
      signal,
      ...(fetch === undefined ? {} : { fetch }),
    });
    return { statusCode: response.status, body: await response.json() };
  };
}

/** The two calls, one after the other, as one would write them with ky: no states, no retries, nobody to ask again. */
export function plainLogin(target: Target): () => Promise<string> {
  const call = createCall(target);
  return async () => {
    const { signal } = new AbortController();
    const sent = await call(SEND_PATH, { phone_number: PHONE_NUMBER }, signal);
    if (sent.statusCode !== 200) throw new Error('not sent');
    const json = { method_id: sent.body.phone_id, code: CODE, session_duration_minutes: 60 };
    const { body } = await call(AUTHENTICATE_PATH, json, signal);
    return checked(body.session_token);
  };
}

interface HandWrittenContext {
  readonly phoneNumber?: string | undefined;
  readonly code?: string | undefined;
  readonly phoneId?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly failure?: { readonly statusCode?: number; readonly errorType?: string | undefined } | undefined;
  readonly rejected?: 'phoneNumber' | 'code' | undefined;
  readonly retries: number;
}

interface Answered {
  readonly output: ApiAnswer;
}

const isPhoneNumber = (text: string | undefined): boolean =>
  text !== undefined && /^\+[1-9][0-9]{1,14}$/.test(text);
const isCode = (text: string | undefined): boolean => text !== undefined && /^[0-9]{6}$/.test(text);

/**
 * The login as somebody would write it by hand: the states, the edges and the events of the compiled machine, for this
 * one workflow. What belongs to any workflow is missing: idempotency keys, visits, secrets taken out, a limit of steps,
 * cooldowns, Retry-After.
 */
export function handWrittenLogin(target: Target): () => Promise<string> {
  const call = createCall(target);
  const answerOf = (event: unknown): ApiAnswer => (event as Answered).output;
  const machine = setup({
    types: {
      context: {} as HandWrittenContext,
      input: {} as { phoneNumber?: string; code?: string },
      events: {} as
        | { type: 'submit'; phoneNumber?: string; code?: string }
        | { type: 'repeat' }
        | { type: 'revise' }
        | { type: 'cancel' },
      emitted: {} as
        | { type: 'started' | 'succeeded' | 'retrying'; step: string }
        | { type: 'failed'; step: string; errorType: string | undefined }
        | { type: 'required'; input: string },
      output: {} as { status: string; sessionToken: string | undefined },
    },
    actors: {
      send: fromPromise(({ input, signal }: { input: HandWrittenContext; signal: AbortSignal }) =>
        call(SEND_PATH, { phone_number: input.phoneNumber }, signal),
      ),
      authenticate: fromPromise(({ input, signal }: { input: HandWrittenContext; signal: AbortSignal }) =>
        call(
          AUTHENTICATE_PATH,
          { method_id: input.phoneId, code: input.code, session_duration_minutes: 60 },
          signal,
        ),
      ),
    },
    guards: {
      hasPhoneNumber: ({ context }) => context.phoneNumber !== undefined,
      hasCode: ({ context }) => context.code !== undefined,
      goodPhoneNumber: ({ event }) => event.type === 'submit' && isPhoneNumber(event.phoneNumber),
      goodCode: ({ event }) => event.type === 'submit' && isCode(event.code),
      refused: ({ context }) => context.rejected !== undefined && context.failure !== undefined,
      ok: ({ event }) => answerOf(event).statusCode === 200,
      hasSession: ({ event }) =>
        answerOf(event).statusCode === 200 && Boolean(answerOf(event).body.session_token),
      failedWith: ({ event }, { types }: { types: readonly string[] }) =>
        types.includes(answerOf(event).body.error_type ?? ''),
      mayRetry: ({ context, event }) => {
        const { statusCode, body } = answerOf(event);
        return context.retries < 3 && (statusCode === 503 || body.error_type === 'too_many_requests');
      },
      retriesLeft: ({ context }) => context.retries < 3,
    },
    actions: {
      keepFailure: assign(({ event }) => ({
        failure: { statusCode: answerOf(event).statusCode, errorType: answerOf(event).body.error_type },
        retries: 0,
      })),
      countRetry: assign(({ context }) => ({ retries: context.retries + 1 })),
      forgetPhoneNumber: assign({ phoneNumber: undefined }),
      forgetCode: assign({ code: undefined }),
      keepPhoneId: assign(({ event }) => ({
        phoneId: answerOf(event).body.phone_id,
        failure: undefined,
        retries: 0,
      })),
      keepSession: assign(({ event }) => ({
        sessionToken: answerOf(event).body.session_token,
        failure: undefined,
        retries: 0,
      })),
      tell: emit((_args, params: { type: 'started' | 'succeeded' | 'retrying'; step: string }) => params),
      tellFailed: emit(({ event }, { step }: { step: string }) => ({
        type: 'failed' as const,
        step,
        errorType: (event as Partial<Answered>).output?.body.error_type,
      })),
      ask: enqueueActions(({ context, enqueue }, { input }: { input: 'phoneNumber' | 'code' }) => {
        if (context[input] === undefined) enqueue.emit({ type: 'required', input });
      }),
    },
  }).createMachine({
    id: 'login',
    context: ({ input: { phoneNumber, code } }) => {
      const isRefused =
        (phoneNumber !== undefined && !isPhoneNumber(phoneNumber)) || (code !== undefined && !isCode(code));
      return { phoneNumber, code, retries: 0, ...(isRefused ? { rejected: 'code', failure: {} } : {}) };
    },
    initial: 'awaitingPhoneNumber',
    always: { guard: 'refused', target: '.failed' },
    on: { cancel: '.cancelled' },
    output: ({ context, event }) => ({
      status: (event as { output?: string }).output ?? '',
      sessionToken: context.sessionToken,
    }),
    states: {
      awaitingPhoneNumber: {
        tags: ['waiting'],
        entry: { type: 'ask', params: { input: 'phoneNumber' } },
        always: { guard: 'hasPhoneNumber', target: 'sending' },
        on: {
          submit: [
            {
              guard: 'goodPhoneNumber',
              actions: assign({ phoneNumber: ({ event }) => event.phoneNumber, rejected: undefined }),
            },
            { actions: assign({ rejected: 'phoneNumber' }) },
          ],
        },
      },
      sending: {
        tags: ['busy'],
        entry: { type: 'tell', params: { type: 'started', step: 'send' } },
        invoke: {
          src: 'send',
          input: ({ context }) => context,
          onDone: [
            {
              guard: 'ok',
              target: 'awaitingCode',
              actions: ['keepPhoneId', { type: 'tell', params: { type: 'succeeded', step: 'send' } }],
            },
            {
              guard: {
                type: 'failedWith',
                params: { types: ['invalid_phone_number', 'invalid_phone_number_country_code'] },
              },
              target: 'awaitingPhoneNumber',
              actions: ['keepFailure', 'forgetPhoneNumber', { type: 'tellFailed', params: { step: 'send' } }],
            },
            {
              guard: 'mayRetry',
              target: 'sendingBackoff',
              actions: ['countRetry', { type: 'tell', params: { type: 'retrying', step: 'send' } }],
            },
            {
              target: 'failed',
              actions: ['keepFailure', { type: 'tellFailed', params: { step: 'send' } }],
            },
          ],
          onError: { target: 'awaitingPhoneNumber', actions: 'forgetPhoneNumber' },
        },
      },
      sendingBackoff: { tags: ['busy'], after: { 2000: 'sending' } },
      awaitingCode: {
        tags: ['waiting'],
        entry: { type: 'ask', params: { input: 'code' } },
        always: { guard: 'hasCode', target: 'authenticating' },
        on: {
          submit: [
            {
              guard: 'goodCode',
              actions: assign({ code: ({ event }) => event.code, rejected: undefined }),
            },
            { actions: assign({ rejected: 'code' }) },
          ],
          repeat: 'sending',
          revise: { target: 'awaitingPhoneNumber', actions: 'forgetPhoneNumber' },
        },
      },
      authenticating: {
        tags: ['busy'],
        entry: { type: 'tell', params: { type: 'started', step: 'authenticate' } },
        invoke: {
          src: 'authenticate',
          input: ({ context }) => context,
          onDone: [
            {
              guard: 'hasSession',
              target: 'done',
              actions: ['keepSession', { type: 'tell', params: { type: 'succeeded', step: 'authenticate' } }],
            },
            {
              guard: { type: 'failedWith', params: { types: ['otp_code_not_found'] } },
              target: 'awaitingCode',
              actions: [
                'keepFailure',
                'forgetCode',
                { type: 'tellFailed', params: { step: 'authenticate' } },
              ],
            },
            {
              guard: { type: 'failedWith', params: { types: ['unable_to_auth_otp_code'] } },
              target: 'sending',
              actions: [
                'keepFailure',
                'forgetCode',
                { type: 'tellFailed', params: { step: 'authenticate' } },
              ],
            },
            {
              guard: 'mayRetry',
              target: 'authenticatingBackoff',
              actions: ['countRetry', { type: 'tell', params: { type: 'retrying', step: 'authenticate' } }],
            },
            {
              target: 'failed',
              actions: ['keepFailure', { type: 'tellFailed', params: { step: 'authenticate' } }],
            },
          ],
          onError: [
            { guard: 'retriesLeft', target: 'authenticatingBackoff', actions: 'countRetry' },
            { target: 'awaitingCode', actions: 'forgetCode' },
          ],
        },
      },
      authenticatingBackoff: { tags: ['busy'], after: { 2000: 'authenticating' } },
      done: { type: 'final', output: 'done' },
      failed: { type: 'final', output: 'failed' },
      cancelled: { type: 'final', output: 'cancelled' },
    },
  });
  return async () => {
    const actor = createActor(machine, { input: { phoneNumber: PHONE_NUMBER, code: CODE } });
    const ended = toPromise(actor);
    actor.start();
    const output = await ended;
    return checked(output.status === 'done' ? output.sessionToken : undefined);
  };
}
