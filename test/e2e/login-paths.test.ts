import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPage, startLoginServer } from '../../examples/login/server.ts';
import { loadDocument } from '../../src/run/load-document.ts';
import { createManualClock, type ManualClock } from '../../src/testing/manual-clock.ts';
import {
  createWorkflowModel,
  startScriptedServer,
  type PathUser,
  type WorkflowPath,
} from '../../src/testing/index.ts';
import { CHROMIUM, SWITCHES } from './chromium.ts';

/** Nobody types that fast. */
const ANY = { count: 100_000, perSeconds: 1 };
const CODES = ['code', 'sms_code'];
const DESTINATIONS: Readonly<Record<string, string>> = {
  phone_number: 'Phone number',
  mfa_phone_number: 'Phone number',
  email_address: 'Work e-mail',
};
/** The page's clock goes on far enough for another code, and not so far that the code expires. */
const LONGEST_STEP_MS = 16_000;

interface Login {
  readonly method: string;
  readonly document: string;
}

/** Someone who does with the page what a path says. */
function userOf(page: Page, url: string, clock: ManualClock, { method }: Login): PathUser {
  return {
    begin: async () => {
      await page.clock.install();
      await page.goto(url);
      await page.evaluate('sessionStorage.clear()');
      await page.reload();
      await page.getByText(method, { exact: true }).click();
    },
    reach: async (state) => {
      const isStart = (await page.getByRole('heading', { name: 'Log in', exact: true }).count()) > 0;
      if (isStart && /^awaiting(?:PhoneNumber|EmailAddress)$/.test(state)) return;
      await page.locator(`html[data-state="${state}"]`).waitFor({ timeout: 5000 });
    },
    submit: async (values) => {
      for (const [input, value] of Object.entries(values)) {
        if (CODES.includes(input)) await page.getByLabel('Code').fill(String(value));
        else if (input in DESTINATIONS) {
          await page.getByLabel(DESTINATIONS[input] ?? '').fill(String(value));
          await page.getByRole('button', { name: 'Send the code' }).click();
        } else await page.locator('.choices button').first().click();
      }
    },
    repeat: () => page.getByRole('button', { name: 'Send a new code' }).click(),
    revise: () => page.getByRole('button', { name: 'Back' }).click(),
    advance: async (milliseconds) => {
      clock.advance(milliseconds);
      await page.clock.fastForward(Math.min(milliseconds, LONGEST_STEP_MS));
    },
  };
}

/**
 * Whether the page lets a user do all that a path says: it sends no value that it can see to be wrong, offers no button
 * that would do nothing, goes back by one place only, takes no inputs in its address, and cancels by leaving the page.
 * Its server measures the time of a request with a clock of its own.
 */
function canBePlayed({ inputs, events }: WorkflowPath): boolean {
  return (
    Object.keys(inputs).length === 0 &&
    events.every(({ happening, isEarly, isWrong }, index) => {
      const before = events[index - 1]?.state ?? '';
      if (happening.type === 'submit') return isWrong !== true && Object.keys(happening.values).length === 1;
      if (happening.type === 'revise') return before === 'awaitingCode' && !CODES.includes(happening.input);
      if (happening.type === 'repeat') return before === 'awaitingCode' || before === 'awaitingSmsCode';
      if (happening.type === 'lost' && happening.kind === 'timeout') return false;
      return isEarly !== true && happening.type !== 'cancel';
    })
  );
}

describe.each<Login>([
  { method: 'SMS', document: '../../workflows/sms-otp-login.arazzo.yaml' },
  { method: 'Work', document: '../../examples/login/workflows/work-login.arazzo.yaml' },
])('the login page, played by the paths of the login by $method', async (login) => {
  const { value } = await loadDocument(fileURLToPath(new URL(login.document, import.meta.url)));
  if (value === undefined) throw new Error('The document cannot be loaded.');
  // The server retries as often as the document says.
  const model = createWorkflowModel(value, { maxRetries: 3 });
  const paths = model.paths({ strategy: 'edges', limits: false }).paths.filter(canBePlayed);
  const clock = createManualClock(paths[0]?.startsAt ?? 0);
  const api = await startScriptedServer();
  const server = await startLoginServer({
    environment: {
      ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: 'project-test-1:secret-test-1',
      ARAZZO_AUTH_STYTCHB2BAPI_BASICAUTH: 'project-test-1:secret-test-1',
    },
    apiUrl: api.url,
    page: await buildPage(),
    clock,
    limits: {
      start: { perAddress: ANY },
      submit: { perRun: ANY, perAddress: ANY },
      repeat: { perRun: ANY, perAddress: ANY },
      other: { perRun: ANY, perAddress: ANY },
    },
  });
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: SWITCHES });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await api.close();
  });

  test.each(paths)('$description', async (path) => {
    await path.run({ user: userOf(page, server.url, clock, login), server: api });
  });

  test('are many, and come to every end that a page can come to', () => {
    expect(paths.length).toBeGreaterThan(15);
    expect(new Set(paths.map(({ status }) => status))).toEqual(new Set(['done', 'failed']));
  });
});
