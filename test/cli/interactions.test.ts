import { request as httpRequest } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { accountsApi } from '../examples/apis/accounts.ts';
import { expensesApi } from '../examples/apis/expenses.ts';
import { flightsApi } from '../examples/apis/flights.ts';
import { startApi } from './helpers/api.ts';
import { directoryWith, OPENAPI } from './helpers/files.ts';
import { onlyJson, spawnCli } from './helpers/spawn-cli.ts';
import { createVirtualTerminal, KEYS } from './helpers/virtual-terminal.ts';
import type { VirtualTerminal } from './helpers/virtual-terminal.ts';

const { enter, down } = KEYS;
const DECLINE = '\u0018';

const EXAMPLES = fileURLToPath(new URL('../../workflows/examples/', import.meta.url));
const EXPENSES = join(EXAMPLES, 'expense-approval/approve-expense.arazzo.yaml');
const FLIGHTS = join(EXAMPLES, 'flight-choice/choose-flight.arazzo.yaml');
const SIGN_IN = join(EXAMPLES, 'oauth-consent/sign-in.arazzo.yaml');
const EXPENSE = ['-i', 'amount=120', '-i', 'purpose=a train'];

/** The link that a person was told to open, the last one. */
async function linkIn(virtual: VirtualTerminal): Promise<URL> {
  await virtual.progress.shows(/Open in your browser: \S+[\s\S]*esc cancel/);
  const link = [...virtual.progress.text.matchAll(/Open in your browser: (\S+)/g)].at(-1)?.[1];
  return new URL(link ?? '');
}

describe('a form', () => {
  test('is shown with its context, and asked member by member', async () => {
    const api = await startApi(expensesApi());
    const virtual = createVirtualTerminal();
    const ended = runCli(['run', EXPENSES, ...EXPENSE, '--server', `expenses=${api.url}`], virtual.terminal);
    await virtual.typeAt(
      /Pay 120 EUR for a train\?[\s\S]*budget +Travel[\s\S]*left +880[\s\S]*\? Approve it[\s\S]*❯ 1\. yes[\s\S]*ctrl\+x decline[\s\S]*esc cancel[\s\S]*left/,
      enter,
    );
    await virtual.typeAt(/\? Note \(optional\)[\s\S]*esc cancel/, 'fine', enter);
    expect(await ended).toBe(0);
    expect(virtual.result.text).toBe('reference  pay-e-1\n');
    expect(api.received.at(-1)?.body).toBe('{"notes":["fine",null]}');
  });

  test('can be declined, which takes the actions for it', async () => {
    const api = await startApi(expensesApi());
    const virtual = createVirtualTerminal();
    const ended = runCli(['run', EXPENSES, ...EXPENSE, '--server', `expenses=${api.url}`], virtual.terminal);
    await virtual.typeAt(/● askingManager[\s\S]*\? Approve it[\s\S]*esc cancel/, DECLINE);
    await virtual.typeAt(/declined[\s\S]*● askingDirector[\s\S]*\? Approve it[\s\S]*esc cancel/, down, enter);
    await virtual.typeAt(/\? Note \(optional\)[\s\S]*esc cancel/, enter);
    expect(await ended).toBe(0);
    expect(api.received.map(({ path }) => path)).toEqual(['/expenses', '/expenses/e-1']);
  });

  test('offers what was found to choose from, and is asked again when the choice is gone', async () => {
    const api = await startApi(flightsApi());
    const virtual = createVirtualTerminal();
    const args = ['run', FLIGHTS, '-i', 'route=BER-LIS', '-i', 'day=2030-06-01'];
    const ended = runCli([...args, '--server', `flights=${api.url}`], virtual.terminal);
    await virtual.typeAt(/\? What now[\s\S]*1\. book[\s\S]*2\. otherDay[\s\S]*esc cancel/, enter);
    await virtual.typeAt(
      /\? Flight \(optional\)[\s\S]*1\. 07:10, 80 EUR[\s\S]*2\. 18:40[\s\S]*esc cancel/,
      enter,
    );
    await virtual.typeAt(/409[\s\S]*\? What now[\s\S]*esc cancel/, down, enter);
    await virtual.typeAt(/\? Flight \(optional\)[\s\S]*none of them[\s\S]*esc cancel/, down, down, enter);
    await virtual.typeAt(/\? Day[\s\S]*esc cancel/, '2030-06-02', enter);
    await virtual.typeAt(/\? What now[\s\S]*esc cancel/, enter);
    await virtual.typeAt(/\? Flight \(optional\)[\s\S]*1\. 18:40[\s\S]*esc cancel/, enter);
    expect(await ended).toBe(0);
    expect(virtual.result.text).toBe('booking  B-F2\n');
  });

  test('says what is wrong with an answer, and asks again', async () => {
    const api = await startApi(flightsApi());
    const virtual = createVirtualTerminal();
    const args = ['run', FLIGHTS, '-i', 'route=BER-LIS', '-i', 'day=2030-06-01'];
    const ended = runCli([...args, '--server', `flights=${api.url}`], virtual.terminal);
    await virtual.typeAt(/\? What now[\s\S]*esc cancel/, enter);
    await virtual.typeAt(/\? Flight \(optional\)[\s\S]*esc cancel/, down, down, enter);
    await virtual.typeAt(/✖ [\s\S]*\? What now[\s\S]*esc cancel/, down, down, enter);
    await virtual.typeAt(/\? Flight \(optional\)[\s\S]*esc cancel/, down, down, enter);
    expect(await ended).toBe(0);
  });
});

describe('nobody to ask', () => {
  test('keeps the run with --save, says what is asked, and goes on with -i', async () => {
    const api = await startApi(expensesApi());
    const directory = await directoryWith({});
    const base = ['run', EXPENSES, '--server', `expenses=${api.url}`, '--json'];
    const stopped = await spawnCli([...base, ...EXPENSE, '--save', 'run.json'], { directory });
    expect(stopped.code).toBe(3);
    expect(onlyJson(stopped)).toMatchObject({
      status: 'waiting',
      state: 'askingManager',
      missing: ['approved'],
      interaction: { mode: 'form', prompt: 'Pay **120 EUR** for a train?', context: { left: 880 } },
    });
    expect(stopped.stderr).toContain('--resume run.json -i approved=…');
    const refused = await spawnCli([...base, '--resume', 'run.json', '-i', 'approved=perhaps'], {
      directory,
    });
    expect(refused.code).toBe(2);
    const unknown = await spawnCli([...base, '--resume', 'run.json', '-i', 'aproved=true'], { directory });
    expect(unknown.stderr).toContain('Did you mean "approved"?');
    const ended = await spawnCli([...base, '--resume', 'run.json', '-i', 'approved=true'], { directory });
    expect(ended.code).toBe(0);
    expect(onlyJson(ended)).toMatchObject({ status: 'done', outputs: { reference: 'pay-e-1' } });
  });

  test('stops at the question without a terminal', async () => {
    const api = await startApi(expensesApi());
    const args = ['run', EXPENSES, ...EXPENSE, '--server', `expenses=${api.url}`, '--no-interactive'];
    const ended = await spawnCli(args, { directory: await directoryWith({}) });
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/waits for: approved[\s\S]*Pay \*?\*?120 EUR/);
  });
});

describe('an acknowledgement', () => {
  const confirm = `arazzo: 1.2.0
info: { title: Ping, version: 1.0.0 }
sourceDescriptions:
  - { name: greetings, url: ./openapi.yaml, type: openapi }
workflows:
  - workflowId: confirm
    steps:
      - stepId: confirmPing
        interaction: { mode: acknowledge, prompt: "Ping now?\\n**Twice**?" }
        onCancel: { name: left, type: end }
      - stepId: pingServer
        operationId: ping
`;

  async function start(): Promise<{ virtual: VirtualTerminal; ended: Promise<number> }> {
    const directory = await directoryWith({ 'confirm.arazzo.yaml': confirm, 'openapi.yaml': OPENAPI });
    const api = await startApi((_, _body, response) => response.end());
    const virtual = createVirtualTerminal();
    const args = ['run', join(directory, 'confirm.arazzo.yaml'), '--server', `greetings=${api.url}`];
    return { virtual, ended: runCli(args, virtual.terminal) };
  }

  test('goes on when the person proceeds', async () => {
    const { virtual, ended } = await start();
    await virtual.typeAt(
      /Ping now\?\s+Twice\?[\s\S]*❯ 1\. proceed[\s\S]*2\. decline[\s\S]*esc cancel/,
      enter,
    );
    expect(await ended).toBe(0);
  });

  test('takes onCancel when the person declines', async () => {
    const { virtual, ended } = await start();
    await virtual.typeAt(/2\. decline[\s\S]*esc cancel/, down, enter);
    expect(await ended).toBe(1);
    expect(virtual.progress.text).toContain('has failed (left)');
  });
});

describe('a redirect', () => {
  const signIn = (url: string, ...more: readonly string[]): readonly string[] => [
    'run',
    SIGN_IN,
    '-i',
    'client_id=app-1',
    '--server',
    `accounts=${url}`,
    ...more,
  ];

  /** A request with a `Host` of its own. */
  function statusOf(url: URL, host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      httpRequest(url, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  test('prints the link, takes the browser back, and goes on', async () => {
    const api = await startApi(accountsApi());
    const virtual = createVirtualTerminal();
    const ended = runCli(signIn(api.url), virtual.terminal);
    const link = await linkIn(virtual);
    expect(`${link.origin}${link.pathname}`).toBe(`${api.url}/authorize`);
    const back = new URL(link.searchParams.get('redirect_uri') ?? '');
    expect(back.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(link.searchParams.get('state')).toMatch(/^[\w-]{32}$/);
    // Others who find the port get nowhere.
    expect((await fetch(`${back.href}?code=x&state=y`)).status).toBe(400);
    expect((await fetch(`${back.href}?code=x`)).status).toBe(400);
    expect((await fetch(new URL('/', back))).status).toBe(404);
    expect((await fetch(back, { method: 'POST' })).status).toBe(405);
    expect(await statusOf(back, 'evil.example')).toBe(421);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('You can close this window.');
    expect(await ended).toBe(0);
    expect(virtual.result.text).toBe('name  Ada\n');
    await expect(fetch(back)).rejects.toThrow('fetch failed');
    expect(virtual.progress.text).not.toContain('code-1');
  });

  test('fails where the person gave no consent', async () => {
    const api = await startApi(accountsApi());
    const virtual = createVirtualTerminal();
    const ended = runCli(signIn(api.url, '-i', 'client_id=app-denied'), virtual.terminal);
    await fetch(await linkIn(virtual));
    expect(await ended).toBe(1);
    expect(virtual.progress.text).toContain('has failed (noConsent)');
  });

  test('can be declined, and ends with the run', async () => {
    const api = await startApi(accountsApi());
    for (const keys of [[enter], [DECLINE], [KEYS.interrupt]]) {
      const virtual = createVirtualTerminal();
      const ended = runCli(signIn(api.url), virtual.terminal);
      await linkIn(virtual);
      virtual.type(...keys);
      expect(await ended).toBe(1);
    }
  });

  test('asks for the address where the browser does not come back to this machine', async () => {
    const api = await startApi(accountsApi());
    const virtual = createVirtualTerminal();
    const elsewhere = ['-i', 'redirect_uri=https://app.example/back', '-i', 'state=proof-1234'];
    const ended = runCli(signIn(api.url, ...elsewhere), virtual.terminal);
    const page = await fetch(await linkIn(virtual), { redirect: 'manual' });
    await virtual.typeAt(
      /\? The address at which the browser ended[\s\S]*esc cancel/,
      page.headers.get('location') ?? '',
      enter,
    );
    expect(await ended).toBe(0);
  });

  test('listens at the same address when a kept run goes on', async () => {
    const api = await startApi(accountsApi());
    const directory = await directoryWith({});
    const stopped = await spawnCli([...signIn(api.url), '--save', 'run.json', '--json'], { directory });
    expect(stopped.code).toBe(3);
    const { interaction } = onlyJson(stopped) as { interaction: { url: string } };
    expect(await readFile(join(directory, 'run.json'), 'utf8')).not.toContain('token');
    const virtual = createVirtualTerminal();
    const ended = runCli(['run', SIGN_IN, '--resume', join(directory, 'run.json')], virtual.terminal);
    expect((await linkIn(virtual)).href).toBe(interaction.url);
    await fetch(interaction.url);
    expect(await ended).toBe(0);
  });

  test('asks for the address, too, when another program has taken it', async () => {
    const api = await startApi(accountsApi());
    const other = await startApi((_, _body, response) => response.end());
    const virtual = createVirtualTerminal();
    const back = ['-i', `redirect_uri=${other.url}/callback`, '-i', 'state=proof-1234'];
    const ended = runCli(signIn(api.url, ...back), virtual.terminal);
    await virtual.progress.shows(/another program listens there/);
    const link = /Open in your browser: (\S+)/.exec(virtual.progress.text)?.[1] ?? '';
    const page = await fetch(link, { redirect: 'manual' });
    await virtual.typeAt(/\? The address[\s\S]*esc cancel/, page.headers.get('location') ?? '', enter);
    expect(await ended).toBe(0);
  });

  test('is taken back inside of a called workflow, too', async () => {
    const api = await startApi(accountsApi());
    const directory = await directoryWith({
      'caller.arazzo.yaml': `arazzo: 1.2.0
info: { title: Caller, version: 1.0.0 }
sourceDescriptions:
  - { name: accounts, url: '${join(EXAMPLES, 'oauth-consent/accounts-openapi.yaml')}', type: openapi }
  - { name: signing, url: '${SIGN_IN}', type: arazzo }
workflows:
  - workflowId: caller
    steps:
      - stepId: signIn
        workflowId: $sourceDescriptions.signing.sign-in
        parameters: [{ name: client_id, value: app-1 }]
        outputs: { name: $outputs.name }
    outputs: { name: $steps.signIn.outputs.name }
`,
    });
    const virtual = createVirtualTerminal();
    const args = ['run', join(directory, 'caller.arazzo.yaml'), '--server', `accounts=${api.url}`];
    const ended = runCli(args, virtual.terminal);
    await fetch(await linkIn(virtual));
    expect(await ended).toBe(0);
    expect(virtual.result.text).toBe('name  Ada\n');
  });

  test('is over when its time is', async () => {
    const directory = await directoryWith({
      'visit.arazzo.yaml': `arazzo: 1.2.0
info: { title: Visit, version: 1.0.0 }
sourceDescriptions:
  - { name: greetings, url: ./openapi.yaml, type: openapi }
workflows:
  - workflowId: visit
    inputs: { type: object, required: [back], properties: { back: { type: string, x-xstate: { callback: url } } } }
    steps:
      - stepId: visitPage
        timeout: PT0.3S
        interaction:
          mode: redirect
          prompt: Go there
          url: 'https://auth.example/?redirect_uri={$inputs.back}'
          inputSchema: { type: object }
        onTimeout: { name: tooLate, type: end }
`,
      'openapi.yaml': OPENAPI,
    });
    const virtual = createVirtualTerminal();
    expect(await runCli(['run', join(directory, 'visit.arazzo.yaml')], virtual.terminal)).toBe(1);
    expect(virtual.progress.text).toContain('has failed (tooLate)');
  });

  test('says why there is no link, and cancels the run', async () => {
    const directory = await directoryWith({
      'visit.arazzo.yaml': `arazzo: 1.2.0
info: { title: Visit, version: 1.0.0 }
sourceDescriptions:
  - { name: greetings, url: ./openapi.yaml, type: openapi }
workflows:
  - workflowId: visit
    steps:
      - stepId: visitPage
        interaction: { mode: redirect, prompt: Go there, operationId: ping, inputSchema: { type: object } }
`,
      'openapi.yaml': OPENAPI.replace(/^servers:.*$/m, "servers: [{ url: 'ftp://files.example' }]"),
    });
    const virtual = createVirtualTerminal();
    expect(await runCli(['run', join(directory, 'visit.arazzo.yaml')], virtual.terminal)).toBe(1);
    expect(virtual.progress.text).toMatch(/✖ .*\n.*was cancelled/);
  });
});
