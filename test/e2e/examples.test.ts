import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, SWITCHES } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let browser: Browser;
let page: Page;
let program: ChildProcess;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});

afterAll(() => browser.close());

beforeEach(async () => {
  page = await browser.newPage();
});

afterEach(async () => {
  await page.close();
  if (program.exitCode === null && program.signalCode === null) {
    program.kill();
    await once(program, 'exit');
  }
});

/** Starts an example as its description says, and gives what finds the next thing that it prints. */
function start(script: string): (pattern: RegExp) => Promise<string> {
  program = spawn(process.execPath, [script, '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (program.stdout === null) throw new Error('The program has no output.');
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  return async (pattern) => {
    for (;;) {
      const line = await lines.next();
      if (line.done === true) throw new Error(`The program ended before it printed ${pattern}.`);
      const found = pattern.exec(line.value)?.[1];
      if (found !== undefined) return found;
    }
  };
}

describe('an example that is started by its command', () => {
  test('shows a login whose machine is in the page, and the code at the terminal', async () => {
    const printed = start('examples/browser/server.ts');
    await page.goto(await printed(/^(http:\S+) logs in with the embedded sandbox/));
    await page.getByLabel('Phone number').fill('+12025550134');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Code').fill(await printed(/^To \+12025550134: (\d{6})$/));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('You are logged in.').waitFor();
  });

  test('shows the login page, and the code at the terminal', async () => {
    const printed = start('examples/login/server.ts');
    await page.goto(await printed(/^(http:\S+) logs in with the embedded sandbox/));
    await page.getByLabel('Phone number').fill('+1 202 555 0134');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Code').fill(await printed(/^sms to \+12025550134: (\d{6})$/));
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor();
    expect(program.exitCode).toBeNull();
  });
});
