import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { runDemo } from '../../src/cli/run-demo.ts';
import { greet, startApi } from './helpers/api.ts';
import { ARAZZO, directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { createVirtualTerminal, KEYS } from './helpers/virtual-terminal.ts';
import type { VirtualTerminal } from './helpers/virtual-terminal.ts';

const { enter } = KEYS;

/** The code that the sandbox said it has delivered last, once it has said so `times` times. */
async function deliveredCode(virtual: VirtualTerminal, times = 1): Promise<string> {
  await virtual.progress.shows(new RegExp(`(?:your code is \\d{6}[\\s\\S]*){${String(times)}}`));
  return [...virtual.progress.text.matchAll(/your code is (\d{6})/g)].at(-1)?.[1] ?? '';
}

describe('npm start in a terminal', () => {
  test('asks for the phone number and the code, shows the delivered code, and ends with a session', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo([], virtual.terminal);
    await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, '+14155550100', enter);
    const code = await deliveredCode(virtual);
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, code, enter);
    expect(await ended).toBe(0);
    expect(virtual.result.text).toMatch(/^userId +user-test-\S+\nsessionToken +\S+\nsessionJwt +\S+\n$/);
    expect(virtual.progress.text).toContain('sms to +14155550100');
  });

  test('takes what it offers where nothing is typed', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo(['email-otp-login'], virtual.terminal);
    await virtual.typeAt(/\? E-mail address \(someone@example\.com\)[\s\S]*esc cancel/, enter);
    const code = await deliveredCode(virtual);
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, code, enter);
    expect(await ended).toBe(0);
  });

  test('shows a wrong code and asks for it again', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo([], virtual.terminal);
    await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, enter);
    const code = await deliveredCode(virtual);
    const wrong = code === '111111' ? '222222' : '111111';
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, wrong, enter);
    await virtual.typeAt(/✖ 404 · otp_code_not_found[\s\S]*\? Code[\s\S]*esc cancel/, code, enter);
    expect(await ended).toBe(0);
  });

  test('lets the discovered organization be picked from a list', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo(['email-otp-discovery'], virtual.terminal);
    await virtual.typeAt(/\? E-mail address[\s\S]*esc cancel/, enter);
    const code = await deliveredCode(virtual);
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, code, enter);
    await virtual.typeAt(/❯ 1\. Acme[\s\S]*2\. Globex[\s\S]*3\. Initech[\s\S]*esc cancel/, KEYS.down, enter);
    expect(await ended).toBe(1);
    expect(virtual.progress.text).toMatch(/✔ Organization Globex[\s\S]*has failed \(mfaRequired\)/);
  });

  test('goes back to the phone number, and sends to the new one', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo([], virtual.terminal);
    await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, '+14155550100', enter);
    await virtual.typeAt(/\? Code[\s\S]*ctrl\+e change phone number/, KEYS.back);
    await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, '+14155550101', enter);
    const code = await deliveredCode(virtual, 2);
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, code, enter);
    expect(await ended).toBe(0);
    expect(virtual.progress.text).toContain('sms to +14155550101');
  });

  test('refuses to send again before its time, and says when', async () => {
    const virtual = createVirtualTerminal();
    const ended = runDemo([], virtual.terminal);
    await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, enter);
    await virtual.typeAt(/\? Code[\s\S]*ctrl\+r send again in \d+ s/, KEYS.again);
    await virtual.typeAt(/Not yet: send again in \d+ s/, KEYS.interrupt);
    expect(await ended).toBe(1);
    expect(virtual.progress.text.match(/your code is/g)).toHaveLength(1);
  });

  const leavings: Record<string, (virtual: VirtualTerminal) => void> = {
    'ctrl+c': (virtual) => virtual.type(KEYS.interrupt),
    'ctrl+d': (virtual) => virtual.type(KEYS.endOfInput),
    'a closed terminal': (virtual) => virtual.hangUp(),
    'an interruption from outside': (virtual) => virtual.interrupt(),
  };
  for (const [title, leave] of Object.entries(leavings)) {
    test(`${title} cancels the run: exit code 1`, async () => {
      const virtual = createVirtualTerminal();
      const ended = runDemo(['--json'], virtual.terminal);
      await virtual.typeAt(/\? Phone number[\s\S]*esc cancel/, enter);
      await virtual.progress.shows(/\? Code[\s\S]*esc cancel/);
      leave(virtual);
      expect(await ended).toBe(1);
      expect(JSON.parse(virtual.result.text)).toMatchObject({ status: 'cancelled', state: 'cancelled' });
    });
  }
});

describe('npm start without a terminal', () => {
  for (const login of [
    'sms-otp-login',
    'whatsapp-otp-login',
    'email-otp-login',
    'email-otp-discovery',
    'sms-otp-mfa',
  ]) {
    test(`answers by itself and ends ${login} with a session`, async () => {
      const virtual = createVirtualTerminal({ isTTY: false });
      expect(await runDemo([login, '--json'], virtual.terminal)).toBe(0);
      const { status, outputs } = JSON.parse(virtual.result.text) as {
        status: string;
        outputs: Record<string, string>;
      };
      expect(status).toBe('done');
      expect(outputs['sessionToken']).toMatch(/^\S{20,}$/);
    });
  }

  test('knows the ready-made logins only', async () => {
    const virtual = createVirtualTerminal({ isTTY: false });
    expect(await runDemo(['sms-otp-logn'], virtual.terminal)).toBe(2);
    expect(virtual.progress.text).toContain('Did you mean "sms-otp-login"?');
    expect(await runDemo(['../workflows/sms-otp-login'], virtual.terminal)).toBe(2);
  });

  test('never gives the sandbox the credentials of the environment', async () => {
    const env = { ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: 'project-live:real-secret' };
    const virtual = createVirtualTerminal({ isTTY: false, env });
    expect(await runDemo([], virtual.terminal)).toBe(0);
  });

  test('--live sends to the test environment of Stytch, with the credentials of the project', async () => {
    const sent: Request[] = [];
    const platform = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      sent.push(new Request(input, init));
      return Promise.resolve(Response.json({ error_type: 'unauthorized_credentials' }, { status: 401 }));
    };
    try {
      const env = { STYTCH_PROJECT_ID: 'project-test-x', STYTCH_SECRET: 'hush' };
      const virtual = createVirtualTerminal({ isTTY: false, env });
      const args = ['--live', '-i', 'phone_number=+10000000000', '-i', 'code=000000'];
      expect(await runDemo(args, virtual.terminal)).toBe(1);
      expect(virtual.progress.text + virtual.result.text).not.toContain('hush');
    } finally {
      globalThis.fetch = platform;
    }
    expect(sent.map(({ url }) => url)).toEqual(['https://test.stytch.com/v1/otps/sms/login_or_create']);
    const expected = `Basic ${Buffer.from('project-test-x:hush').toString('base64')}`;
    expect(sent[0]?.headers.get('authorization')).toBe(expected);
  });

  test('--live needs the credentials of a project, and says where from', async () => {
    const virtual = createVirtualTerminal({ isTTY: false, env: { STYTCH_PROJECT_ID: 'project-test-x' } });
    expect(await runDemo(['--live'], virtual.terminal)).toBe(2);
    expect(virtual.progress.text).toContain('STYTCH_PROJECT_ID and STYTCH_SECRET');
  });
});

describe('run in a terminal', () => {
  const FILES = { 'greet.arazzo.yaml': ARAZZO, 'openapi.yaml': OPENAPI };

  test('says at the start what will be asked, and checks what is typed', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const virtual = createVirtualTerminal();
    const args = ['run', join(directory, 'greet.arazzo.yaml'), '--server', `greetings=${api.url}`];
    const ended = runCli(args, virtual.terminal);
    await virtual.typeAt(
      /asked for: name, title \(before greetTitle\)\.[\s\S]*\? Name[\s\S]*esc cancel/,
      'A',
      enter,
    );
    await virtual.typeAt(/✖ The value must have at least 2 characters/, 'da', enter);
    await virtual.typeAt(/\? Title[\s\S]*esc cancel/, 'Dr', enter);
    expect(await ended).toBe(0);
    expect(virtual.result.text).toBe('first   hello Ada\nsecond  hello Dr\n');
  });

  test('asks for nothing that is given', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const virtual = createVirtualTerminal();
    const args = ['run', join(directory, 'greet.arazzo.yaml'), '-i', 'name=Ada', '-i', 'title=Dr'];
    expect(await runCli([...args, '--server', `greetings=${api.url}`], virtual.terminal)).toBe(0);
    expect(virtual.progress.text).not.toContain('?');
  });

  test('--no-interactive never asks', async () => {
    const directory = await directoryWith(FILES);
    const virtual = createVirtualTerminal();
    const args = ['run', join(directory, 'greet.arazzo.yaml'), '--no-interactive'];
    expect(await runCli(args, virtual.terminal)).toBe(3);
  });

  test('lets one of several workflows be picked', async () => {
    const two = `${PING}  - workflowId: pong\n    steps: [{ stepId: pingServer, operationId: ping }]\n`;
    const directory = await directoryWith({ 'openapi.yaml': OPENAPI, 'two.yaml': two });
    const api = await startApi((_, __, response) => response.writeHead(204).end());
    const virtual = createVirtualTerminal();
    const ended = runCli(
      ['run', join(directory, 'two.yaml'), '--server', `greetings=${api.url}`, '--json'],
      virtual.terminal,
    );
    await virtual.typeAt(/Which workflow\?[\s\S]*2\. pong[\s\S]*esc cancel/, '2', enter);
    expect(await ended).toBe(0);
    expect(JSON.parse(virtual.result.text)).toMatchObject({ workflowId: 'pong', status: 'done' });
  });

  test.each([
    ['esc', '\u001b'],
    ['ctrl+c', KEYS.interrupt],
  ])('ends with exit code 1 when none of several workflows is picked: %s', async (_, key) => {
    const two = `${PING}  - workflowId: pong\n    steps: [{ stepId: pingServer, operationId: ping }]\n`;
    const directory = await directoryWith({ 'openapi.yaml': OPENAPI, 'two.yaml': two });
    const virtual = createVirtualTerminal();
    const ended = runCli(['run', join(directory, 'two.yaml')], virtual.terminal);
    await virtual.typeAt(/Which workflow\?[\s\S]*esc cancel/, key);
    expect(await ended).toBe(1);
    expect(virtual.progress.text).toContain('error: No workflow was picked.');
  });

  test('hides what is typed for a secret', async () => {
    const secret = ARAZZO.replace('title: { type: string }', 'title: { type: string, format: password }');
    const directory = await directoryWith({ ...FILES, 'secret.yaml': secret });
    const api = await startApi((_, __, response) => response.writeHead(200).end());
    const virtual = createVirtualTerminal();
    const args = [
      'run',
      join(directory, 'secret.yaml'),
      '-i',
      'name=Ada',
      '--server',
      `greetings=${api.url}`,
    ];
    const ended = runCli(args, virtual.terminal);
    await virtual.typeAt(/\? Title[\s\S]*esc cancel/, 'hush-hush', enter);
    expect(await ended).toBe(0);
    expect(virtual.progress.text).toContain('•••••••••');
    expect(virtual.progress.raw).not.toContain('hush');
    expect(api.received[1]?.body).toContain('hush-hush');
  });

  test('--sandbox uses the embedded stand-in and its credentials', async () => {
    const virtual = createVirtualTerminal();
    const ended = runCli(
      ['run', 'workflows/sms-otp-login.arazzo.yaml', '--sandbox', '-i', 'phone_number=+14155550100'],
      virtual.terminal,
    );
    const code = await deliveredCode(virtual);
    await virtual.typeAt(/\? Code[\s\S]*esc cancel/, code, enter);
    expect(await ended).toBe(0);
  });
});
