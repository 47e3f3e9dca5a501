import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RemoteInput } from '../../src/client/index.ts';
import { createHandler } from '../../src/server/handler.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import { createNodeListener } from '../../src/server/node-listener.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import { happy, hosted } from '../server/support.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';
import type { HooksPage } from './hooks-page.tsx';

declare const hooks: HooksPage;

let browser: Browser;
let script: string;
let sessions: Sessions;
let server: Server;
let url: string;
let page: Page;
/** Runs that were begun, and streams that are open. */
let begun: Set<string>;
let open: Set<unknown>;
let isDown: boolean;
/** What the answers to events wait for. */
let answers: Promise<void>;
let answer: () => void;
let complaints: string[];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('hooks-page.tsx', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    jsx: 'automatic',
    // Strict mode does everything twice in React's build for developers only.
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  });
  script = outputFiles[0]?.text ?? '';
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});

afterAll(() => browser.close());

beforeEach(async () => {
  begun = new Set();
  const streams = (open = new Set());
  isDown = false;
  answers = Promise.resolve();
  complaints = [];
  sessions = hosted(createMemoryStore(), happy);
  const handler = createHandler(sessions, { outputs: { w: ['session'] } });
  const runs = createNodeListener(async (request, connection) => {
    const response = await handler(request, connection);
    const location = response.headers.get('location');
    if (location !== null) begun.add(location);
    if (request.url.endsWith('/events')) await answers;
    return response;
  });
  server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    if (request.url?.endsWith('/updates') === true) {
      streams.add(response);
      response.once('close', () => streams.delete(response));
    }
    if (request.url?.startsWith('/runs') === true) return runs(request, response);
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.clock.install();
  await page.goto(url);
  await page.waitForFunction(() => 'hooks' in globalThis);
});

afterEach(async () => {
  await page.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await sessions.close({ graceMs: 0 });
});

const shown = (id: string, text: string): Promise<void> =>
  page.locator(`#${id}`, { hasText: new RegExp(`^${text}$`) }).waitFor({ timeout: 10_000 });
const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const mirror = (input: RemoteInput, mode: 'visible' | 'hidden' = 'visible'): Promise<void> =>
  page.evaluate(([given, how]) => hooks.showRemote(JSON.parse(given) as RemoteInput, how), [
    JSON.stringify(input),
    mode,
  ] as const);
const leave = (): Promise<void> => page.evaluate(() => hooks.leave());
const idOf = (location: string | undefined): string => location?.split('/')[2] ?? '';

describe('useWorkflow with a run on a server', () => {
  test('starts one run and follows it once, although strict mode mounts everything twice', async () => {
    await mirror({ workflowId: 'w' });
    await shown('state', 'awaitingPhone');
    await press('phone');
    await shown('state', 'awaitingCode');
    expect(begun.size).toBe(1);
    await expect.poll(() => open.size).toBe(1);
    await press('code');
    await shown('state', 'done');
    await shown('outcome', 'done');
    await expect.poll(() => open.size).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('lets go of the stream and leaves the run alone when it is unmounted, and finds it again', async () => {
    await mirror({ workflowId: 'w' });
    await shown('state', 'awaitingPhone');
    await press('phone');
    await shown('state', 'awaitingCode');
    await leave();
    await expect.poll(() => open.size).toBe(0);
    const runId = idOf([...begun][0]);
    expect(await sessions.get(runId)).toMatchObject({ status: 'active', state: 'awaitingCode' });
    await mirror({ runId });
    await shown('state', 'awaitingCode');
    await press('code');
    await shown('state', 'done');
    expect(begun.size).toBe(1);
  });

  test('is not busy for ever where it was hidden while an event was under way', async () => {
    const input = { workflowId: 'w' };
    await mirror(input);
    await shown('state', 'awaitingPhone');
    answers = new Promise((resolve) => (answer = resolve));
    await press('phone');
    await shown('busy', 'true');
    await mirror(input, 'hidden');
    await expect.poll(() => open.size).toBe(0);
    answer();
    await mirror(input);
    await shown('state', 'awaitingCode');
    await shown('busy', 'false');
    expect(begun.size).toBe(1);
  });

  test('says that the connection is lost, and shows what happened meanwhile when it is back', async () => {
    await mirror({ workflowId: 'w' });
    await shown('state', 'awaitingPhone');
    await shown('connection', 'open');
    isDown = true;
    server.closeAllConnections();
    await shown('connection', 'lost');
    const runId = idOf([...begun][0]);
    await sessions.send(runId, { type: 'submit', values: { phone: '1' } });
    isDown = false;
    await page.clock.fastForward(11_000);
    await shown('connection', 'open');
    await shown('state', 'awaitingCode');
  });

  test('gives an error to be shown, where @xstate/react throws while it renders', async () => {
    await mirror({ runId: 'of-somebody-else' });
    await shown('state', 'error');
    await shown('outcome', 'There is no such run\\. \\(404\\)');
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });
});

describe('useWorkflow with a machine in the page', () => {
  test('runs it to its end', async () => {
    await page.evaluate(() => hooks.showLocal());
    await shown('state', 'awaitingPhoneNumber');
    await press('phone_number');
    await shown('state', 'awaitingCode');
    await press('code');
    await shown('state', 'done');
    await shown('outcome', 'done');
    expect(complaints).toEqual([]);
  });

  test('begins another run where it is mounted anew', async () => {
    await page.evaluate(() => hooks.showLocal());
    await shown('state', 'awaitingPhoneNumber');
    await press('phone_number');
    await shown('state', 'awaitingCode');
    await leave();
    await page.evaluate(() => hooks.showLocal());
    await shown('state', 'awaitingPhoneNumber');
  });
});

describe('useCountdown', () => {
  const inMs = (milliseconds?: number): Promise<void> =>
    page.evaluate(
      (given) => hooks.showCountdown(given === null ? undefined : Date.now() + given),
      milliseconds ?? null,
    );
  /** How many timers run in the page. */
  const ticking = (): Promise<number> => page.evaluate('timers.size');

  beforeEach(async () => {
    await page.evaluate(() => {
      const timers = new Set<unknown>();
      const { setInterval: begin, clearInterval: end } = globalThis;
      Object.assign(globalThis, {
        timers,
        setInterval: (callback: () => void, delayMs: number) => {
          const timer = begin(callback, delayMs);
          timers.add(timer);
          return timer;
        },
        clearInterval: (timer: number) => {
          timers.delete(timer);
          end(timer);
        },
      });
    });
    await page.clock.pauseAt(new Date(Date.now() + 60_000));
  });

  test('counts whole seconds down to 0, and then ticks no more', async () => {
    await inMs(2500);
    await shown('left', '3');
    expect(await ticking()).toBe(1);
    await page.clock.runFor(1000);
    await shown('left', '2');
    await page.clock.runFor(1000);
    await shown('left', '1');
    await page.clock.runFor(1000);
    await shown('left', '0');
    await expect.poll(ticking).toBe(0);
  });

  test('takes another time at once, also after the first is over', async () => {
    await inMs(1000);
    await page.clock.runFor(2000);
    await shown('left', '0');
    await inMs(15_000);
    await shown('left', '15');
    await inMs(5000);
    await shown('left', '5');
    await page.clock.runFor(1000);
    await shown('left', '4');
    await expect.poll(ticking).toBe(1);
  });

  test('never shows more than is left, when there is a time after a while without one', async () => {
    await inMs();
    await shown('left', '0');
    await page.evaluate(() => {
      const seen: (string | null)[] = [];
      const left = document.querySelector('#left');
      new MutationObserver(() => seen.push(left?.textContent ?? '')).observe(document.body, {
        subtree: true,
        characterData: true,
        childList: true,
      });
      Object.assign(globalThis, { seen });
    });
    await page.clock.runFor(600_000);
    await inMs(15_000);
    await shown('left', '15');
    expect(await page.evaluate('seen')).toEqual(['15']);
  });

  test('is 0 and ticks not where there is no time, or a past one, or nobody looks any more', async () => {
    await inMs();
    await shown('left', '0');
    await inMs(-1000);
    await shown('left', '0');
    expect(await ticking()).toBe(0);
    await inMs(5000);
    await shown('left', '5');
    await leave();
    expect(await ticking()).toBe(0);
  });
});
