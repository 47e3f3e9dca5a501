import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { endingOf } from '../../examples/login/page/messages.ts';
import { buildPage, startLoginServer, type PageFiles } from '../../examples/login/server.ts';
import { startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';
import {
  createMemoryStore,
  createSqliteStore,
  type HandlerOptions,
  type Store,
} from '../../src/server/index.ts';
import { systemClock } from '../../src/services/wait-service.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const NUMBER = '+1 202 555 0134';
const E164 = '+12025550134';
const PERSON = 'someone@example.com';
/** Nobody types that fast. */
const ANY = { count: 10_000, perSeconds: 1 };

let browser: Browser;
let files: PageFiles;
let api: SandboxServer;
let server: Awaited<ReturnType<typeof startLoginServer>>;
let context: BrowserContext;
let page: Page;
let offsetMs: number;
let complaints: string[];
let received: string[];

beforeAll(async () => {
  // Else Vite takes React's build for developers.
  vi.stubEnv('NODE_ENV', 'production');
  [browser, files] = await Promise.all([
    chromium.launch({ executablePath: CHROMIUM, args: SWITCHES }),
    buildPage(),
  ]);
});

afterAll(async () => {
  await browser.close();
});

async function startServer(
  store: Store,
  port = 0,
  limits: HandlerOptions['limits'] = {
    start: { perAddress: ANY },
    submit: { perRun: ANY },
    repeat: { perRun: ANY },
  },
): Promise<void> {
  const { projectId, secret } = api.sandbox;
  const credentials = `${projectId}:${secret}`;
  server = await startLoginServer({
    environment: {
      ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: credentials,
      ARAZZO_AUTH_STYTCHB2BAPI_BASICAUTH: credentials,
    },
    apiUrl: api.url,
    store,
    port,
    page: files,
    clock: { ...systemClock, now: () => Date.now() + offsetMs },
    limits,
  });
}

async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => {
    void response.text().then(
      (text) => received.push(text),
      () => undefined,
    );
  });
  await page.clock.install();
  await page.goto(server.url);
}

beforeEach(async () => {
  offsetMs = 0;
  complaints = [];
  received = [];
  api = await startSandbox({ now: () => Date.now() + offsetMs });
  await startServer(createMemoryStore());
  await openPage();
});

afterEach(async () => {
  await context.close();
  await server.close();
  await api.close();
});

/** Lets time go by: for the person, the server and the API. */
async function wait(seconds: number): Promise<void> {
  offsetMs += seconds * 1000;
  await page.clock.fastForward(seconds * 1000);
}

const heading = (name: string | RegExp): Promise<void> => page.getByRole('heading', { name }).waitFor();
const click = (name: string): Promise<void> => page.getByRole('button', { name }).click();
const code = (): ReturnType<Page['getByLabel']> => page.getByLabel('Code');
const sentTo = (to: string): readonly string[] =>
  api.sandbox.outbox.filter((entry) => entry.to === to).map((entry) => entry.code);

async function begin(method: string, label: string, destination: string): Promise<void> {
  await page.getByText(method, { exact: true }).click();
  await page.getByLabel(label).fill(destination);
  await click('Send the code');
  await heading('Enter the code');
}

const beginSms = (): Promise<void> => begin('SMS', 'Phone number', NUMBER);

async function beginWork(email = PERSON): Promise<void> {
  await begin('Work', 'Work e-mail', email);
  await code().fill(api.sandbox.lastCodeFor(email) ?? '');
}

const enter = async (to: string): Promise<void> => code().fill(api.sandbox.lastCodeFor(to) ?? '');

/** A code that is not the one that was sent. */
const wrong = (to: string): string => (api.sandbox.lastCodeFor(to) === '111111' ? '222222' : '111111');

describe('each of the logins', () => {
  test('by SMS ends with a session, which no script and no answer shows', async () => {
    await beginSms();
    await enter(E164);
    await heading('You are logged in');
    await page.getByText('user-test-').waitFor();
    expect((await context.cookies()).find(({ name }) => name === 'session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(received.join('\n')).not.toMatch(/session_token|sessionToken|session_jwt|eyJ/);
    expect(sentTo(E164)).toHaveLength(1);
    await click('Log out');
    await heading('Log in');
    expect(complaints).toEqual([]);
  });

  test('by WhatsApp ends with a session', async () => {
    await begin('WhatsApp', 'Phone number', NUMBER);
    expect(api.sandbox.outbox.at(-1)?.channel).toBe('whatsapp');
    await enter(E164);
    await heading('You are logged in');
  });

  test('by e-mail ends with a session, with a code that is pasted with spaces in it', async () => {
    await begin('E-mail', 'E-mail address', 'ada@example.com');
    const digits = api.sandbox.lastCodeFor('ada@example.com') ?? '';
    await code().evaluate(
      (field, text) => {
        const data = new DataTransfer();
        data.setData('text', text);
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
      },
      ` ${digits.slice(0, 3)} ${digits.slice(3)}\n`,
    );
    await heading('You are logged in');
  });

  test('into an organization ends with a session there', async () => {
    await beginWork();
    await heading('Choose an organization');
    await click('Acme');
    await heading('You are logged in');
    await page.getByText('Acme').waitFor();
    expect(api.sandbox.outbox).toHaveLength(1);
  });

  test('with a second factor asks for the code that the organization has sent already, and sends none', async () => {
    await beginWork();
    await click('Globex');
    await heading('One more code');
    expect(sentTo('+12025550162')).toHaveLength(1);
    await page.reload();
    await heading('One more code');
    await enter('+12025550162');
    await heading('You are logged in');
    await page.getByText('Globex').waitFor();
    expect(sentTo('+12025550162')).toHaveLength(1);
  });

  test('with a second factor asks a member without a number for one', async () => {
    await beginWork();
    await click('Umbrella');
    await heading('Where may we send the code?');
    await page.getByLabel('Phone number').fill('+1 202 555 0177');
    await click('Send the code');
    await heading('One more code');
    await enter('+12025550177');
    await heading('You are logged in');
  });
});

test.each([
  ['out of an address book, with signs that nobody sees', '\u202A+1 202‑555‑0134\u202C'],
  ['with digits of full width', '＋１（２０２）５５５－０１３４'],
  ['with the zero of calls at home', '+1 (0)202/555.0134'],
])('a number is taken %s', async (_how, number) => {
  await page.getByLabel('Phone number').fill(number);
  await click('Send the code');
  await heading('Enter the code');
  expect(sentTo(E164)).toHaveLength(1);
});

describe('what goes wrong', () => {
  test('is said beside the field before anything is sent', async () => {
    await page.getByLabel('Phone number').fill('0202 555');
    await page.getByLabel('Phone number').blur();
    await page.getByText('Begin with a plus sign').waitFor();
    expect(await page.getByLabel('Phone number').getAttribute('aria-invalid')).toBe('true');
    await click('Send the code');
    await page.getByLabel('Phone number').fill(NUMBER);
    await page.getByText('Begin with a plus sign').waitFor({ state: 'detached' });
    expect(api.sandbox.outbox).toEqual([]);
  });

  test('a wrong code is told, gone with the next digit, and the right one still works', async () => {
    await beginSms();
    await code().fill(wrong(E164));
    await page.getByText('That is not the code').waitFor();
    expect(await code().inputValue()).toBe('');
    await code().pressSequentially('1');
    await page.getByText('That is not the code').waitFor({ state: 'detached' });
    await enter(E164);
    await heading('You are logged in');
  });

  test('a number that the API refuses is asked for again, and still there to be mended', async () => {
    api.sandbox.injectFault({ times: 1, errorType: 'invalid_phone_number' });
    await page.getByLabel('Phone number').fill(NUMBER);
    await click('Send the code');
    await page.getByText('That number cannot be reached').waitFor();
    expect(await page.getByLabel('Phone number').inputValue()).toBe(NUMBER);
    await click('Send the code');
    await heading('Enter the code');
  });

  test('ten wrong codes lock the account, and the page says so and for how long', async () => {
    await beginSms();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await code().fill(wrong(E164));
      await expect.poll(() => code().inputValue()).toBe('');
      await expect.poll(() => code().isEnabled()).toBe(true);
    }
    await code().fill(wrong(E164));
    await heading('Locked for now');
    await page.getByText('for an hour').waitFor();
  });

  test('an address without an organization is told so', async () => {
    await beginWork('nobody@example.com');
    await heading('No organization found');
    await click('Begin again');
    await heading('Log in');
  });

  test('an organization that asks for another first factor is told so', async () => {
    await beginWork();
    await click('Initech');
    await heading('Another way in');
  });

  test('a login that takes more than ten minutes begins again', async () => {
    await beginWork();
    await heading('Choose an organization');
    await wait(11 * 60);
    await click('Acme');
    await heading('Too much time has passed');
  });

  test('an address that only the server finds wrong is told so', async () => {
    await page.getByText('E-mail', { exact: true }).click();
    await page.getByLabel('E-mail address').fill('a..b@example.com');
    await click('Send the code');
    await heading('That was not taken');
    await click('Begin again');
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('a..b@example.com');
  });

  test('whoever begins too often is told to wait', async () => {
    await server.close();
    await startServer(createMemoryStore(), 0, { start: { perAddress: { count: 1, perSeconds: 60 } } });
    await page.goto(server.url);
    await beginSms();
    await click('Back');
    await click('Another way to log in');
    await page.getByLabel('Phone number').fill(NUMBER);
    await click('Send the code');
    await heading('That was too often');
  });

  test('a lost connection is told, and the login goes on when it is back', async () => {
    await beginSms();
    await context.setOffline(true);
    await enter(E164);
    await page.getByText('The connection is lost').waitFor();
    await context.setOffline(false);
    await page.clock.fastForward(11_000);
    await heading('You are logged in');
  });
});

test.each([
  'workflows/sms-otp-login.arazzo.yaml',
  'workflows/whatsapp-otp-login.arazzo.yaml',
  'workflows/email-otp-login.arazzo.yaml',
  'examples/login/workflows/work-login.arazzo.yaml',
])('each ending that %s names is told in words of its own', async (path) => {
  const text = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  const names = Array.from(text.matchAll(/name: (\w+)\n\s+type: end/g), ([, name]) => name ?? '');
  const titleOf = (reason: string): string => endingOf('failed', { kind: 'response', reason }).title;
  const unnamed = names.filter((name) => name !== 'loggedIn' && titleOf(name) === titleOf(''));
  expect(unnamed).toEqual([]);
});

test('whoever logs out without a connection is told to be still logged in', async () => {
  await beginSms();
  await enter(E164);
  await page.getByText('user-test-').waitFor();
  await context.setOffline(true);
  await click('Log out');
  await page.getByText('You are still logged in').waitFor();
  await context.setOffline(false);
  await click('Log out');
  await heading('Log in');
  expect(await page.evaluate(async () => (await fetch('/session')).status)).toBe(401);
});

test('whoever leaves a login in one tab is told so in the other', async () => {
  await beginSms();
  const run = await page.evaluate(() => sessionStorage.getItem('login-run'));
  const other = await context.newPage();
  await other.addInitScript((id) => sessionStorage.setItem('login-run', id ?? ''), run);
  await other.goto(server.url);
  await other.getByRole('heading', { name: 'Enter the code' }).waitFor();
  await click('Back');
  await click('Another way to log in');
  await other.getByRole('heading', { name: 'That log-in was left' }).waitFor();
  await other.getByRole('button', { name: 'Begin again' }).click();
  await other.getByRole('heading', { name: 'Log in' }).waitFor();
});

describe('a code', () => {
  test('can be sent again after a while: the old one is good no more, and what was wrong before is forgotten', async () => {
    await beginSms();
    const [old = ''] = sentTo(E164);
    await code().fill(wrong(E164));
    await page.getByText('That is not the code').waitFor();
    expect(await page.getByRole('button', { name: /New code in 0:1\d/ }).isDisabled()).toBe(true);
    await wait(16);
    await click('Send a new code');
    await expect.poll(() => sentTo(E164).length).toBe(2);
    await page.getByText('That is not the code').waitFor({ state: 'detached' });
    await page.getByText(NUMBER).waitFor();
    await expect.poll(() => code().isEnabled()).toBe(true);
    const [, fresh = ''] = sentTo(E164);
    if (old !== fresh) {
      await wait(2);
      await code().fill(old);
      await page.getByText('expired or was used').waitFor();
    }
    await enter(E164);
    await heading('You are logged in');
  });

  test('can have digits of full width, as the keyboards of East Asia write them', async () => {
    await beginSms();
    const digits = api.sandbox.lastCodeFor(E164) ?? '';
    await code().fill(digits.replace(/\d/g, (digit) => String.fromCodePoint(digit.charCodeAt(0) + 0xfee0)));
    await heading('You are logged in');
  });

  test('that has expired cannot be entered any more: another one is sent', async () => {
    await beginSms();
    await page.getByText(/good for 1:5\d|good for 2:00/).waitFor();
    await wait(121);
    await page.getByText('The code has expired').waitFor();
    expect(await code().count()).toBe(0);
    await click('Send a new code');
    await code().waitFor();
    await enter(E164);
    await heading('You are logged in');
    expect(sentTo(E164)).toHaveLength(2);
  });

  test('that an organization had sent and that is good no more is replaced, and the page says so', async () => {
    await beginWork();
    await click('Globex');
    await heading('One more code');
    const old = api.sandbox.lastCodeFor('+12025550162') ?? '';
    await wait(121);
    await code().fill(old);
    await page.getByText('expired or was used').waitFor();
    expect(sentTo('+12025550162')).toHaveLength(2);
    await enter('+12025550162');
    await heading('You are logged in');
  });

  test('is good for no longer because another one could not be sent', async () => {
    await beginSms();
    await wait(90);
    api.sandbox.injectFault({ times: 1, errorType: 'invalid_phone_number' });
    await click('Send a new code');
    await page.getByText('That number cannot be reached').waitFor();
    await page.getByText(/good for 0:[23]\d/).waitFor();
    await code().fill(wrong(E164));
    await page.getByText('That is not the code').waitFor();
    await page.getByText(/good for 0:[23]\d/).waitFor();
    await enter(E164);
    await heading('You are logged in');
  });

  test('can be had at another number: what was typed is there to be changed', async () => {
    await beginSms();
    await click('Back');
    expect(await page.getByLabel('Phone number').inputValue()).toBe(NUMBER);
    await page.getByLabel('Phone number').fill('+1 202 555 0135');
    await click('Send the code');
    await page.getByText('+1 202 555 0135').waitFor();
    await enter('+12025550135');
    await heading('You are logged in');
  });
});

describe('a screen that is new', () => {
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.textContent.trim());

  test('has the focus on its title, for screen readers to tell, or on the field that is to be filled in', async () => {
    await beginSms();
    await expect.poll(() => code().evaluate((field) => field === document.activeElement)).toBe(true);
    await enter(E164);
    await heading('You are logged in');
    await expect.poll(focused).toBe('You are logged in');
    await click('Log out');
    await heading('Log in');
    await expect.poll(focused).toBe('Log in');
  });

  test('has it also where the log-in has failed', async () => {
    await beginWork('nobody@example.com');
    await heading('No organization found');
    await expect.poll(focused).toBe('No organization found');
  });

  test('leaves it to the browser when the page is opened', async () => {
    await page.reload();
    await heading('Log in');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  });
});

test('a page that is loaded anew still says where the code went, and has what was typed', async () => {
  await begin('E-mail', 'E-mail address', 'ada@example.com');
  await page.reload();
  await heading('Enter the code');
  await page.getByText('We sent six digits to ada@example.com.').waitFor();
  await click('Back');
  await heading('Where may we send the code?');
  expect(await page.getByLabel('E-mail address').inputValue()).toBe('ada@example.com');
});

test('in the colours of a system with high contrast, digits show once and the chosen method shows', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  const outlineOf = (method: string): Promise<string> =>
    page
      .locator('fieldset label', { hasText: method })
      .evaluate((label) => getComputedStyle(label).outlineStyle);
  expect(await outlineOf('SMS')).not.toBe(await outlineOf('E-mail'));
  await beginSms();
  expect(await code().evaluate((field) => getComputedStyle(field).color)).toBe('rgba(0, 0, 0, 0)');
});

test('a login outlives its server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'login-'));
  const file = join(folder, 'runs.db');
  await context.close();
  await server.close();
  const first = createSqliteStore(file);
  await startServer(first);
  await openPage();
  await beginSms();
  const port = Number(new URL(server.url).port);
  await server.close();
  await first.close();
  const second = createSqliteStore(file);
  await startServer(second, port);
  await page.clock.fastForward(11_000);
  await enter(E164);
  await page.clock.fastForward(11_000);
  await heading('You are logged in');
  expect(sentTo(E164)).toHaveLength(1);
  await second.close();
  await rm(folder, { recursive: true });
});

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly unknown[] }[];
}

async function violations(): Promise<readonly string[]> {
  await page.addScriptTag({ path: AXE }).catch(() => undefined);
  const { violations: found } = await page.evaluate<AxeResult>('axe.run(document)');
  return found.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 300)}`);
}

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } } as const;

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test.each(['phone', 'desktop'] as const)('on a %s, every screen is accessible and fits', async (size) => {
    await context.close();
    await openPage({ colorScheme, viewport: SIZES[size], bypassCSP: true });
    const check = async (): Promise<void> => {
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    };
    await check();
    await page.getByLabel('Phone number').fill('x');
    await page.getByLabel('Phone number').blur();
    await page.getByText('Begin with a plus sign').waitFor();
    await check();
    await beginSms();
    await check();
    await wait(121);
    await page.getByText('The code has expired').waitFor();
    await check();
    await click('Back');
    await heading('Where may we send the code?');
    await check();
    await click('Another way to log in');
    await beginWork();
    await heading('Choose an organization');
    await check();
    await click('Globex');
    await heading('One more code');
    await code().fill(wrong('+12025550162'));
    await page.getByText('That is not the code').waitFor();
    await check();
    await enter('+12025550162');
    await heading('You are logged in');
    await page.getByText('Globex').waitFor();
    await check();
    await click('Log out');
    await beginWork('nobody@example.com');
    await heading('No organization found');
    await check();
  });
});
