import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login/server.ts';
import { startStage, type Stage } from '../../examples/restate/stage.ts';
import { CHROMIUM, SWITCHES } from '../e2e/chromium.ts';

let stage: Stage;
let server: Awaited<ReturnType<typeof startLoginServer>>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stage = await startStage();
  server = await startLoginServer({
    sessions: stage.sessions,
    limits: { start: {}, submit: {}, repeat: {} },
  });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await stage.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(server.url);
});
afterEach(async () => {
  await context.close();
});

const heading = (name: string | RegExp): Promise<void> => page.getByRole('heading', { name }).waitFor();
const click = (name: string): Promise<void> => page.getByRole('button', { name }).click();
const sent = (to: string): readonly string[] =>
  stage.api.sandbox.outbox.filter((entry) => entry.to === to).map(({ code }) => code);
const enter = (code: string): Promise<void> => page.getByLabel('Code').fill(code);

async function begin(method: string, label: string, destination: string): Promise<void> {
  await page.getByText(method, { exact: true }).click();
  await page.getByLabel(label).fill(destination);
  await click('Send the code');
  await heading('Enter the code');
}

describe('the login page with its logins on Restate', () => {
  it('logs in by SMS, after a wrong code and a reload', async () => {
    await begin('SMS', 'Phone number', '+1 202 555 0134');
    const [code = ''] = sent('+12025550134');
    await enter(code === '111111' ? '222222' : '111111');
    await page.getByText('That is not the code').waitFor();
    await page.reload();
    await heading('Enter the code');
    await enter(code);
    await heading('You are logged in');
    // The page has its session by now, which the server gives it after the run is seen to be over.
    await page.getByText('user-test-').waitFor();
    expect(sent('+12025550134')).toEqual([code]);
    expect((await context.cookies()).find(({ name }) => name === 'session')).toMatchObject({
      httpOnly: true,
    });
  });

  it('logs into an organization, with the processes and the Restate server killed in between', async () => {
    const person = 'someone@example.com';
    await begin('Work', 'Work e-mail', person);
    await Promise.all(stage.services.map((service) => service.kill()));
    await Promise.all(stage.services.map((service) => service.start()));
    await enter(sent(person).at(-1) ?? '');
    await heading('Choose an organization');
    await stage.restate.kill();
    await stage.restate.start();
    await click('Acme');
    await heading('You are logged in');
    await page.getByText('Acme').waitFor();
    expect(sent(person)).toHaveLength(1);
  });
});
