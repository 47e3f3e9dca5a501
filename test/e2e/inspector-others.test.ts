import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { assign, createActor, setup } from 'xstate';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createInspector } from '../../src/inspector/index.ts';
import { launch, marked, reach, watch, type Watched } from './inspected.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let browser: Browser;
let watched: Watched;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  watched = await watch(browser);
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  await watched.context.close();
});

/** Somebody's page with an XState machine, on an origin of its own. */
async function startApplication(
  socketUrl: string,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { outputFiles } = await build({
    stdin: {
      resolveDir: ROOT,
      contents: `
        // The package sends in idle moments, which a busy machine has none of.
        window.requestIdleCallback = (callback) => setTimeout(callback, 0);
        import { createWebSocketInspector } from '@statelyai/inspect';
        import { createActor, createMachine } from 'xstate';
        const machine = createMachine({
          id: 'lights',
          initial: 'red',
          states: {
            red: { on: { next: 'green' } },
            green: { on: { next: 'changing' } },
            changing: { initial: 'yellow', states: { yellow: { on: { next: '#lights.red' } } } },
          },
        });
        const { inspect } = createWebSocketInspector({ url: ${JSON.stringify(socketUrl)} });
        const actor = createActor(machine, { inspect }).start();
        document.querySelector('button').onclick = () => actor.send({ type: 'next', password: 'a-secret-of-the-page' });
      `,
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
  });
  const server = createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(204).end();
    response.writeHead(200, { 'content-type': 'text/html' });
    return response.end(
      `<!doctype html><button>next</button><script>${(outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script')}</script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://localhost:${typeof address === 'object' ? address?.port : 0}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

test('an application in another page shows its machine over the WebSocket', async () => {
  const inspector = await createInspector();
  const application = await startApplication(inspector.socketUrl);
  // In a window of its own: what is hidden is held up.
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(application.url);
  const { page } = watched;
  await page.goto(inspector.url);
  await reach(page, 'red');
  expect(await marked(page, 'active')).toEqual(['red']);
  await other.getByRole('button').click();
  await reach(page, 'green');
  await other.getByRole('button').click();
  await reach(page, 'changing.yellow');
  expect(await marked(page, 'active')).toEqual(['changing', 'changing.yellow']);
  expect(await page.locator('#canvas [data-edges].latest').count()).toBeGreaterThan(0);
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  await page.getByRole('option', { name: /next/ }).last().click();
  await page.locator('#event', { hasText: '•••' }).waitFor();
  expect(await page.content()).not.toContain('a-secret-of-the-page');
  await elsewhere.close();
  await application.close();
  await inspector.close();
});

test('a thousand events a second do not freeze the page: frames are dropped, events are not', async () => {
  const inspector = await createInspector();
  const { page } = watched;
  const machine = setup({
    types: {} as { context: { count: number; note: string }; events: { type: 'tick' } },
  }).createMachine({
    id: 'clock',
    context: { count: 0, note: 'x'.repeat(500) },
    initial: 'tick',
    states: { tick: { on: { tick: 'tock' } }, tock: { on: { tick: 'tick' } } },
    on: { tick: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
  });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  await page.goto(inspector.url);
  await reach(page, 'tick');
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { frames });
  });
  const SECONDS = 5;
  let sent = 0;
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(SECONDS * 1000, Math.floor(performance.now() - began));
      for (; sent < due; sent += 1) actor.send({ type: 'tick' });
      if (sent < SECONDS * 1000) return;
      clearInterval(timer);
      resolve();
    }, 10);
  });
  // The page answers while they come in, and has them all in the end: one row for each, and one for the start.
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('#place', { hasText: `${sent + 1} / ${sent + 1} · live` }).waitFor();
  expect(await page.locator('.row').count()).toBeLessThan(80);
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  const longest = Math.round(Math.max(...frames));
  console.log(`${sent} events in ${SECONDS} s: ${frames.length} frames, the longest ${longest} ms`);
  expect(frames.length).toBeGreaterThan(10);
  actor.stop();
  await inspector.close();
});

test('the command serves the built page, tells what the sandbox delivers, and ends when it is interrupted', async () => {
  const child = spawn(
    process.execPath,
    ['dist/cli/main.js', 'inspect', 'workflows/sms-otp-login.arazzo.yaml', '--sandbox'],
    { cwd: ROOT, env: { PATH: process.env['PATH'] ?? '' } },
  );
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.trim());
    });
  });
  const { page } = watched;
  await page.goto(url);
  await reach(page, 'awaitingPhoneNumber');
  await page.keyboard.type('+14155550134');
  await page.keyboard.press('Enter');
  await reach(page, 'awaitingCode');
  const code = (await page.locator('#delivery-list code').textContent()) ?? '';
  expect(code).toMatch(/^\d{6}$/);
  await page.reload();
  await reach(page, 'awaitingCode');
  expect(await page.locator('#delivery-list code').textContent()).toBe(code);
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.keyboard.press('Enter');
  await reach(page, 'done');
  expect(await marked(page, 'active')).toEqual(['done']);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(errors).toContain(`your code is ${code}`);
  await page.locator('#connection', { hasText: 'not connected' }).waitFor();
  // The socket that is tried again in vain is all that it complains of.
  expect(watched.complaints.filter((text) => !text.includes('WebSocket connection'))).toEqual([]);
  watched.complaints.length = 0;
});
