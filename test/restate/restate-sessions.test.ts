import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createRestateService, createRestateSessions } from '../../src/restate/index.ts';
import type { RestateSessionsOptions } from '../../src/restate/index.ts';
import { createHandler, type Sessions } from '../../src/server/index.ts';
import { loginPlan, machineOf, happy } from '../server/support.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
const opened: Sessions[] = [];
afterEach(async () => {
  for (const sessions of opened.splice(0)) await sessions.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  }
});

/** What stands where a Restate server should be. */
async function serve(answer: Answer): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function sessionsOn(ingressUrl: string, options: Partial<RestateSessionsOptions> = {}): Sessions {
  const sessions = createRestateSessions({
    ingressUrl,
    workflows: [machineOf(happy)],
    keys: false,
    timeoutMs: 2000,
    ...options,
  });
  opened.push(sessions);
  return sessions;
}

const json =
  (status: number, body: unknown): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

describe('sessions on Restate', () => {
  it('reject, and answer the web with 503, where no server is', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => void servers.pop()?.close(resolve));
    const sessions = sessionsOn(url);
    await expect(sessions.start('w')).rejects.toThrow(Error);
    await expect(sessions.get('run')).rejects.toThrow(Error);
    const errors: unknown[] = [];
    const handler = createHandler(sessions, { onError: (error) => errors.push(error) });
    const response = await handler(new Request('http://localhost/runs/run'));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(errors).toHaveLength(1);
  });

  it('say what to do where the service is not registered', async () => {
    const url = await serve(json(404, { message: 'service not found' }));
    await expect(sessionsOn(url).get('run')).rejects.toThrow(
      /status 404.*registered with the Restate server/,
    );
  });

  it('reject where no service answers in time', async () => {
    const url = await serve(() => undefined);
    const sessions = sessionsOn(url, { timeoutMs: 50 });
    await expect(sessions.send('run', { type: 'cancel' })).rejects.toThrow(Error);
  });

  it.each(['garbage', '', '[1,'])('reject what is no answer: "%s"', async (text) => {
    const url = await serve((_request, response) => void response.end(text));
    await expect(sessionsOn(url).get('run')).rejects.toThrow(Error);
    const keys = { current: 'k', keys: { k: new Uint8Array(32) } };
    await expect(sessionsOn(url, { keys }).get('run')).rejects.toThrow(Error);
  });

  it('send their headers and the id of the run as part of the path', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization);
      json(200, { kind: 'unknown' })(request, response);
    });
    const sessions = sessionsOn(`${url}/`, { headers: { authorization: 'Bearer x' }, name: 'logins' });
    expect(await sessions.get('../a?b')).toBe('unknown');
    expect(seen).toEqual(['/logins/..%2Fa%3Fb/read', 'Bearer x']);
  });

  it('go on following a run when the server was away', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const run = { id: 'run', revision: 3, status: 'active', accepted: ['cancel'], tags: [] };
    const url = await serve((request, response) => {
      calls += 1;
      if (calls === 1) json(503, {})(request, response);
      else if (calls === 2) json(200, { kind: 'unchanged' })(request, response);
      else if (calls === 3) json(200, { kind: 'run', run })(request, response);
      else response.on('close', () => undefined);
    });
    const sessions = sessionsOn(url, { onError: (error) => errors.push(error) });
    const heard = await new Promise<readonly [number, boolean, boolean]>((resolve) => {
      sessions.subscribe('run', (told) =>
        resolve([told.revision, told.accepts({ type: 'cancel' }), told.accepts({ type: 'submit' })]),
      );
    });
    expect(heard).toEqual([3, true, false]);
    expect(errors).toHaveLength(1);
  });

  it('end what follows runs when they are closed, and take nothing any more', async () => {
    const gone = new Promise<void>((resolve) => {
      const url = serve((_request, response) => {
        response.on('close', resolve);
        void sessions.then((one) => one.close());
      });
      const sessions = url.then((at) => sessionsOn(at));
      void sessions.then((one) => one.subscribe('run', () => undefined));
    });
    await gone;
    const sessions = opened[0] as Sessions;
    await expect(sessions.start('w')).rejects.toMatchObject({ code: 'sessions-closed' });
    await expect(sessions.stop('run')).rejects.toMatchObject({ code: 'sessions-closed' });
  });

  it('list stranded runs only with the address of the admin interface, and say what it answers', async () => {
    const url = await serve(json(500, { message: 'no such table' }));
    await expect(sessionsOn(url).stranded()).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(sessionsOn(url, { adminUrl: url }).stranded()).rejects.toThrow(/status 500.*no such table/);
    const empty = await serve(json(200, {}));
    await expect(sessionsOn(url, { adminUrl: empty }).stranded()).rejects.toThrow('no rows');
  });

  it('name the workflows with the inputs that they need', () => {
    const sessions = sessionsOn('http://127.0.0.1:1');
    expect(sessions.workflows).toEqual([{ workflowId: 'w', required: ['phone', 'code'] }]);
  });
});

describe('options that cannot be', () => {
  const workflows = [machineOf(happy)];
  const invalid = expect.objectContaining({ code: 'invalid-option' }) as Error;

  it.each(['', '1a', "a' or 'a'='a", 'a/b'])('a name like "%s"', (name) => {
    expect(() => createRestateService(workflows, { keys: false, services: false, name })).toThrow(invalid);
    expect(() => createRestateSessions({ ingressUrl: 'http://a', workflows, keys: false, name })).toThrow(
      invalid,
    );
  });

  it('URLs of another kind', () => {
    for (const url of ['', 'localhost:8080', 'file:///etc'])
      expect(() => createRestateSessions({ ingressUrl: url, workflows, keys: false })).toThrow(invalid);
  });

  it('two workflows with one id, runs that are kept for no time, and event ids that are too long', async () => {
    const twice = [machineOf(happy, loginPlan), machineOf(happy, loginPlan)];
    expect(() => createRestateService(twice, { keys: false, services: false })).toThrow(invalid);
    for (const wrong of [
      { keepEndedMs: 0 },
      { keepWaitingMs: 0 },
      { keepWaitingMs: Number.NaN },
      { journalRetentionMs: -1 },
      { journalRetentionMs: Number.NaN },
    ])
      expect(() => createRestateService(workflows, { keys: false, services: false, ...wrong })).toThrow(
        invalid,
      );
    const sessions = sessionsOn('http://127.0.0.1:1');
    const sent = sessions.send('run', { type: 'cancel' }, { eventId: 'x'.repeat(129) });
    await expect(sent).rejects.toThrow(invalid);
  });
});

describe('a service for Restate', () => {
  it('is served as it is, with its values encrypted where there are keys', () => {
    const keys = { current: 'k', keys: { k: new Uint8Array(32) } };
    const service = createRestateService([machineOf(happy)], { keys, services: false });
    expect(service.services.map(({ name }) => name)).toEqual(['arazzo']);
    expect(service.journalValueCodecProvider).toBeTypeOf('function');
    const open = createRestateService([machineOf(happy)], { keys: false, services: false });
    expect(open).not.toHaveProperty('journalValueCodecProvider');
  });
});
