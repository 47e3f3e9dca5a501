import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';
import { createLoginClient, type LoginClient } from './login-client.ts';
import { startLoginServer, type LoginServer } from './login-server.ts';

const SEND = 'api_otp_v1_otp_sms_LoginOrCreate';
const AUTHENTICATE = 'api_otp_v1_Authenticate';
const NUMBER = '+15005550006';

let api: SandboxServer;
let server: LoginServer;
let login: LoginClient;

beforeEach(async () => {
  api = await startSandbox();
  const { projectId: username, secret: password } = api.sandbox;
  server = await startLoginServer({ apiUrl: api.url, username, password });
  login = createLoginClient(() => server.url);
});
afterEach(async () => {
  await server.remove();
  await api.close();
});

const submit = (values: Record<string, string>) => login.send({ type: 'submit', values });
const submitCode = () => submit({ code: api.sandbox.lastCodeFor(NUMBER) ?? 'none' });
const isIn = (state: string) => login.until((view) => view.state === state);
/** The keys of the requests that the API got for an operation. */
const keysOf = (operationId: string) =>
  api.sandbox.requests
    .filter((request) => request.operationId === operationId)
    .map(({ headers }) => headers['idempotency-key']);
/** Until the API has got so many requests for an operation. */
const requested = (operationId: string, times: number) =>
  expect.poll(() => keysOf(operationId).length, { timeout: 10_000 }).toBe(times);

describe('two servers on one store', () => {
  it('take turns: one goes on with what the other was killed in', async () => {
    const { projectId: username, secret: password } = api.sandbox;
    const other = await startLoginServer({ apiUrl: api.url, username, password }, server);
    try {
      login = createLoginClient(() => other.url);
      await login.start();
      await submit({ phone_number: NUMBER });
      await isIn('awaitingCode');
      api.sandbox.injectFault({
        operationId: AUTHENTICATE,
        times: 1,
        delayMs: 60_000,
        dropConnection: true,
      });
      await submitCode();
      await requested(AUTHENTICATE, 1);
      await other.kill();
      const { id } = login.view();
      const store = server.openStore();
      // It comes back under its name no more; when its lease is over, the first one takes the request up.
      await expect
        .poll(async () => (await store.load(id))?.isEnded, { timeout: 30_000, interval: 200 })
        .toBe(true);
      await store.close();
      const [first, second] = keysOf(AUTHENTICATE);
      expect([keysOf(AUTHENTICATE).length, second]).toEqual([2, first]);
    } finally {
      await other.kill();
    }
  });
});

describe('a server that is killed', () => {
  it('while a code is being sent sends none again, and asks for the number', async () => {
    // The message goes out, and the answer does not come.
    api.sandbox.injectFault({ operationId: SEND, times: 1, delayMs: 60_000, afterEffect: true });
    await login.start();
    await submit({ phone_number: NUMBER });
    await requested(SEND, 1);
    expect((await login.read()).state).toBe('sending');
    await server.restart();
    const asked = await isIn('awaitingPhoneNumber');
    expect(asked.failure).toMatchObject({ kind: 'interrupted', reason: 'askNumberAfterLostConnection' });
    expect(api.sandbox.outbox).toHaveLength(1);
    await submit({ phone_number: NUMBER });
    await isIn('awaitingCode');
    await submitCode();
    expect((await isIn('done')).outputs).toHaveProperty('userId');
    expect(api.sandbox.outbox).toHaveLength(2);
    expect(new Set(keysOf(SEND)).size).toBe(2);
  });

  it('while the code is waited for goes on waiting for it', async () => {
    await login.start();
    await submit({ phone_number: NUMBER });
    const { revision } = await isIn('awaitingCode');
    await server.restart();
    await server.restart();
    expect(await login.read()).toMatchObject({ state: 'awaitingCode', revision });
    await submitCode();
    await isIn('done');
    expect(api.sandbox.outbox).toHaveLength(1);
  });

  it('while a code is checked checks it again, under the same key', async () => {
    await login.start();
    await submit({ phone_number: NUMBER });
    await isIn('awaitingCode');
    api.sandbox.injectFault({ operationId: AUTHENTICATE, times: 1, delayMs: 60_000, dropConnection: true });
    await submitCode();
    await requested(AUTHENTICATE, 1);
    expect((await login.read()).state).toBe('authenticating');
    await server.restart();
    await isIn('done');
    const keys = keysOf(AUTHENTICATE);
    expect(keys).toEqual([`${login.view().id}/authenticateOtp/1/1`, keys[0]]);
    expect(api.sandbox.outbox).toHaveLength(1);
  });

  it('while it backs off tries again when it said that it would', async () => {
    await login.start();
    await submit({ phone_number: NUMBER });
    await isIn('awaitingCode');
    api.sandbox.injectFault({ operationId: AUTHENTICATE, times: 1, status: 503 });
    await submitCode();
    await isIn('authenticatingBackoff');
    const failedAt = api.sandbox.requests.at(-1)?.at ?? 0;
    await server.restart();
    await isIn('done');
    const [first, second] = api.sandbox.requests.filter(({ operationId }) => operationId === AUTHENTICATE);
    expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
    // The document says two seconds; the server was gone for a part of them.
    expect((second?.at ?? 0) - failedAt).toBeGreaterThanOrEqual(1900);
    expect((second?.at ?? 0) - failedAt).toBeLessThan(30_000);
  });
});
