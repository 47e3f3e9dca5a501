import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { planOf as planOfMachine } from '../../src/machines/registry.ts';
import * as logins from '../../src/machines/stytch/index.ts';
import { demoEmail, demoOrganizations, startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { launch, marked, play, reach, watch, type Played, type Watched } from './inspected.ts';

const NUMBER = '+14155550134';
const COOLDOWN_MS = 15_000;

let browser: Browser;
let api: SandboxServer;
let watched: Watched;
let played: Played | undefined;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

beforeEach(async () => {
  api = await startSandbox();
  watched = await watch(browser);
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  expect([...watched.hosts].filter((host) => !host.startsWith('127.0.0.1:'))).toEqual([]);
  await watched.context.close();
  await played?.close();
  played = undefined;
  await api.close();
});

const services = () => ({
  credentials: () => ({ username: api.sandbox.projectId, password: api.sandbox.secret }),
  servers: { stytchConsumerApi: api.url, stytchB2bApi: api.url },
});
const code = (): string => api.sandbox.outbox.at(-1)?.code ?? 'none was sent';
const wrong = (): string => (code() === '123456' ? '654321' : '123456');

interface Login {
  readonly plan: ReturnType<typeof planOfMachine>;
  /** What is entered, by the labels of the fields; `More` opens the optional ones. */
  readonly first: () => readonly (readonly [label: string, value: string])[];
  readonly begins: string;
  /** What remains to be done after the code. */
  readonly rest?: () => Promise<void>;
}

const LOGINS: Readonly<Record<string, Login>> = {
  'sms-otp-login': {
    plan: planOfMachine(logins.smsOtpLogin),
    begins: 'awaitingPhoneNumber',
    first: () => [['Phone number', NUMBER]],
  },
  'whatsapp-otp-login': {
    plan: planOfMachine(logins.whatsappOtpLogin),
    begins: 'awaitingPhoneNumber',
    first: () => [['Phone number', NUMBER]],
  },
  'email-otp-login': {
    plan: planOfMachine(logins.emailOtpLogin),
    begins: 'awaitingEmail',
    first: () => [['E-mail address', demoEmail]],
  },
  'sms-otp-mfa': {
    plan: planOfMachine(logins.smsOtpMfa),
    begins: 'awaitingInputs',
    first: () => {
      const { organizationId, memberId } = demoOrganizations.globex;
      const { intermediateSessionToken } = api.sandbox.createIntermediateSession({
        email: demoEmail,
        memberId,
      });
      return [
        ['Organization', organizationId],
        ['Member', memberId],
        ['More', ''],
        ['Intermediate session token', intermediateSessionToken],
      ];
    },
  },
  'email-otp-discovery': {
    plan: planOfMachine(logins.emailOtpDiscovery),
    begins: 'awaitingEmailAddress',
    first: () => [['E-mail address', demoEmail]],
    rest: async () => {
      await reach(watched.page, 'awaitingOrganization');
      // By the keyboard: the list has the focus.
      await watched.page.keyboard.press('A');
      const focused = (): Promise<string | null | undefined> =>
        watched.page.evaluate(() => document.activeElement?.textContent);
      for (let press = 0; press < 5 && (await focused()) !== 'Submit'; press += 1)
        await watched.page.keyboard.press('Tab');
      await watched.page.keyboard.press('Enter');
    },
  },
};

describe.each(Object.entries(LOGINS))('%s in the page', (_name, login) => {
  test('is played by keys and clicks, with a wrong code, another code, a cancel and a restart', async () => {
    const { page } = watched;
    await page.clock.install();
    played = await play([login.plan], services());
    await page.goto(played.inspector.url);
    const begin = async (): Promise<void> => {
      await reach(page, login.begins);
      for (const [label, value] of login.first()) {
        if (label === 'More') await page.getByText('More', { exact: true }).click();
        else await page.getByLabel(label, { exact: false }).first().fill(value);
      }
      await page.keyboard.press('Enter');
      await reach(page, 'awaitingCode');
    };

    await begin();
    expect(api.sandbox.outbox).toHaveLength(1);
    expect(await marked(page, 'active')).toEqual(['awaitingCode']);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('code');

    await page.keyboard.type('12');
    await page.keyboard.press('Enter');
    await page.locator('.problem', { hasText: /./ }).first().waitFor();
    expect(await page.locator('[name=code]').getAttribute('aria-invalid')).toBe('true');

    await page.locator('[name=code]').fill(wrong());
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.locator('#failure', { hasText: /passcode/ }).waitFor();
    await reach(page, 'awaitingCode');

    const repeat = page.getByRole('button', { name: /^Repeat/ });
    expect(await repeat.isDisabled()).toBe(true);
    expect(await repeat.textContent()).toMatch(/^Repeat in \d+ s$/);
    played.advance(COOLDOWN_MS);
    await page.clock.fastForward(COOLDOWN_MS);
    await page.getByRole('button', { name: 'Repeat', exact: true }).click();
    await expect.poll(() => api.sandbox.outbox.length, { timeout: 15_000 }).toBe(2);
    await reach(page, 'awaitingCode');

    await page.getByRole('button', { name: 'Cancel' }).click();
    await reach(page, 'cancelled');
    await page.getByRole('button', { name: 'Restart' }).click();

    await begin();
    await page.locator('[name=code]').fill(code());
    await page.keyboard.press('Enter');
    await login.rest?.();
    await reach(page, 'done');
    expect(played.actor().getSnapshot().output?.status).toBe('done');
    expect(await marked(page, 'visited')).toEqual(expect.arrayContaining([login.begins, 'sending', 'done']));

    // What it shows has no secrets, and says what was sent and came back.
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByRole('tab', { name: 'Data' }).click();
    const shown = await page.evaluate(() => document.documentElement.outerHTML);
    const { output } = played.actor().getSnapshot();
    const secrets = [
      api.sandbox.secret,
      ...Object.entries(output?.outputs as JsonObject)
        .filter(([name]) => /token|jwt/i.test(name))
        .map(([, value]) => String(value)),
    ];
    expect(secrets.length).toBeGreaterThan(1);
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(shown).toContain('•••');
  });
});

/** A workflow of so many steps, a few of which ask for an input of their own. */
function longPlan(steps: number, every: number) {
  const asks = (index: number): boolean => index % every === 0;
  const names = Array.from({ length: steps }, (_, index) => `value${index + 1}`);
  return planOf({
    inputs: inputsOf(names.filter((_, index) => asks(index))),
    steps: names.map((name, index) => stepOf(`step${index + 1}`, asks(index) ? uses(name) : {})),
  });
}

async function yes(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

test('a workflow of 60 steps is drawn, followed and scrolled to, and goes on after a reload in mid-flow', async () => {
  const server = await yes();
  const { page } = watched;
  played = await play([longPlan(60, 15)], { servers: { api: server.url } });
  await page.goto(played.inspector.url);
  await page.locator('#canvas svg').waitFor();
  for (let step = 1; step <= 60; step += 15) {
    await reach(page, `awaitingValue${step}`);
    if (step === 31) {
      await page.reload();
      await reach(page, 'awaitingValue31');
      expect(await page.locator('#place').textContent()).toMatch(/^\d+ \/ \d+ · live$/);
    }
    await page.getByLabel(`value${step}`, { exact: true }).fill(`v${step}`);
    await page.keyboard.press('Enter');
  }
  await reach(page, 'done');
  expect(await marked(page, 'active')).toEqual(['done']);
  expect((await marked(page, 'visited')).length).toBeGreaterThanOrEqual(65);
  await expect
    .poll(
      () =>
        page.evaluate(() => {
          const box = document.querySelector('#canvas .active')?.getBoundingClientRect();
          const frame = document.getElementById('canvas')?.getBoundingClientRect();
          return (
            box !== undefined && frame !== undefined && box.top >= frame.top && box.bottom <= frame.bottom
          );
        }),
      { timeout: 15_000 },
    )
    .toBe(true);
  await server.close();
});

test('a run is stepped through, kept in a file and opened again', async () => {
  const { page } = watched;
  played = await play([planOfMachine(logins.smsOtpLogin)], services());
  await page.goto(played.inspector.url);
  await reach(page, 'awaitingPhoneNumber');
  await page.getByLabel('Phone number').fill(NUMBER);
  await page.keyboard.press('Enter');
  await reach(page, 'awaitingCode');
  await page.locator('[name=code]').fill(code());
  await page.keyboard.press('Enter');
  await reach(page, 'done');
  const walk = async (): Promise<readonly string[]> => {
    const states: string[] = [];
    await page.getByRole('button', { name: 'To the end' }).click();
    await reach(page, 'done');
    // By the keyboard, on the slider.
    await page.locator('#cursor').focus();
    for (let step = 0; step < 20; step += 1) {
      states.push((await page.locator('#state').textContent()) ?? '');
      if ((await page.locator('#cursor').inputValue()) === '0') break;
      await page.keyboard.press('ArrowLeft');
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    return states.filter((state, index) => state !== states[index - 1]);
  };
  const backwards = ['done', 'authenticating', 'awaitingCode', 'sending', 'awaitingPhoneNumber'];
  expect(await walk()).toEqual(backwards);
  expect(await marked(page, 'active')).toEqual(['awaitingPhoneNumber']);
  expect(await page.locator('form').isVisible()).toBe(false);
  await page.getByRole('button', { name: 'One forward' }).click();
  await page.getByRole('button', { name: 'One forward' }).click();
  await reach(page, 'sending');

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  const file = join(tmpdir(), `inspector-${crypto.randomUUID()}.json`);
  await (await downloading).saveAs(file);
  const recording = await readFile(file, 'utf8');
  const { output } = played.actor().getSnapshot();
  const outputs: JsonObject = { ...output?.outputs };
  expect(recording).toContain(NUMBER);
  expect(String(outputs['sessionToken']).length).toBeGreaterThan(15);
  expect(recording).not.toContain(String(outputs['sessionToken']));

  // Opened in a page of another inspector, which has never seen this machine.
  const other = await play([longPlan(2, 1)], {});
  await page.goto(other.inspector.url);
  await reach(page, 'awaitingValue1');
  await page.locator('#file').setInputFiles(file);
  await page.getByText('A recording:').waitFor();
  await page.locator('#canvas [data-state="awaitingPhoneNumber"]').waitFor();
  expect(await walk()).toEqual(backwards);
  await page.getByRole('button', { name: 'Back to what is live' }).click();
  await reach(page, 'awaitingValue1');

  const head = '"format":"arazzo-xstate recording 1","machines":[]';
  const wait = { inputs: 7 };
  const snapshot = {
    seq: 2,
    at: 1,
    actor: 'a',
    kind: 'snapshot',
    status: 'active',
    states: [],
    taken: [],
    wait,
  };
  for (const text of [
    '{',
    '[]',
    '{}',
    `{${head},"entries":[{"kind":"actor"}]}`,
    `{${head},"entries":[${JSON.stringify(snapshot)}]}`,
  ]) {
    const broken = join(tmpdir(), `inspector-${crypto.randomUUID()}.json`);
    await writeFile(broken, text);
    await page.locator('#file').setInputFiles(broken);
    await page.getByText('is no recording of this inspector').waitFor();
    await rm(broken);
  }
  await rm(file);
  await other.close();
});

test('titles, names and answers that would be scripts are shown as texts', async () => {
  const { page } = watched;
  const script = '<img src=x onerror="document.title=\'gotcha\'"><script>document.title="gotcha"</script>';
  const plan = planOf({
    workflowId: 'w',
    summary: script,
    inputs: {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string', title: script, description: script } },
    },
    steps: [
      stepOf('call', uses('a'), {
        description: script,
        successCriteria: [{ condition: `$response.body#/x == '${script.replaceAll("'", '')}'` }],
        onFailure: [{ name: script.replaceAll(/[^\w]/g, ''), type: 'end' }],
      }),
    ],
  });
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(400, { 'content-type': 'application/json', 'x-answer': 'a' });
    response.end(JSON.stringify({ message: script, [script]: script }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  played = await play([plan], { servers: { api: url } }, { title: script });
  await page.goto(played.inspector.url);
  await reach(page, 'awaitingA');
  await page.locator('[name=a]').fill(script);
  await page.keyboard.press('Enter');
  await reach(page, 'failed');
  for (const tab of ['Requests', 'Data', 'Events']) await page.getByRole('tab', { name: tab }).click();
  expect(await page.locator('#title').textContent()).toBe(script);
  expect(await page.locator('#failure').textContent()).toContain(script);
  expect(await page.title()).not.toBe('gotcha');
  expect(await page.locator('img, #canvas script').count()).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});

test('the page can be used at the width of a phone, in the dark and with the keyboard alone', async () => {
  await watched.context.close();
  watched = await watch(browser, { width: 390, colorScheme: 'dark', hasTouch: true });
  const { page } = watched;
  played = await play([planOfMachine(logins.smsOtpLogin)], services());
  await page.goto(played.inspector.url);
  await reach(page, 'awaitingPhoneNumber');
  await page.locator('#canvas svg').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const small = await page.evaluate(
    () =>
      [
        ...document.querySelectorAll<HTMLButtonElement | HTMLSelectElement | HTMLInputElement>(
          'button, select, input',
        ),
      ].filter(
        (control) => control.offsetParent !== null && control.type !== 'range' && control.offsetHeight < 40,
      ).length,
  );
  expect(small).toBe(0);
  await page.keyboard.type(NUMBER);
  await page.keyboard.press('Enter');
  await reach(page, 'awaitingCode');
  const names: string[] = [];
  for (let press = 0; press < 30; press += 1) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(
        () =>
          `${document.activeElement?.id ?? ''}|${document.activeElement?.textContent?.slice(0, 20) ?? ''}`,
      ),
    );
  }
  for (const id of ['canvas', 'cursor', 'tab-events', 'log', 'save', 'zoom-in'])
    expect(names.some((name) => name.startsWith(`${id}|`))).toBe(true);
  expect(names.some((name) => name.endsWith('|Cancel'))).toBe(true);
  const body = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(body).toBe('rgb(12, 16, 22)');
});

test('what an interaction asks is shown as text with what belongs to it, and can be declined', async () => {
  const { page } = watched;
  const plan = planOf(
    {
      inputs: { type: 'object', properties: { what: { type: 'string', default: '<b>a train</b>' } } },
      steps: [
        {
          stepId: 'approve',
          interaction: {
            prompt: 'Take {$inputs.what}?',
            context: { price: 120, wanted: '$inputs.what' },
            inputSchema: {
              type: 'object',
              required: ['approved'],
              properties: { approved: { type: 'boolean', title: 'Approved' } },
            },
          },
          successCriteria: [{ condition: '$interaction.payload#/approved == true' }],
        },
      ],
    },
    { arazzo: '1.2.0' },
  );
  played = await play([plan], {});
  await page.goto(played.inspector.url);
  await reach(page, 'approving');
  await page.locator('.question').getByText('Take <b>a train</b>?').waitFor();
  await page.locator('.question').getByText('120').waitFor();
  await page.locator('[name=approved]').first().waitFor();
  await page.getByRole('button', { name: 'Decline' }).click();
  await reach(page, 'failed');
  await page.getByRole('button', { name: 'Restart' }).click();
  await reach(page, 'approving');
});
