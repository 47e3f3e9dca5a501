import ky from 'ky';
import { assign, createActor, fromPromise, setup, toPromise } from 'xstate';
import { provideServices, type ServicesOptions } from '../../src/index.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';

export const PHONE_NUMBER = '+14155550134';
const CODE = '123456';
export const SEND_PATH = '/v1/otps/sms/login_or_create';
const AUTHENTICATE_PATH = '/v1/otps/authenticate';

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

function createCall({
  url,
  fetch,
}: Target): (path: string, json: object, signal?: AbortSignal) => Promise<ApiAnswer> {
  return async (path, json, signal) => {
    const response = await ky.post(url + path, {
      json,
      headers: { authorization: AUTHORIZATION },
      retry: 0,
      throwHttpErrors: false,
      timeout: 30_000,
      redirect: 'manual',
      ...(signal === undefined ? {} : { signal }),
      ...(fetch === undefined ? {} : { fetch }),
    });
    return { statusCode: response.status, body: await response.json() };
  };
}

/** The two calls, one after the other, as one would write them with ky. */
export function plainLogin(target: Target): () => Promise<string> {
  const call = createCall(target);
  return async () => {
    const sent = await call(SEND_PATH, { phone_number: PHONE_NUMBER });
    if (sent.statusCode !== 200) throw new Error('not sent');
    const { body } = await call(AUTHENTICATE_PATH, {
      method_id: sent.body.phone_id,
      code: CODE,
      session_duration_minutes: 60,
    });
    return checked(body.session_token);
  };
}

interface HandWrittenContext {
  readonly phoneNumber: string;
  readonly code: string | undefined;
  readonly phoneId?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly error?: string | undefined;
}

/** The login as a machine that somebody wrote by hand with the same states and main edges. */
export function handWrittenLogin(target: Target): () => Promise<string> {
  const call = createCall(target);
  const machine = setup({
    types: {
      context: {} as HandWrittenContext,
      input: {} as { phoneNumber: string; code?: string },
      events: {} as { type: 'submit'; code: string } | { type: 'cancel' },
      output: {} as { sessionToken: string | undefined },
    },
    actors: {
      send: fromPromise(({ input, signal }: { input: { phoneNumber: string }; signal: AbortSignal }) =>
        call(SEND_PATH, { phone_number: input.phoneNumber }, signal),
      ),
      authenticate: fromPromise(
        ({
          input,
          signal,
        }: {
          input: { phoneId: string | undefined; code: string | undefined };
          signal: AbortSignal;
        }) =>
          call(
            AUTHENTICATE_PATH,
            { method_id: input.phoneId, code: input.code, session_duration_minutes: 60 },
            signal,
          ),
      ),
    },
    guards: {
      ok: (_args, params: ApiAnswer) => params.statusCode === 200,
      hasSession: (_args, params: ApiAnswer) =>
        params.statusCode === 200 && Boolean(params.body.session_token),
      wrongCode: (_args, params: ApiAnswer) => params.body.error_type === 'otp_code_not_found',
      hasCode: ({ context }) => context.code !== undefined,
    },
  }).createMachine({
    id: 'login',
    context: ({ input }) => ({ phoneNumber: input.phoneNumber, code: input.code }),
    initial: 'sending',
    on: { cancel: '.failed' },
    output: ({ context }) => ({ sessionToken: context.sessionToken }),
    states: {
      sending: {
        tags: ['busy'],
        invoke: {
          src: 'send',
          input: ({ context }) => ({ phoneNumber: context.phoneNumber }),
          onDone: [
            {
              guard: { type: 'ok', params: ({ event }) => event.output },
              target: 'awaitingCode',
              actions: assign({ phoneId: ({ event }) => event.output.body.phone_id }),
            },
            { target: 'failed', actions: assign({ error: ({ event }) => event.output.body.error_type }) },
          ],
          onError: 'failed',
        },
      },
      awaitingCode: {
        tags: ['waiting'],
        always: { guard: 'hasCode', target: 'authenticating' },
        on: { submit: { actions: assign({ code: ({ event }) => event.code }) } },
      },
      authenticating: {
        tags: ['busy'],
        invoke: {
          src: 'authenticate',
          input: ({ context }) => ({ phoneId: context.phoneId, code: context.code }),
          onDone: [
            {
              guard: { type: 'hasSession', params: ({ event }) => event.output },
              target: 'done',
              actions: assign({ sessionToken: ({ event }) => event.output.body.session_token }),
            },
            {
              guard: { type: 'wrongCode', params: ({ event }) => event.output },
              target: 'awaitingCode',
              actions: assign({ code: undefined }),
            },
            { target: 'failed', actions: assign({ error: ({ event }) => event.output.body.error_type }) },
          ],
          onError: 'failed',
        },
      },
      done: { type: 'final' },
      failed: { type: 'final' },
    },
  });
  return async () => {
    const actor = createActor(machine, { input: { phoneNumber: PHONE_NUMBER, code: CODE } });
    const ended = toPromise(actor);
    actor.start();
    return checked((await ended).sessionToken);
  };
}
