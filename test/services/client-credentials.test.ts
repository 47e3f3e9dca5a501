import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SecurityScheme } from '../../src/openapi/operation.ts';
import type { ClientCredentials } from '../../src/openapi/security.ts';
import { performCall, type CallResult } from '../../src/services/perform-call.ts';
import type { ServiceOptions } from '../../src/services/service-options.ts';
import { bodyOf, callOf, deferred, operationAt, refusedUrl, serve } from './test-server.ts';

const SECRET = 'hunter2-s3cret:+';
const TOKEN = 'token-s3cret';

interface Seen {
  readonly tokens: { authorization: string | undefined; body: string }[];
  readonly calls: (string | undefined)[];
}

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void | Promise<void>;

const tokenAnswer =
  (members: Record<string, unknown> = {}): Answer =>
  (_request, response, count) => {
    response.end(JSON.stringify({ access_token: `${TOKEN}-${count}`, token_type: 'Bearer', ...members }));
  };

/** An API and the authorization server beside it. */
async function api(options: { token?: Answer; call?: Answer } = {}) {
  const seen: Seen = { tokens: [], calls: [] };
  const { token = tokenAnswer({ expires_in: 3600 }), call = (_, response) => void response.end('{}') } =
    options;
  const url = await serve((request, response) => {
    void (async () => {
      if (request.url === '/token') {
        seen.tokens.push({ authorization: request.headers.authorization, body: await bodyOf(request) });
        await token(request, response, seen.tokens.length);
      } else {
        seen.calls.push(request.headers.authorization);
        await call(request, response, seen.calls.length);
      }
    })();
  });
  const scheme: SecurityScheme = {
    kind: 'oauth2',
    name: 'oauth',
    scopes: ['read', 'write'],
    tokenUrl: `${url}/token`,
  };
  return { url, seen, operation: operationAt(url, { security: [[scheme]] }) };
}

function optionsWith(members: Partial<ClientCredentials> = {}, more: ServiceOptions = {}): ServiceOptions {
  return { credentials: () => ({ clientId: 'the client', clientSecret: SECRET, ...members }), ...more };
}

const kindOf = (result: CallResult) =>
  result.kind === 'response' ? result.exchange.response.statusCode : result.kind;

describe('client credentials', () => {
  it('are exchanged for a token with the scopes of the operation, form-encoded', async () => {
    const { seen, operation } = await api();
    expect(kindOf(await performCall(operation, callOf(), optionsWith()))).toBe(200);
    const basic = Buffer.from('the+client:hunter2-s3cret%3A%2B').toString('base64');
    expect(seen.tokens).toEqual([
      { authorization: `Basic ${basic}`, body: 'grant_type=client_credentials&scope=read+write' },
    ]);
    expect(seen.calls).toEqual([`Bearer ${TOKEN}-1`]);
  });

  it('may say where, for what and how the token is asked for', async () => {
    const other = await api();
    const { seen, operation } = await api();
    const members = {
      tokenUrl: `${other.url}/token`,
      scopes: [],
      clientAuthentication: 'body' as const,
      parameters: { audience: 'a' },
    };
    await performCall(operation, callOf(), optionsWith(members));
    expect(seen.tokens).toEqual([]);
    expect(other.seen.tokens).toEqual([
      {
        authorization: undefined,
        body: `grant_type=client_credentials&client_id=the+client&client_secret=${encodeURIComponent(SECRET)}&audience=a`,
      },
    ]);
  });

  it('are in nothing that comes back, nor is the token', async () => {
    const { operation } = await api();
    const result = await performCall(operation, callOf(), optionsWith());
    for (const secret of [SECRET, TOKEN]) expect(JSON.stringify(result)).not.toContain(secret);
  });

  it('need a token URL', async () => {
    const { operation } = await api();
    const [[scheme] = []] = operation.security;
    const without = { kind: 'oauth2', name: scheme?.name ?? '', scopes: [] } as const;
    const result = await performCall({ ...operation, security: [[without]] }, callOf(), optionsWith());
    expect(result).toMatchObject({
      kind: 'request',
      message: expect.stringContaining('token URL') as unknown,
    });
    const wrong = await performCall(operation, callOf(), optionsWith({ tokenUrl: 'file:///token' }));
    expect(wrong).toMatchObject({ kind: 'request' });
  });
});

describe('a token', () => {
  it('is used until shortly before it expires', async () => {
    const { seen, operation } = await api({ token: tokenAnswer({ expires_in: '100' }) });
    let now = 0;
    const options = optionsWith({}, { now: () => now });
    for (now of [0, 69_000, 71_000]) await performCall(operation, callOf(), options);
    expect(seen.calls).toEqual([`Bearer ${TOKEN}-1`, `Bearer ${TOKEN}-1`, `Bearer ${TOKEN}-2`]);
  });

  it('that lives shortly is used for half of its time, one without an end always', async () => {
    const short = await api({ token: tokenAnswer({ expires_in: 10 }) });
    let now = 0;
    const options = optionsWith({}, { now: () => now });
    for (now of [0, 4_000, 6_000]) await performCall(short.operation, callOf(), options);
    expect(short.seen.tokens).toHaveLength(2);
    const endless = await api({ token: tokenAnswer() });
    for (now of [0, 1e12]) await performCall(endless.operation, callOf(), options);
    expect(endless.seen.tokens).toHaveLength(1);
  });

  it('is fetched once for all who wait for it', async () => {
    const { promise, resolve } = deferred();
    const { seen, operation } = await api({
      token: async (request, response, count) => {
        await promise;
        await tokenAnswer()(request, response, count);
      },
    });
    const options = optionsWith();
    const calls = [1, 2, 3].map(() => performCall(operation, callOf(), options));
    resolve();
    await Promise.all(calls);
    expect([seen.tokens.length, seen.calls.length]).toEqual([1, 3]);
  });

  it('is still fetched for the others when one of them is aborted', async () => {
    const asked = deferred();
    const go = deferred();
    const { seen, operation } = await api({
      token: async (request, response, count) => {
        asked.resolve();
        await go.promise;
        await tokenAnswer()(request, response, count);
      },
    });
    const options = optionsWith();
    const controller = new AbortController();
    const first = performCall(operation, callOf(), options, controller.signal);
    const second = performCall(operation, callOf(), options);
    await asked.promise;
    controller.abort();
    expect(kindOf(await first)).toBe('aborted');
    go.resolve();
    expect(kindOf(await second)).toBe(200);
    expect(seen.tokens).toHaveLength(1);
  });

  it('is not fetched any more when nobody waits for it', async () => {
    const asked = deferred();
    const closed = deferred();
    const { operation } = await api({
      token: (_request, response) => {
        response.on('close', closed.resolve);
        asked.resolve();
      },
    });
    const controller = new AbortController();
    const call = performCall(operation, callOf(), optionsWith(), controller.signal);
    await asked.promise;
    controller.abort();
    await closed.promise;
    expect(kindOf(await call)).toBe('aborted');
  });

  it('of one provider, client or secret is not given to another', async () => {
    const { seen, operation } = await api();
    let clientSecret = 'a';
    const options: ServiceOptions = { credentials: () => ({ clientId: 'c', clientSecret }) };
    await performCall(operation, callOf(), options);
    clientSecret = 'b';
    await performCall(operation, callOf(), options);
    await performCall(operation, callOf(), optionsWith());
    await performCall(operation, callOf(), optionsWith());
    expect(seen.tokens).toHaveLength(4);
  });

  it('that is refused with 401 is fetched anew, once', async () => {
    const revoked = await api({
      call: (_request, response, count) => {
        response.writeHead(count === 2 ? 401 : 200).end();
      },
    });
    const options = optionsWith();
    await performCall(revoked.operation, callOf(), options);
    expect(kindOf(await performCall(revoked.operation, callOf(), options))).toBe(200);
    expect(revoked.seen.calls).toEqual([1, 1, 2].map((count) => `Bearer ${TOKEN}-${count}`));

    const refusing = await api({
      call: (_request, response) => void response.writeHead(401).end('{"why":1}'),
    });
    expect(await performCall(refusing.operation, callOf(), options)).toMatchObject({
      exchange: { response: { statusCode: 401, body: { why: 1 } } },
    });
    expect([refusing.seen.tokens.length, refusing.seen.calls.length]).toEqual([2, 2]);
  });

  it('that was given and not fetched is sent once, whatever comes back', async () => {
    const { seen, operation } = await api({
      call: (_request, response) => void response.writeHead(401).end(),
    });
    expect(kindOf(await performCall(operation, callOf(), { credentials: () => ({ token: 't' }) }))).toBe(401);
    expect(seen.calls).toEqual(['Bearer t']);
  });

  it('that is not to be had ends the call, with nothing of what was sent in it', async () => {
    const answers: readonly (readonly [Answer, string])[] = [
      [
        (_, response) => void response.writeHead(401).end(`{"error":"invalid_client","x":"${SECRET}"}`),
        'request',
      ],
      [(_, response) => void response.writeHead(400).end(`{"error":"${SECRET}"}`), 'request'],
      [(_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(), 'request'],
      [(_, response) => void response.end('no json'), 'request'],
      [tokenAnswer({ access_token: 7 }), 'request'],
      [tokenAnswer({ token_type: 'mac' }), 'request'],
      [(_, response) => void response.writeHead(503).end(), 'network'],
      [(request) => void request.socket.destroy(), 'network'],
      [() => undefined, 'timeout'],
    ];
    for (const [token, kind] of answers) {
      const { seen, operation } = await api({ token });
      const result = await performCall(operation, callOf(), optionsWith({}, { timeoutMs: 200 }));
      expect([kindOf(result), seen.calls]).toEqual([kind, []]);
      expect(JSON.stringify(result)).not.toContain('s3cret');
    }
    const { operation } = await api();
    const tokenUrl = `${await refusedUrl()}/token`;
    expect(kindOf(await performCall(operation, callOf(), optionsWith({ tokenUrl })))).toBe('network');
  });

  it('is asked for again after a failure', async () => {
    const { seen, operation } = await api({
      token: (request, response, count) =>
        count === 1 ? void response.writeHead(503).end() : tokenAnswer()(request, response, count),
    });
    const options = optionsWith();
    expect(kindOf(await performCall(operation, callOf(), options))).toBe('network');
    expect(kindOf(await performCall(operation, callOf(), options))).toBe(200);
    expect(seen.tokens).toHaveLength(2);
  });
});
