import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';
import { bundlePage, startLoginServer } from '../../examples/browser/server.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

const NUMBER = '+14155550134';

let browser: Browser;
let api: SandboxServer;
let server: Awaited<ReturnType<typeof startLoginServer>>;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let requested: string[];
let received: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  api = await startSandbox();
  const { projectId, secret } = api.sandbox;
  server = await startLoginServer({
    environment: { ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: `${projectId}:${secret}` },
    apiUrl: api.url,
  });
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  complaints = [];
  requested = [];
  received = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requested.push(request.url()));
  page.on('response', (response) => {
    void response.text().then(
      (text) => received.push(text),
      () => undefined,
    );
  });
  await page.clock.install();
  await page.goto(server.url);
});

afterEach(async () => {
  await context.close();
  await server.close();
  await api.close();
});

const state = (name: string): Promise<void> =>
  page.locator('#state', { hasText: new RegExp(`^${name}$`) }).waitFor();
const code = (): string => api.sandbox.lastCodeFor(NUMBER) ?? 'none was sent';
const another = (wrong: string): string => (wrong === '123456' ? '654321' : '123456');

async function enter(label: string, value: string): Promise<void> {
  await page.getByLabel(label).fill(value);
  await page.keyboard.press('Enter');
}

describe('the SMS login, its machine in a page and its credentials on a server', () => {
  test('is played to a session with the keyboard and the mouse, through every detour', async () => {
    await state('awaitingPhoneNumber');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('phone_number');

    await enter('Phone number', '12345');
    await page.getByText('This does not fit the description above.').waitFor();
    expect(await page.getByLabel('Phone number').getAttribute('aria-invalid')).toBe('true');
    expect(api.sandbox.outbox).toHaveLength(0);

    await page.getByLabel('Phone number').fill(NUMBER);
    await page.getByRole('button', { name: 'Continue' }).click();
    await state('awaitingCode');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('code');
    expect(api.sandbox.outbox).toHaveLength(1);

    await enter('Code', another(code()));
    await page.getByRole('alert').getByText('That code is not right.').waitFor();
    await state('awaitingCode');

    const resend = page.getByRole('button', { name: /code/ });
    expect(await resend.isDisabled()).toBe(true);
    await page.clock.fastForward(15_000);
    await page.getByRole('button', { name: 'Send a new code' }).click();
    await expect.poll(() => api.sandbox.outbox.length).toBe(2);
    await state('awaitingCode');

    await enter('Code', code());
    await state('done');
    await page.getByText('You are logged in.').waitFor();
    const session = (await context.cookies()).find(({ name }) => name === 'session');
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(session?.value).not.toBe('');

    expect(complaints).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'))).toEqual(
      [],
    );
    const seen = received.join('\n');
    expect(seen).toContain('in a cookie');
    for (const secret of [
      api.sandbox.secret,
      api.sandbox.projectId,
      decodeURIComponent(session?.value ?? 'no session'),
    ])
      expect(seen).not.toContain(secret);
  });

  test('goes back to the number, and is cancelled', async () => {
    await enter('Phone number', NUMBER);
    await state('awaitingCode');
    await page.getByRole('button', { name: 'Change number' }).click();
    await state('awaitingPhoneNumber');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await state('cancelled');
    await page.getByRole('button', { name: 'Start again' }).click();
    await state('awaitingPhoneNumber');
    expect(complaints).toEqual([]);
  });

  test('shows what the API says of a number that it does not take', async () => {
    await enter('Phone number', '+10');
    await page.getByRole('alert').getByText('No message can be sent to that number.').waitFor();
    await state('awaitingPhoneNumber');
    expect(await page.getByLabel('Phone number').inputValue()).toBe('');
  });

  test('asks for the number again when the server that performs its steps is gone, and sends nothing by itself', async () => {
    await server.close();
    await enter('Phone number', NUMBER);
    await page.getByRole('alert').getByText('The connection was lost.').waitFor();
    await state('awaitingPhoneNumber');
    expect(requested.filter((url) => url.includes('/steps/'))).toHaveLength(1);
  });

  test('runs under a policy that forbids dynamic code', async () => {
    const response = await context.request.get(server.url);
    expect(response.headers()['content-security-policy']).toMatch(/script-src 'self';/);
    // In a task of its own: what a debugger evaluates itself is exempt from the policy.
    const outcome = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const channel = new MessageChannel();
          channel.port1.addEventListener('message', () => {
            try {
              // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- it must be refused
              resolve(String(new Function('return 1')()));
            } catch (error) {
              resolve((error as Error).name);
            }
          });
          channel.port1.start();
          channel.port2.postMessage('');
        }),
    );
    expect(outcome).toBe('EvalError');
  });
});

describe("the page's script", () => {
  test('holds no credential, no YAML parser and no HTTP client', async () => {
    const script = await bundlePage();
    expect(script.includes('sms-otp-login')).toBe(true);
    const unwanted = [
      api.sandbox.secret,
      api.sandbox.projectId,
      'idempotency-key',
      'YAMLParseError',
      'throwHttpErrors',
      "'node:",
      '"node:',
    ];
    expect(unwanted.filter((word) => script.includes(word))).toEqual([]);
  });
});

describe('the server of the page', () => {
  const post = (body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}/steps/sms-otp-login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url, ...headers },
      body: JSON.stringify(body),
    });

  test('performs no other request than those of the login', async () => {
    const call = {
      stepId: 'sendSmsOtp',
      attempt: 1,
      parameters: [],
      body: { payload: { phone_number: NUMBER } },
    };
    expect(await (await post(call)).json()).toHaveProperty('exchange.response.statusCode', 200);
    const foreign = { ...call, body: { payload: { phone_number: NUMBER, locale: 'en' } } };
    expect(await (await post(foreign)).json()).toHaveProperty('error.kind', 'request');
    expect(await (await post({ ...call, stepId: 'deleteUser' })).json()).toHaveProperty(
      'error.kind',
      'request',
    );
    expect(api.sandbox.outbox).toHaveLength(1);
  });

  test('refuses what comes from a page elsewhere', async () => {
    expect((await post({}, { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await post({}, { 'content-type': 'text/plain' })).status).toBe(403);
  });
});
