import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SecurityScheme } from '../../src/openapi/operation.ts';
import { isLazyResponse } from '../../src/plan/lazy-response.ts';
import type { StepExchange } from '../../src/plan/step-call.ts';
import { createCaller, performCall, type CallResult } from '../../src/services/perform-call.ts';
import type { ServiceOptions } from '../../src/services/service-options.ts';
import { answer, bodyOf, callOf, deferred, operationAt, refusedUrl, serve } from './test-server.ts';

function exchangeOf(result: CallResult): StepExchange {
  if (result.kind !== 'response') throw new Error(`${result.kind}: ${result.message}`);
  return result.exchange;
}

async function bodyFrom(...args: Parameters<typeof answer>) {
  const url = await serve(answer(...args));
  return exchangeOf(await performCall(operationAt(url), callOf(), {})).response.body;
}

const answering: typeof fetch = async () =>
  new Response('{"stub":true}', { headers: { 'content-type': 'application/json' } });
const neverAnswering: typeof fetch = () => new Promise(() => undefined);

describe('what is sent', () => {
  it('goes to the fetch of the options as a URL and what belongs to it, the signal too', async () => {
    const seen: Parameters<typeof fetch>[] = [];
    const operation = operationAt('http://a.test', { method: 'POST' });
    const call = callOf({ body: { payload: { a: 1 }, contentType: 'application/json' } });
    await performCall(operation, call, {
      fetch: async (...args) => {
        seen.push(args);
        return new Response();
      },
    });
    expect(seen).toEqual([
      ['http://a.test/things', expect.objectContaining({ method: 'POST', body: '{"a":1}' }) as unknown],
    ]);
    expect(seen[0]?.[1]?.signal).toBeInstanceOf(AbortSignal);
  });

  it('depends on its own call only, where one caller makes several', async () => {
    const urls: string[] = [];
    const caller = createCaller(operationAt('http://a.test', { path: '/{id}' }), {
      fetch: async (input) => {
        urls.push(String(input));
        return new Response();
      },
    });
    const withId = (value: string) => callOf({ parameters: [{ name: 'id', in: 'path', value }] });
    await Promise.all([caller(withId('1')), caller(withId('2'))]);
    expect((await caller(callOf())).kind).toBe('request');
    expect(urls.toSorted()).toEqual(['http://a.test/1', 'http://a.test/2']);
  });

  it('is the request that the step asks for, and the exchange records it', async () => {
    let seen:
      | { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: string }
      | undefined;
    const url = await serve(async (request, response) => {
      seen = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: await bodyOf(request),
      };
      response.end();
    });
    const result = await performCall(
      operationAt(url, { method: 'POST', path: '/things/{id}' }),
      callOf({
        parameters: [
          { name: 'id', in: 'path', value: 'a/b' },
          { name: 'q', in: 'query', value: ['x', 'y z'] },
          { name: 'X-Name', in: 'header', value: 'n' },
          { name: 'sid', in: 'cookie', value: 'c' },
        ],
        body: { payload: { name: 'Zoë' } },
      }),
      { headers: { 'user-agent': 'test/1', 'x-name': 'not this' } },
    );
    expect(seen).toMatchObject({ method: 'POST', url: '/things/a%2Fb?q=x&q=y%20z', body: '{"name":"Zoë"}' });
    expect(seen?.headers).toMatchObject({
      'x-name': 'n',
      cookie: 'sid=c',
      'user-agent': 'test/1',
      'content-type': 'application/json',
      'content-length': '15',
    });
    expect(exchangeOf(result).request).toEqual({
      url: `${url}/things/a%2Fb?q=x&q=y%20z`,
      method: 'POST',
      headers: {
        accept: 'application/json, */*;q=0.5',
        'content-type': 'application/json',
        cookie: 'sid=c',
        'x-name': 'n',
      },
      query: { q: ['x', 'y z'] },
      path: { id: 'a/b' },
      body: { name: 'Zoë' },
    });
  });

  it('goes to the given server, with the given variables', async () => {
    const url = await serve((request, response) => response.end(request.url));
    const operation = operationAt('https://unreachable.invalid');
    const options = { servers: { api: `${url}/{version}` }, serverVariables: { api: { version: 'v2' } } };
    expect(exchangeOf(await performCall(operation, callOf(), options)).response.body).toBe('/v2/things');
  });

  it('carries the key of the call when asked to', async () => {
    const url = await serve((request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`${String(request.headers['idempotency-key'])} ${String(request.headers['x-key'])}`);
    });
    const bodyWith = async (options: ServiceOptions) =>
      exchangeOf(await performCall(operationAt(url), callOf({ key: 'k1' }), options)).response.body;
    expect(await bodyWith({})).toBe('undefined undefined');
    expect(await bodyWith({ idempotencyHeader: true })).toBe('k1 undefined');
    expect(await bodyWith({ idempotencyHeader: 'X-Key' })).toBe('undefined k1');
  });

  it('is nothing where the call has a problem or cannot be built', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await performCall(operationAt(url), callOf({ problem: 'No.' }), {})).toEqual({
      kind: 'request',
      message: 'No.',
    });
    expect(await performCall(operationAt(url, { path: '/{id}' }), callOf(), {})).toMatchObject({
      kind: 'request',
    });
    expect(await performCall(operationAt(url, { method: 'TRACE' }), callOf(), {})).toMatchObject({
      kind: 'request',
    });
    expect(requests).toBe(0);
  });

  it('goes through the given fetch', async () => {
    const result = await performCall(operationAt('https://unreachable.invalid'), callOf(), {
      fetch: answering,
    });
    expect(exchangeOf(result).response.body).toEqual({ stub: true });
  });
});

describe('what comes back', () => {
  it('is JSON where it says so, in UTF-8', async () => {
    const type = { 'content-type': 'application/problem+json; charset=utf-8' };
    expect(await bodyFrom(Buffer.from('{"a":"Zoë","b":[1,null]}'), type)).toEqual({ a: 'Zoë', b: [1, null] });
  });

  it('is decoded when somebody looks at it where it is large, and is the same', async () => {
    const items = Array.from({ length: 5000 }, (_, id) => ({ id, name: 'Zoë' }));
    const json = answer(JSON.stringify(items), { 'content-type': 'application/json' });
    const { response } = exchangeOf(await performCall(operationAt(await serve(json)), callOf(), {}));
    expect(isLazyResponse(response)).toBe(true);
    expect(response.body).toEqual(items);
    expect(await bodyFrom(Buffer.alloc(20_000, 0xff))).toMatchObject({
      contentType: expect.any(String) as unknown,
    });
    expect(await bodyFrom('{"a":1}', { 'content-type': 'application/json' })).toEqual({ a: 1 });
  });

  it('stays a string where it is no JSON after all, or nested beyond measure', async () => {
    const type = { 'content-type': 'application/json' };
    expect(await bodyFrom('{"a":', type)).toBe('{"a":');
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(await bodyFrom(deep, type)).toBe(deep);
  });

  it('is text for HTML and XML, in its own character set', async () => {
    expect(await bodyFrom('<h1>Zoë</h1>', { 'content-type': 'text/html' })).toBe('<h1>Zoë</h1>');
    expect(await bodyFrom('<a/>', { 'content-type': 'application/soap+xml' })).toBe('<a/>');
    expect(await bodyFrom('{}\n{}', { 'content-type': 'application/jsonl' })).toBe('{}\n{}');
    expect(
      await bodyFrom(Buffer.from('Zoë', 'latin1'), { 'content-type': 'text/plain; charset="iso-8859-1"' }),
    ).toBe('Zoë');
    expect(await bodyFrom('Zoë', { 'content-type': 'text/plain; charset=nonsense' })).toBe('Zoë');
  });

  it('is XML in the encoding that it declares, where the media type names none', async () => {
    const [type, latin] = [
      { 'content-type': 'application/xml' },
      `<?xml version="1.0" encoding='ISO-8859-1'?>`,
    ];
    expect(await bodyFrom(Buffer.from(`${latin}<a>Zoë</a>`, 'latin1'), type)).toBe(`${latin}<a>Zoë</a>`);
    const utf8 = { 'content-type': 'text/xml; charset=utf-8' };
    expect(await bodyFrom(`${latin}<a>Zoë</a>`, utf8)).toBe(`${latin}<a>Zoë</a>`);
    expect(await bodyFrom(Buffer.from('\uFEFF<a>Zoë</a>', 'utf16le'), type)).toBe('<a>Zoë</a>');
    for (const declared of ['UTF-16', 'nonsense', 'utf-8']) {
      const text = `<?xml version="1.0" encoding="${declared}"?><a>Zoë</a>`;
      expect(await bodyFrom(text, type)).toBe(text);
    }
  });

  it('is bytes for other media types', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    expect(await bodyFrom(bytes, { 'content-type': 'image/png' })).toEqual({
      contentType: 'image/png',
      base64: bytes.toString('base64'),
    });
  });

  it('is what it looks like without a media type', async () => {
    expect(await bodyFrom('{"a":1}')).toEqual({ a: 1 });
    expect(await bodyFrom('hello')).toBe('hello');
    expect(await bodyFrom(Buffer.from([255, 254]))).toEqual({
      contentType: 'application/octet-stream',
      base64: '//4=',
    });
  });

  it('has no body where it is empty', async () => {
    const url = await serve(answer('', { 'content-type': 'application/json' }, 204));
    expect(exchangeOf(await performCall(operationAt(url), callOf(), {})).response).toEqual({
      statusCode: 204,
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
    });
    expect(await bodyFrom('', { 'content-type': 'application/json' })).toBeUndefined();
  });

  it('is decompressed', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await bodyFrom(gzipSync('{"a":1}'), headers)).toEqual({ a: 1 });
  });

  it('is any status, redirects not followed', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    const { response } = exchangeOf(await performCall(operationAt(url), callOf(), {}));
    expect(response.statusCode).toBe(302);
    expect(response.headers['location']).toBe('/elsewhere');
    expect(requests).toBe(1);
  });

  it('is a response for every error status too, sent once', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(503, { 'retry-after': '1' });
      response.end('busy');
    });
    expect(exchangeOf(await performCall(operationAt(url), callOf(), {})).response.statusCode).toBe(503);
    expect(requests).toBe(1);
  });

  it('joins the values of a header', async () => {
    const url = await serve(answer('', { 'X-Many': ['a', 'b'], 'Set-Cookie': ['c=1', 'd=2'] }));
    const { headers } = exchangeOf(await performCall(operationAt(url), callOf(), {})).response;
    expect(headers['x-many']).toBe('a, b');
    expect(headers['set-cookie']).toBe('c=1, d=2');
  });

  it('is read no further than the limit, and the connection is closed', async () => {
    const { promise: closed, resolve: markClosed } = deferred();
    const url = await serve((_request, response) => {
      response.on('close', markClosed);
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      let sent = 0;
      const write = () => {
        while (sent < 10 && !response.destroyed) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once('drain', write);
            return;
          }
        }
        // It is not ended: only the client can close it.
      };
      write();
    });
    const result = await performCall(operationAt(url), callOf(), { maxResponseBytes: 1_000_000 });
    expect(result).toEqual({ kind: 'network', message: expect.stringContaining('1000000 bytes') as unknown });
    await closed;
  });

  it('counts the bytes of a limit after decompression', async () => {
    const url = await serve(answer(gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' }));
    expect(await performCall(operationAt(url), callOf(), { maxResponseBytes: 100_000 })).toMatchObject({
      kind: 'network',
    });
  });
});

describe('no response', () => {
  it('is a network failure when the connection is refused, sent at most once or not', async () => {
    const url = await refusedUrl();
    const expected = {
      kind: 'network',
      message: expect.stringMatching(
        /^127\.0\.0\.1:\d+ refused the connection \(ECONNREFUSED\)\.$/,
      ) as unknown,
    };
    expect(await performCall(operationAt(url), callOf(), {})).toEqual(expected);
    expect(await performCall(operationAt(url), callOf({ atMostOnce: true }), {})).toEqual(expected);
  });

  it('is a network failure when the host is not known', async () => {
    const result = await performCall(operationAt('http://nowhere.invalid'), callOf({ atMostOnce: true }), {});
    expect(result).toMatchObject({
      kind: 'network',
      message: expect.stringContaining('nowhere.invalid') as unknown,
    });
  });

  it('is a network failure when the connection is lost, an interrupted one for what is sent at most once', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await performCall(operationAt(url), callOf(), {})).toMatchObject({ kind: 'network' });
    expect(await performCall(operationAt(url), callOf({ atMostOnce: true }), {})).toMatchObject({
      kind: 'interrupted',
    });
  });

  it('is the same when the connection is lost within the body', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    expect(await performCall(operationAt(url), callOf(), {})).toMatchObject({ kind: 'network' });
    expect(await performCall(operationAt(url), callOf({ atMostOnce: true }), {})).toMatchObject({
      kind: 'interrupted',
    });
  });

  it('is the same when what answers does not speak HTTP', async () => {
    const server = createTcpServer((socket) => socket.resume().end('nonsense\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await performCall(operationAt(url), callOf(), {})).toMatchObject({ kind: 'network' });
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['content-length', '9'],
    ['transfer-encoding', 'chunked'],
    ['expect', '100-continue'],
    ['upgrade', 'websocket'],
  ])(
    'is no request when the step sets the header %s to what the platform does not send',
    async (name, value) => {
      let seen = 0;
      const url = await serve((_request, response) => {
        seen += 1;
        response.end();
      });
      const call = callOf({
        parameters: [{ name, in: 'header', value }],
        body: { payload: { a: 1 }, contentType: 'application/json' },
        atMostOnce: true,
      });
      const result = await performCall(operationAt(url, { method: 'POST' }), call, {});
      expect(result).toMatchObject({ kind: 'request', message: expect.stringContaining('UND_ERR_') });
      expect(seen).toBe(0);
    },
  );

  it('is a timeout when nothing comes in time, from the call before the options', async () => {
    const url = await serve(() => undefined);
    expect(await performCall(operationAt(url), callOf({ timeoutMs: 20 }), { timeoutMs: 60_000 })).toEqual({
      kind: 'timeout',
      message: 'No response within 20 ms.',
    });
    expect(
      await performCall(operationAt(url), callOf({ atMostOnce: true }), { timeoutMs: 20 }),
    ).toMatchObject({ kind: 'timeout' });
  });

  it('is a timeout when the body does not end in time', async () => {
    const url = await serve((_request, response) => void response.write('half'));
    expect(await performCall(operationAt(url), callOf(), { timeoutMs: 50 })).toMatchObject({
      kind: 'timeout',
    });
  });

  it('is a timeout even for a fetch that heeds no signal', async () => {
    const result = await performCall(operationAt('http://a.test'), callOf(), {
      fetch: neverAnswering,
      timeoutMs: 20,
    });
    expect(result).toMatchObject({ kind: 'timeout' });
  });

  it('is not sent with credentials that come too late', async () => {
    let requests = 0;
    const { promise: late, resolve: giveCredentials } = deferred();
    const given = late.then(() => ({ token: 't' }));
    const security: SecurityScheme[][] = [[{ kind: 'bearer', name: 'b' }]];
    const result = await performCall(operationAt('http://a.test', { security }), callOf(), {
      credentials: () => given,
      timeoutMs: 20,
      fetch: async () => {
        requests += 1;
        return new Response();
      },
    });
    giveCredentials();
    await given;
    await new Promise((resolve) => setImmediate(resolve));
    expect(result).toMatchObject({ kind: 'timeout' });
    expect(requests).toBe(0);
  });

  it('is a timeout when the platform gives up waiting before the call does', async () => {
    const cause = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    const givingUp: typeof fetch = async () => {
      throw new TypeError('fetch failed', { cause });
    };
    const result = await performCall(operationAt('http://a.test'), callOf(), { fetch: givingUp });
    expect(result).toMatchObject({ kind: 'timeout' });
  });

  it('is aborted by the caller, and the server sees the connection close', async () => {
    const controller = new AbortController();
    const { promise: closed, resolve: markClosed } = deferred();
    const url = await serve((_request, response) => {
      response.on('close', markClosed);
      controller.abort();
    });
    expect(await performCall(operationAt(url), callOf(), {}, controller.signal)).toMatchObject({
      kind: 'aborted',
    });
    await closed;
  });

  it('is aborted before anything is sent when the signal was aborted already', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await performCall(operationAt(url), callOf(), {}, AbortSignal.abort())).toMatchObject({
      kind: 'aborted',
    });
    expect(requests).toBe(0);
  });
});

describe('credentials', () => {
  const SECRET = 'hunter2-s3cret';
  const basic: SecurityScheme = { kind: 'basic', name: 'basicAuth' };
  const key: SecurityScheme = { kind: 'apiKey', name: 'key', in: 'query', parameter: 'api_key' };
  const credentials: NonNullable<ServiceOptions['credentials']> = async (scheme) =>
    scheme.kind === 'basic' ? { username: 'project', password: SECRET } : { value: SECRET };
  const encoded = Buffer.from(`project:${SECRET}`).toString('base64');

  it('are sent, and are in nothing that comes back', async () => {
    let seen = '';
    const url = await serve((request, response) => {
      seen = `${request.url} ${request.headers.authorization}`;
      response.end();
    });
    const result = await performCall(operationAt(url, { security: [[basic, key]] }), callOf(), {
      credentials,
    });
    expect(seen).toBe(`/things?api_key=${SECRET} Basic ${encoded}`);
    const text = JSON.stringify(result);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(encoded);
    expect(exchangeOf(result).request.url).toBe(`${url}/things`);
  });

  it('are in no failure either', async () => {
    const refused = await refusedUrl();
    const lost = await serve((request) => request.socket.destroy());
    const silent = await serve(() => undefined);
    for (const url of [refused, lost, silent]) {
      const operation = operationAt(url, { security: [[basic, key]] });
      const result = await performCall(operation, callOf(), { credentials, timeoutMs: 300 });
      expect(result.kind).not.toBe('response');
      expect(JSON.stringify(result)).not.toContain(SECRET);
    }
  });

  it('that HTTP cannot carry are refused without being quoted', async () => {
    const operation = operationAt('http://a.test', { security: [[{ kind: 'bearer', name: 'b' }]] });
    const result = await performCall(operation, callOf(), {
      credentials: () => ({ token: `${SECRET}\nx: y` }),
    });
    expect(result.kind).toBe('request');
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('that are missing are named by source, scheme and environment variable', async () => {
    const result = await performCall(operationAt('http://a.test', { security: [[basic]] }), callOf(), {});
    expect(result).toMatchObject({ kind: 'request' });
    expect(result).toMatchObject({
      message: expect.stringContaining('"basicAuth" (basic) of the source "api"') as unknown,
    });
    expect(result).toMatchObject({
      message: expect.stringContaining('ARAZZO_AUTH_API_BASICAUTH') as unknown,
    });
  });

  it('are not asked for when the step sends its own, nor with noAuth', async () => {
    const url = await serve((request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(String(request.headers.authorization));
    });
    const asked: string[] = [];
    const asking: ServiceOptions['credentials'] = (scheme) => {
      asked.push(scheme.name);
      return { username: 'u', password: 'p' };
    };
    const operation = operationAt(url, { security: [[basic]] });
    const own = callOf({ parameters: [{ name: 'Authorization', in: 'header', value: 'Bearer own' }] });
    expect(exchangeOf(await performCall(operation, own, { credentials: asking })).response.body).toBe(
      'Bearer own',
    );
    const without = await performCall(operation, callOf(), { credentials: asking, noAuth: true });
    expect(exchangeOf(without).response.body).toBe('undefined');
    expect(asked).toEqual([]);
  });

  it('whose provider fails end the call, with nothing of what it threw', async () => {
    const failing = () => {
      throw new Error(SECRET);
    };
    const operation = operationAt('http://a.test', { security: [[basic]] });
    const result = await performCall(operation, callOf(), { credentials: failing });
    expect(result.kind).toBe('request');
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('whose provider never answers end in a timeout', async () => {
    const operation = operationAt('http://a.test', { security: [[basic]] });
    const result = await performCall(operation, callOf(), {
      credentials: () => new Promise(() => undefined),
      timeoutMs: 20,
    });
    expect(result.kind).toBe('timeout');
  });
});
