import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { startApi } from './helpers/api.ts';
import { directoryWith, PING } from './helpers/files.ts';
import { onlyJson, plainEnvironment, spawnCli } from './helpers/spawn-cli.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

describe('the demo as a process', () => {
  test('ends with a session by itself when nobody is there, although stdin stays open', async () => {
    const ended = await spawnCli(['--json'], { script: 'demo' });
    expect(ended.code).toBe(0);
    expect(onlyJson(ended)).toMatchObject({ workflowId: 'sms-otp-login', status: 'done' });
  });
});

describe('the sandbox', () => {
  test('listens, shows what it delivers, and ends with exit code 0 when it is interrupted', async () => {
    const { terminal, result, interrupt } = createVirtualTerminal({ isTTY: false });
    const ended = runCli(['sandbox', '--port', '0', '--json'], terminal);
    await result.shows(/\n/);
    const { url, projectId, secret } = JSON.parse(result.text) as Record<string, string>;
    const authorization = `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;
    const send = await fetch(`${url}/v1/otps/sms/login_or_create`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ phone_number: '+14155550100' }),
    });
    expect(send.status).toBe(200);
    await result.shows(/\n.*"code".*\n/);
    interrupt();
    expect(await ended).toBe(0);
    expect(JSON.parse(result.text.split('\n')[1] ?? '')).toMatchObject({
      channel: 'sms',
      to: '+14155550100',
    });
  });

  test('says when its port is taken', async () => {
    const first = createVirtualTerminal({ isTTY: false });
    const running = runCli(['sandbox', '--port', '0', '--json'], first.terminal);
    await first.result.shows(/\n/);
    const { port } = new URL((JSON.parse(first.result.text) as { url: string }).url);
    const second = createVirtualTerminal({ isTTY: false });
    expect(await runCli(['sandbox', '--port', port], second.terminal)).toBe(2);
    expect(second.progress.text).toMatch(/cannot listen on port \d+: it is in use[\s\S]*--port/);
    first.interrupt();
    await running;
  });
});

describe('an interruption', () => {
  test('ends a command that reads a source which does not come', async () => {
    const directory = await directoryWith({ 'ping.arazzo.yaml': PING });
    let interrupt = (): void => undefined;
    const api = await startApi(() => interrupt());
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
    const source = `greetings=${api.url}/openapi.yaml`;
    const args = [main, 'validate', 'ping.arazzo.yaml', '--allow-remote', '--source', source];
    const child = spawn(process.execPath, args, { cwd: directory, env: plainEnvironment(), stdio: 'ignore' });
    interrupt = () => child.kill('SIGINT');
    const ended = await new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    expect(ended).toEqual({ code: null, signal: 'SIGINT' });
  }, 10_000);
});

describe('a reader that goes away', () => {
  test('is no error: the command ends quietly with its own exit code', async () => {
    const documents = Array.from({ length: 30 }, () => 'workflows/sms-otp-login.arazzo.yaml');
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, 'validate', '--json', ...documents], {
      env: plainEnvironment(),
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
