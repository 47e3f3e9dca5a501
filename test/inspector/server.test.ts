import { get, request, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { createActor, createMachine, setup } from 'xstate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createInspector, type Inspector } from '../../src/inspector/index.ts';
import { planOf, stepOf } from '../plan/small-documents.ts';
import { openPage, type PageClient } from './page-client.ts';

let inspector: Inspector;

beforeEach(async () => {
  inspector = await createInspector({ title: 'Test' });
});
afterEach(() => inspector.close());

function ask(url: string | URL, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      response.resume();
      resolve(response);
    }).once('error', reject);
  });
}

/** How a socket is answered: 101 when it is taken. */
function knock(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => undefined);
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      resolve(response.statusCode ?? 0);
    });
  });
}

describe('the server', () => {
  it('has a new token of 24 bytes each time, and listens on the loopback only', async () => {
    const other = await createInspector();
    const tokens = [inspector, other].map(({ url }) => new URL(url).pathname);
    expect(tokens[0]).toMatch(/^\/[\w-]{32}\/$/);
    expect(tokens[0]).not.toBe(tokens[1]);
    const { port } = new URL(inspector.url);
    const elsewhere = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.internal === false && address.family === 'IPv4');
    if (elsewhere !== undefined) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(Number(port), elsewhere.address);
        socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'));
      });
      expect(outcome).toBe('refused');
    }
    await other.close();
  });

  it('serves the page under a policy without inline scripts, dynamic code and foreign addresses', async () => {
    const response = await ask(inspector.url);
    expect(response.statusCode).toBe(200);
    const policy = String(response.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(response.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const html = await (await fetch(inspector.url)).text();
    expect(html).not.toMatch(/\son\w+=|<script>|javascript:|https?:\/\//i);
  });

  it('serves the scripts of the page, and no other files', async () => {
    for (const name of ['main.js', 'page.css', 'diagram.css', 'log-view.ts'])
      expect((await ask(new URL(name, inspector.url))).statusCode).toBe(200);
    for (const name of [
      'server.ts',
      '../server.ts',
      '%2e%2e/server.ts',
      '..%2fserver.ts',
      'page/main.ts',
      'package.json',
      'main.js/',
    ])
      expect((await ask(`${inspector.url}${name}`)).statusCode).toBe(404);
  });

  it('refuses requests by another name, without the token or from elsewhere', async () => {
    const { host } = new URL(inspector.url);
    expect((await ask(inspector.url, { host: 'evil.example' })).statusCode).toBe(421);
    expect((await ask(`http://${host}/`)).statusCode).toBe(404);
    expect((await ask(`http://${host}/main.js`)).statusCode).toBe(404);
    expect((await ask(inspector.url, { origin: 'https://evil.example' })).statusCode).toBe(403);
    const deleted = await new Promise<IncomingMessage>((resolve) => {
      request(inspector.url, { method: 'DELETE' }, resolve).end();
    });
    deleted.resume();
    expect(deleted.statusCode).toBe(405);
  });

  it('refuses sockets by another name, without the token or from elsewhere', async () => {
    const { host, origin } = new URL(inspector.url);
    const page = `${inspector.socketUrl}/page`;
    expect(await knock(page, { origin })).toBe(101);
    expect(await knock(page)).toBe(404);
    expect(await knock(page, { origin: 'http://localhost:1' })).toBe(403);
    expect(await knock(page, { origin: 'https://evil.example' })).toBe(403);
    expect(await knock(page, { origin, host: 'evil.example' })).toBe(421);
    expect(await knock(`ws://${host}/`, {})).toBe(404);
    expect(await knock(inspector.socketUrl)).toBe(101);
    expect(await knock(inspector.socketUrl, { origin: 'http://localhost:5173' })).toBe(101);
    expect(await knock(inspector.socketUrl, { origin: 'https://app.example' })).toBe(403);
    const open = await createInspector({ allowOrigins: ['https://app.example'] });
    expect(await knock(open.socketUrl, { origin: 'https://app.example' })).toBe(101);
    expect(await knock(`${open.socketUrl}/page`, { origin: 'https://app.example' })).toBe(403);
    await open.close();
  });

  it('draws the machine of a recording, and says so where it cannot', async () => {
    const { origin } = new URL(inspector.url);
    const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(new URL('picture', inspector.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, ...headers },
        body,
      });
    const graph = {
      id: '<script>alert(1)</script>',
      nodes: [{ id: 'a', kind: 'plain', label: '</text><script>', details: [], tags: [], children: [] }],
      edges: [],
    };
    const drawn = await post(JSON.stringify(graph));
    expect(drawn.status).toBe(200);
    expect(drawn.headers.get('content-type')).toBe('image/svg+xml');
    expect(await drawn.text()).not.toContain('<script');
    for (const body of [
      '',
      '[]',
      '3',
      '{"nodes":3}',
      '{"nodes":[null],"edges":[7]}',
      '{"nodes":[{"id":3}],"edges":[]}',
      JSON.stringify({ ...graph, nodes: [{ ...graph.nodes[0], kind: 'x"><script>' }] }),
      JSON.stringify({ ...graph, edges: [{ id: 'e', from: 'a', to: 'a', kind: 'toString' }] }),
    ])
      expect((await post(body)).status).toBe(400);
    expect((await post(JSON.stringify(graph), { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await post(JSON.stringify(graph), { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('ends with its sockets', async () => {
    const page = await openPage(inspector.url);
    const other = await createInspector();
    await other.close();
    await inspector.close();
    await expect(fetch(inspector.url)).rejects.toThrow('fetch failed');
    page.close();
  });
});

describe('a page', () => {
  let page: PageClient;
  beforeEach(async () => {
    page = await openPage(inspector.url);
  });
  afterEach(() => page.close());

  it('sends what is no message, and is told so', async () => {
    const refusals = (): number => page.messages().filter(({ type }) => type === 'refused').length;
    const hostile = [
      '{',
      '[]',
      'null',
      '{"type":"submit","actor":"a1","values":[]}',
      '{"type":"eval"}',
      { type: 'cancel', actor: 'a9' },
    ];
    for (const message of hostile)
      page.sendText(typeof message === 'string' ? message : JSON.stringify(message));
    await expect.poll(refusals, { timeout: 15_000 }).toBe(hostile.length);
  });

  it('sends no events to machines that were not compiled from a workflow', async () => {
    const actor = createActor(
      createMachine({ initial: 'a', states: { a: { on: { cancel: 'b' } }, b: {} } }),
      {
        inspect: inspector.inspect,
      },
    ).start();
    await page.until((entries) => entries.some(({ kind }) => kind === 'snapshot'));
    page.send({ type: 'cancel', actor: 'a1' });
    await expect
      .poll(() => page.messages().some(({ type }) => type === 'refused'), { timeout: 15_000 })
      .toBe(true);
    expect(actor.getSnapshot().value).toBe('a');
  });

  it('sees where a machine goes: its states, the edges taken, its context where it changed', async () => {
    const machine = setup({
      types: {} as { context: { n: number }; events: { type: 'go' } | { type: 'count' } },
    }).createMachine({
      id: 'm',
      context: { n: 0 },
      initial: 'outer',
      states: {
        outer: { initial: 'inner', states: { inner: { on: { go: '#m.end' } } } },
        end: { always: 'last', on: { count: {} } },
        last: { on: { go: 'last' } },
      },
    });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    actor.send({ type: 'go' });
    actor.send({ type: 'go' });
    await page.until((entries) => entries.filter(({ kind }) => kind === 'snapshot').length === 3);
    const snapshots = page.entries().filter((entry) => entry.kind === 'snapshot');
    expect(snapshots.map(({ states, taken }) => [states, taken])).toEqual([
      [['outer', 'outer.inner'], []],
      [['last'], ['outer.inner:go:0', 'end::0']],
      [['last'], ['last:go:0']],
    ]);
    expect(snapshots.map((entry) => 'context' in entry)).toEqual([true, false, false]);
    const ids = page.machines()[0]?.graph.edges.map(({ id }) => id) ?? [];
    expect(ids).toEqual(expect.arrayContaining(['outer.inner:go:0', 'end::0', 'last:go:0']));
  });

  it('loses no event, however fast they come, and older ones only above the limit', async () => {
    const actor = createActor(createMachine({ initial: 'a', states: { a: { on: { go: 'a' } } } }), {
      inspect: inspector.inspect,
    }).start();
    for (let index = 0; index < 5000; index += 1) actor.send({ type: 'go' });
    await page.until((entries) => entries.length >= 10_003);
    expect(page.entries().map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10_003 }, (_, index) => index + 1),
    );
    const small = await createInspector({ maxEntries: 100 });
    const looked = createActor(createMachine({ on: { go: {} } }), { inspect: small.inspect }).start();
    for (let index = 0; index < 1000; index += 1) looked.send({ type: 'go' });
    const later = await openPage(small.url);
    await later.until((entries) => entries.length === 100);
    expect(later.entries().at(-1)?.seq).toBe(2003);
    later.close();
    await small.close();
  });

  it('is shown machines that cannot be drawn without a picture', async () => {
    const states = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`s${index}`, {}]));
    createActor(createMachine({ initial: 's1', states }), { inspect: inspector.inspect }).start();
    await page.until((entries) => entries.some(({ kind }) => kind === 'snapshot'));
    expect(page.machines()).toEqual([]);
    expect(page.entries().map(({ kind }) => kind)).toEqual(['actor', 'event', 'snapshot']);
  });
});

describe('workflows that can be started', () => {
  it('are told, and are started by their ids', async () => {
    const started: string[] = [];
    const offering = await createInspector({
      workflows: {
        plans: [planOf({ steps: [stepOf('a')] })],
        start: (workflowId) => started.push(workflowId),
      },
    });
    const page = await openPage(offering.url);
    await expect.poll(() => page.messages().length, { timeout: 15_000 }).toBe(2);
    const [hello] = page.messages();
    expect(hello).toMatchObject({
      type: 'hello',
      startable: [{ workflowId: 'w', machine: page.machines()[0]?.key }],
    });
    page.send({ type: 'start', workflowId: 'w' });
    page.send({ type: 'start', workflowId: 'constructor' });
    await expect
      .poll(() => page.messages().some(({ type }) => type === 'refused'), { timeout: 15_000 })
      .toBe(true);
    expect(started).toEqual(['w']);
    page.close();
    await offering.close();
  });
});
