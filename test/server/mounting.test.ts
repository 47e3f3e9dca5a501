import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../src/server/handler.ts';
import type { ConnectionInfo, HandlerOptions, RunHandler } from '../../src/server/handler-options.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import { createNodeListener } from '../../src/server/node-listener.ts';
import type { RunView } from '../../src/server/run-view.ts';
import { deferred } from '../services/test-server.ts';
import { happy, hosted } from './support.ts';
import { cookieIn, eventsOf } from './web-client.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

interface Listening {
  listen(port: number, host: string, then: () => void): unknown;
  address(): unknown;
  close(then: () => void): unknown;
}

async function listen(server: Listening & { closeAllConnections?: () => void }): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections?.();
    await new Promise<void>((resolve) => void server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A handler, and the addresses of those who called it. */
function handlerOf(options: HandlerOptions = {}): {
  readonly handler: RunHandler;
  readonly seen: ConnectionInfo[];
} {
  const sessions = hosted(createMemoryStore(), happy);
  closing.push(() => sessions.close({ graceMs: 0 }));
  const handler = createHandler(sessions, options);
  const seen: ConnectionInfo[] = [];
  return {
    seen,
    handler: (request, connection) => {
      if (connection !== undefined) seen.push(connection);
      return handler(request, connection);
    },
  };
}

type Mount = (handler: RunHandler) => Listening;

const inNode: Mount = (handler) => createServer(createNodeListener(handler));

const inHono: Mount = (handler) => {
  const app = new Hono<{ Bindings: { incoming: IncomingMessage } }>();
  const serve = (context: { req: { raw: Request }; env: { incoming: IncomingMessage } }) => {
    const address = context.env.incoming.socket.remoteAddress;
    return handler(context.req.raw, address === undefined ? {} : { address });
  };
  app.all('/runs', serve);
  app.all('/runs/*', serve);
  app.get('/', (context) => context.text('the page'));
  return createAdaptorServer({ fetch: app.fetch });
};

const inExpress: Mount = (handler) => {
  const app = express();
  app.use('/runs', createNodeListener(handler));
  app.use(express.json());
  app.get('/', (_request, response) => void response.send('the page'));
  return createServer(app);
};

describe.each([
  ['node:http', inNode],
  ['Hono', inHono],
  ['Express', inExpress],
])('a handler in %s', (_name, mount) => {
  const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('takes a login from its start to its end, followed by its stream', async () => {
    const { handler, seen } = handlerOf({ outputs: { w: ['session'] } });
    const url = await listen(mount(handler));
    const started = await post(`${url}/runs`, { workflowId: 'w' }, { origin: url });
    expect(started.status).toBe(201);
    const [setCookie = ''] = started.headers.getSetCookie();
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(setCookie).toContain(`Path=${started.headers.get('location') ?? 'nowhere'};`);
    const cookie = cookieIn(started);
    const { id } = (await started.json()) as RunView;
    const run = `${url}/runs/${id}`;
    const states: string[] = [];
    for await (const { view } of eventsOf(await fetch(`${run}/updates`, { headers: { cookie } }))) {
      states.push(view.state);
      const values =
        view.state === 'awaitingPhone'
          ? { phone: '1' }
          : view.state === 'awaitingCode'
            ? { code: '1' }
            : undefined;
      if (values !== undefined)
        expect((await post(`${run}/events`, { type: 'submit', values }, { cookie })).status).toBe(200);
      if (view.status === 'done') expect(view.outputs).toEqual({ session: 'a session' });
    }
    expect(states.at(-1)).toBe('done');
    expect((await fetch(run)).status).toBe(404);
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen.map(({ address }) => address?.replace('::ffff:', '')))).toEqual(
      new Set(['127.0.0.1']),
    );
  });

  it('refuses what is too large, of another site, or no JSON', async () => {
    const { handler } = handlerOf({ maxBodyBytes: 1000 });
    const url = await listen(mount(handler));
    const start = { workflowId: 'w' };
    expect((await post(`${url}/runs`, start, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(`${url}/runs`, { ...start, more: 'x'.repeat(2000) })).status).toBe(413);
    expect((await post(`${url}/runs`, start, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(`${url}/runs`, start)).status).toBe(201);
  });

  it('holds it against nobody when a client goes in the middle of its body', async () => {
    const errors: unknown[] = [];
    const answers: number[] = [];
    const { handler } = handlerOf({ onError: (error) => errors.push(error) });
    const arrived = deferred();
    const url = await listen(
      mount(async (incoming, connection) => {
        arrived.resolve();
        const answer = await handler(incoming, connection);
        answers.push(answer.status);
        return answer;
      }),
    );
    const headers = { 'content-type': 'application/json', 'content-length': '100' };
    const sending = request(`${url}/runs`, { method: 'POST', headers });
    sending.on('error', () => undefined);
    sending.write('{"workflowId":');
    await arrived.promise;
    sending.destroy();
    await expect.poll(() => answers).toEqual([400]);
    expect(errors).toEqual([]);
  });

  it('gives a stream up when its client goes', async () => {
    const { handler } = handlerOf({ maxStreamsPerRun: 1 });
    const url = await listen(mount(handler));
    const started = await post(`${url}/runs`, { workflowId: 'w' });
    const cookie = cookieIn(started);
    const updates = `${url}${started.headers.get('location') ?? ''}/updates`;
    const gone = new AbortController();
    const first = await fetch(updates, { headers: { cookie }, signal: gone.signal });
    await first.body?.getReader().read();
    expect((await fetch(updates, { headers: { cookie } })).status).toBe(429);
    gone.abort();
    await expect
      .poll(async () => {
        const again = await fetch(updates, { headers: { cookie } });
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });
});

describe('a listener of Node', () => {
  it('answers at once where the body has been read before it', async () => {
    const { handler } = handlerOf();
    const app = express();
    app.use(express.json());
    app.use('/runs', createNodeListener(handler));
    const url = await listen(createServer(app));
    const response = await fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"workflowId":"w"}',
    });
    expect(response.status).toBe(503);
    expect(((await response.json()) as { detail: string }).detail).toContain('mount the handler first');
  });

  it('takes address and scheme from a proxy where it is told how', async () => {
    const { handler, seen } = handlerOf();
    const listener = createNodeListener(handler, {
      isHttps: true,
      addressOf: ({ headers }) => String(headers['x-real-ip']),
    });
    const url = await listen(createServer(listener));
    const response = await fetch(`${url}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-real-ip': '192.0.2.7' },
      body: '{"workflowId":"w"}',
    });
    expect(seen).toEqual([{ address: '192.0.2.7' }]);
    expect(response.headers.getSetCookie()[0]).toContain('; Secure');
  });

  it('takes the next request of a connection, also where nobody read the body of the one before', async () => {
    const { handler } = handlerOf();
    const url = await listen(inNode(handler));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closing.push(async () => agent.destroy());
    const ask = (method: string, body = '') =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json' };
        request(`${url}/runs/nobody/events`, { method, agent, headers }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end(body);
      });
    expect(await Promise.all([ask('POST', 'x'.repeat(1_000_000)), ask('GET')])).toEqual([404, 405]);
  });

  it('says nothing of the length of a body that a response may not have', async () => {
    const url = await listen(inNode(async () => new Response(null, { status: 204 })));
    const response = await fetch(`${url}/runs/x/updates`);
    expect(response.status).toBe(204);
    expect(response.headers.has('content-length')).toBe(false);
  });

  it('leaves no listeners behind on a connection that is slow again and again', async () => {
    let isOver = false;
    const chunk = new Uint8Array(256 * 1024);
    const stream = (): Response =>
      new Response(
        new ReadableStream({
          pull: (controller) => (isOver ? controller.close() : controller.enqueue(chunk)),
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      );
    const listener = createNodeListener(async () => stream());
    let most = 0;
    const server = createServer((incoming, response) => {
      response.on('drain', () => (most = Math.max(most, response.listenerCount('close'))));
      listener(incoming, response);
    });
    const reader = (await fetch(await listen(server))).body?.getReader();
    for (let count = 0; count < 400; count += 1) await reader?.read();
    isOver = true;
    await reader?.cancel();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(6);
  });

  it('answers a request whose host is no host', async () => {
    const { handler } = handlerOf();
    const url = await listen(inNode(handler));
    const status = await new Promise((resolve, reject) => {
      request(`${url}/runs/x`, { headers: { host: 'a b/c' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });
});
