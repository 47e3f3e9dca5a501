import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { SandboxServer, SandboxServerOptions } from '../../src/sandbox/index.ts';
import { basicAuth, phone } from './call-api.ts';

const open: SandboxServer[] = [];

async function start(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  const server = await startSandbox(options);
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function sendSms({ url, sandbox }: SandboxServer, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/v1/otps/sms/login_or_create`, {
    method: 'POST',
    headers: { authorization: basicAuth(sandbox), 'content-type': 'application/json' },
    body: JSON.stringify({ phone_number: phone }),
    ...init,
  });
}

describe('startSandbox', () => {
  it('listens on a free loopback port and answers as the sandbox does', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await sendSms(server);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({ status_code: 200, user_created: true });
    expect(server.sandbox.outbox).toMatchObject([{ to: phone }]);
  });

  it('rejects when the port is taken', async () => {
    const { url } = await start();
    await expect(startSandbox({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('gives its port back when it is closed', async () => {
    const server = await startSandbox();
    await server.close();
    const again = await start({ port: Number(new URL(server.url).port) });
    expect(again.url).toBe(server.url);
  });

  it('reads queries', async () => {
    const server = await start();
    const response = await fetch(`${server.url}/v1/sessions?user_id=user-test-1&__proto__=x`, {
      headers: { authorization: basicAuth(server.sandbox) },
    });
    expect(await response.json()).toMatchObject({ error_type: 'invalid_user_id' });
  });

  it('answers a body above 1 MiB with 413 and stays up', async () => {
    const server = await start();
    const response = await sendSms(server, { body: ' '.repeat(1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect((await sendSms(server)).status).toBe(200);
  });

  it('reads a body of exactly 1 MiB', async () => {
    const server = await start();
    const body = JSON.stringify({ phone_number: phone }).padEnd(1024 * 1024, ' ');
    expect((await sendSms(server, { body })).status).toBe(200);
  });

  it('closes the connection where a fault says so', async () => {
    const server = await start();
    server.sandbox.injectFault({ times: 1, dropConnection: true });
    await expect(sendSms(server)).rejects.toThrow('fetch failed');
    expect((await sendSms(server)).status).toBe(200);
  });

  it('answers late where a fault says so, and closes without waiting for it', async () => {
    const server = await start();
    server.sandbox.injectFault({ times: 1, delayMs: 60_000 });
    await expect(sendSms(server, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    server.sandbox.injectFault({ times: 1, delayMs: 60 });
    const before = performance.now();
    expect((await sendSms(server)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it('lets a page of another origin call it where cors is on', async () => {
    const server = await start({ cors: true });
    const preflight = await fetch(`${server.url}/v1/otps/authenticate`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:1', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:1');
  });

  it.each(['/v1/sessions/jwks/', '/v1/b2b/sessions/jwks/'])('serves %s without credentials', async (path) => {
    const server = await start();
    const response = await fetch(`${server.url}${path}${server.sandbox.projectId}`);
    expect(await response.json()).toMatchObject({
      status_code: 200,
      keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig' }],
    });
    expect((await fetch(`${server.url}${path}project-test-other`)).status).toBe(404);
  });
});
