import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { openPage, statesIn } from '../inspector/page-client.ts';
import { greet, startApi } from './helpers/api.ts';
import { ARAZZO, directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

const DOCUMENT = { 'w.arazzo.yaml': ARAZZO, 'openapi.yaml': OPENAPI };

/** Starts the command and gives the URL of its page. */
async function inspect(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const virtual = createVirtualTerminal({ isTTY: false, env });
  const ended = runCli(['inspect', ...args], virtual.terminal);
  await Promise.race([virtual.result.shows(/\n/), ended]);
  return { virtual, ended, url: virtual.result.text.trim() };
}

describe('inspect', () => {
  test('plays a workflow that begins by asking, restarts it, and ends when it is interrupted', async () => {
    const api = await startApi(greet);
    const directory = await directoryWith(DOCUMENT);
    const { virtual, ended, url } = await inspect([
      `${directory}/w.arazzo.yaml`,
      '--server',
      `greetings=${api.url}`,
    ]);
    const page = await openPage(url);
    await page.until((entries) => statesIn(entries)[0] === 'awaitingName');
    expect(page.messages()[0]).toMatchObject({
      title: 'Greeting',
      startable: [{ workflowId: 'greet-twice' }],
    });
    page.send({ type: 'submit', actor: 'a1', values: { name: { value: 'Ada' } } });
    await page.until((entries) => statesIn(entries)[0] === 'awaitingTitle');
    expect(api.received).toHaveLength(1);
    page.send({ type: 'start', workflowId: 'greet-twice' });
    const second = (): string =>
      page
        .entries()
        .find((entry) => entry.kind === 'actor' && entry.takesEvents === true && entry.actor !== 'a1')
        ?.actor ?? '';
    await page.until((entries) => statesIn(entries, second())[0] === 'awaitingName');
    expect(
      page
        .entries()
        .some((entry) => entry.kind === 'snapshot' && entry.actor === 'a1' && entry.status === 'stopped'),
    ).toBe(true);
    virtual.interrupt();
    expect(await ended).toBe(0);
    page.close();
  });

  test('sends nothing before somebody starts what does not begin by asking', async () => {
    const api = await startApi((_request, _body, response) => response.end('{"pong":true}'));
    const directory = await directoryWith({ 'w.arazzo.yaml': PING, 'openapi.yaml': OPENAPI });
    const { virtual, ended, url } = await inspect([
      `${directory}/w.arazzo.yaml`,
      '--server',
      `greetings=${api.url}`,
    ]);
    const page = await openPage(url);
    await expect.poll(() => page.machines().length, { timeout: 15_000 }).toBe(1);
    expect(page.entries()).toEqual([]);
    expect(api.received).toEqual([]);
    page.send({ type: 'start', workflowId: 'ping' });
    await page.until(
      (entries) => statesIn(entries).length > 0 && /done|failed/.test(statesIn(entries).join()),
    );
    expect(api.received).toHaveLength(1);
    virtual.interrupt();
    expect(await ended).toBe(0);
    page.close();
  });

  test('never shows a credential of the environment, though the API sends it back', async () => {
    const api = await startApi((request, _body, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          pong: true,
          got: request.headers['x-key'],
          again: `k=${String(request.headers['x-key'])}`,
        }),
      );
    });
    const description = OPENAPI.replace(
      'paths:',
      'components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }\nsecurity: [{ key: [] }]\npaths:',
    );
    const directory = await directoryWith({ 'w.arazzo.yaml': PING, 'openapi.yaml': description });
    const { virtual, ended, url } = await inspect(
      [`${directory}/w.arazzo.yaml`, 'ping', '--server', `greetings=${api.url}`],
      { ARAZZO_AUTH_GREETINGS_KEY: 'environment-key-1' },
    );
    const page = await openPage(url);
    page.send({ type: 'start', workflowId: 'ping' });
    await page.until((entries) => statesIn(entries)[0] === 'done');
    expect(page.texts.join('')).toContain('k=•••');
    expect(page.texts.join('')).not.toContain('environment-key-1');
    virtual.interrupt();
    expect(await ended).toBe(0);
    page.close();
  });

  test.each([
    [['missing.arazzo.yaml'], 'missing.arazzo.yaml'],
    [['w.arazzo.yaml', 'greet-twic'], 'Did you mean "greet-twice"?'],
    [['w.arazzo.yaml', '-i', 'nam=Ada'], 'Did you mean "name"?'],
    [['w.arazzo.yaml', '-i', 'name=A'], 'The value of input "name" is refused'],
    [['w.arazzo.yaml', '--allow-origin', 'app.example'], '"app.example" is no origin'],
    [['w.arazzo.yaml', '--allow-origin', 'https://app.example/'], 'is no origin'],
    [['w.arazzo.yaml', '--server', 'greeting=http://127.0.0.1:1'], 'Did you mean "greetings"?'],
    [['w.arazzo.yaml', '--auth', 'greetings.key=x'], 'None of them needs credentials.'],
  ])('refuses %j', async (args, message) => {
    const directory = await directoryWith(DOCUMENT);
    const { virtual, ended } = await inspect(
      args.map((arg, index) => (index === 0 ? `${directory}/${arg}` : arg)),
    );
    expect(await ended).toBe(2);
    expect(virtual.progress.text).toContain(message);
    expect(virtual.result.text).toBe('');
  });

  test('says when its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const directory = await directoryWith(DOCUMENT);
    const { virtual, ended } = await inspect([`${directory}/w.arazzo.yaml`, '--port', String(port)]);
    expect(await ended).toBe(2);
    expect(virtual.progress.text).toContain('it is in use');
    await new Promise((resolve) => server.close(resolve));
  });
});
