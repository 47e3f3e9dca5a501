import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../src/server/handler.ts';
import type { HandlerOptions, RunHandler } from '../../src/server/handler-options.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import type { SessionsOptions } from '../../src/server/sessions-options.ts';
import { createManualClock } from '../../src/testing/manual-clock.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { deferred } from '../services/test-server.ts';
import { hanging, happy, hosted, response, runIn, type Perform } from './support.ts';
import { ask, cookieIn, eventsOf, ORIGIN, PAGE, startRun } from './web-client.ts';

const START = Date.UTC(2030, 0, 1);

/** A login with an input that is the server's business, and a token that is nobody's. */
const plan = planOf({
  inputs: inputsOf(['phone', 'code'], {
    code: { type: 'string', pattern: '^[0-9]{3}$' },
    minutes: { type: 'integer', default: 60 },
    nickname: { type: 'string' },
  }),
  steps: [
    stepOf('send', uses('phone', 'minutes'), {
      outputs: { id: '$response.body#/id' },
      'x-xstate': { repeatable: true },
    }),
    stepOf(
      'verify',
      { ...uses('code', 'nickname'), id: '$steps.send.outputs.id' },
      {
        outputs: { token: '$response.body#/token', user: '$response.body#/user' },
        onFailure: [
          { name: 'wrong', type: 'goto', stepId: 'verify', criteria: [{ condition: '$statusCode == 400' }] },
        ],
      },
    ),
  ],
  outputs: { user: '$steps.verify.outputs.user', token: '$steps.verify.outputs.token' },
});

const api: Perform = async (call, signal) =>
  call.stepId === 'send'
    ? happy(call, signal)
    : response(200, { user: 'user-1', token: 'the-session-token', internal: 'private' });

const open: Sessions[] = [];

function served(
  perform: Perform = api,
  options: HandlerOptions = {},
  more: Partial<SessionsOptions> = {},
): RunHandler & { readonly sessions: Sessions } {
  const sessions = hosted(createMemoryStore(), perform, { plan, ...more });
  open.push(sessions);
  return Object.assign(createHandler(sessions, options), { sessions });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((sessions) => sessions.close({ graceMs: 0 })));
});

const WAIT = { prefer: 'wait=5' };

describe('a run over the web', () => {
  it('goes from its start to its end', async () => {
    const handler = served(api, { outputs: { w: ['user'] } });
    const { id, started, send, read } = await startRun(handler);
    expect(started.status).toBe(201);
    expect(started.headers.get('location')).toBe(`/runs/${id}`);
    expect(started.body).toMatchObject({
      id,
      workflowId: 'w',
      revision: 1,
      status: 'active',
      state: 'awaitingPhone',
      value: 'awaitingPhone',
      tags: ['waiting', 'step:send'],
      accepts: ['submit', 'cancel'],
      form: { inputs: [{ name: 'phone', required: true, schema: { type: 'string' } }] },
    });
    const sent = await send({ type: 'submit', values: { phone: '1' } }, WAIT);
    expect(sent).toMatchObject({
      status: 200,
      body: { state: 'awaitingCode', accepts: ['submit', 'repeat', 'revise', 'cancel'] },
    });
    const done = await send({ type: 'submit', values: { code: '123' } }, WAIT);
    expect(done.body).toMatchObject({ status: 'done', accepts: [], outputs: { user: 'user-1' } });
    expect((await read()).body).toMatchObject({ status: 'done', revision: done.body.revision });
  });

  it('shows what it names and nothing else of what the run knows', async () => {
    const handler = served(api);
    const { send, read } = await startRun(handler, { phone: '+15551234567' }, WAIT);
    const done = await send({ type: 'submit', values: { code: '123' } }, WAIT);
    expect(done.body['outputs']).toEqual({});
    for (const { body } of [done, await read()]) {
      const text = JSON.stringify(body);
      for (const secret of [
        '5551234567',
        'the-session-token',
        'user-1',
        'private',
        'sms-1',
        '"123"',
        'context',
        'binding',
      ])
        expect(text).not.toContain(secret);
    }
  });

  it('shows of a failure what a person can do with, and not the API’s body', async () => {
    const failing: Perform = async (call, signal) =>
      call.stepId === 'send'
        ? happy(call, signal)
        : response(400, { error_type: 'wrong_code', error_message: 'Wrong.', debug: 'private' });
    const { send } = await startRun(served(failing), { phone: '1' }, WAIT);
    const { body } = await send({ type: 'submit', values: { code: '123' } }, WAIT);
    expect(body.state).toBe('awaitingCode');
    expect(body.failure).toEqual({
      kind: 'response',
      stepId: 'verify',
      reason: 'wrong',
      statusCode: 400,
      errorType: 'wrong_code',
      message: 'Wrong.',
    });
    expect(body.form?.failure).toEqual(body.failure);
    expect(JSON.stringify(body)).not.toContain('private');
  });

  it('keeps what it knows of its own network to itself', async () => {
    const failing: Perform = () =>
      Promise.reject(
        Object.assign(new Error('x'), { kind: 'network', message: 'connect ECONNREFUSED 10.0.0.7' }),
      );
    const { started } = await startRun(served(failing), { phone: '1' }, WAIT);
    expect(started.body).toMatchObject({ status: 'failed', failure: { kind: 'network' } });
    expect(JSON.stringify(started.body)).not.toContain('10.0.0.7');
  });

  it('tells of values that were not taken, without the values', async () => {
    const { send } = await startRun(served(), { phone: '1' }, WAIT);
    const { status, body } = await send({ type: 'submit', values: { code: 'bad one' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'awaitingCode', rejection: [{ input: 'code', rule: 'pattern' }] });
    expect(JSON.stringify(body)).not.toContain('bad one');
  });

  it('adds headers to the response that shows its end', async () => {
    const handler = served(api, {
      onEnded: (run, headers) => {
        const outputs = run.output?.outputs as { readonly token: string };
        headers.append('set-cookie', `session=${outputs.token}; HttpOnly`);
      },
    });
    const { send, read } = await startRun(handler, { phone: '1' }, WAIT);
    expect((await read()).headers.getSetCookie()).toEqual([]);
    const done = await send({ type: 'submit', values: { code: '123' } }, WAIT);
    expect(done.headers.getSetCookie()).toEqual(['session=the-session-token; HttpOnly']);
  });

  it('waits no longer than it may', async () => {
    const clock = createManualClock(START);
    const handler = served(hanging, { clock, maxWaitSeconds: 3 });
    const asking = startRun(handler, { phone: '1' }, { prefer: 'respond-async, wait=100' });
    const timer = setInterval(() => clock.advance(1000), 5);
    expect((await asking).started.body.state).toBe('sending');
    expect(clock.now()).toBeGreaterThanOrEqual(START + 3000);
    clearInterval(timer);
  });
});

describe('inputs', () => {
  it('that are not asked for are the server’s, unless they are named', async () => {
    const strict = served();
    const refused = await ask(strict, 'POST', '/runs', { workflowId: 'w', inputs: { minutes: 9999 } });
    expect(refused).toMatchObject({
      status: 422,
      body: { rejection: [{ input: 'minutes', rule: 'notAsked' }] },
    });
    const { send, started } = await startRun(strict, { phone: '1' }, WAIT);
    expect(started.body.form?.inputs.map(({ name }) => name)).toEqual(['code']);
    const submitted = await send({ type: 'submit', values: { code: '123', nickname: 'x' } });
    expect(submitted.status).toBe(422);
    const open = await startRun(served(api, { inputs: { w: ['nickname'] } }), { phone: '1' }, WAIT);
    expect(open.started.body.form?.inputs.map(({ name }) => name)).toEqual(['code', 'nickname']);
    expect(
      (await open.send({ type: 'submit', values: { code: '123', nickname: 'x' } }, WAIT)).body.status,
    ).toBe('done');
  });

  it('that come while nothing is asked are not for the state that follows', async () => {
    const gate = deferred();
    const handler = served(async (call, signal) => {
      if (call.stepId === 'send') await gate.promise;
      return api(call, signal);
    });
    const { id, cookie, read } = await startRun(handler, { phone: '1' });
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const init = { method: 'POST', headers: { ...PAGE, cookie }, body: body.readable, duplex: 'half' };
    const sending = handler(new Request(`${ORIGIN}/runs/${id}/events`, init));
    // The request is there, what it says is not yet.
    await new Promise((resolve) => void setTimeout(resolve, 10));
    gate.resolve();
    expect((await read(WAIT)).body.state).toBe('awaitingCode');
    const writer = body.writable.getWriter();
    const values = { code: '123', nickname: 'x' };
    void writer.write(new TextEncoder().encode(JSON.stringify({ type: 'submit', values })));
    void writer.close();
    expect((await sending).status).toBe(409);
    expect((await read()).body.state).toBe('awaitingCode');
  });

  it('of the server overrule what a client gives', async () => {
    const sent: unknown[] = [];
    const handler = served(
      async (call, signal) => {
        sent.push(call.body?.payload);
        return api(call, signal);
      },
      {
        serverInputs: async (_workflowId, request) => ({ minutes: request.headers.has('x-staff') ? 480 : 5 }),
      },
    );
    await startRun(handler, { phone: '1' }, { ...WAIT, 'x-staff': '1' });
    expect(sent).toEqual([{ phone: '1', minutes: 480 }]);
  });

  it('that break their schema start nothing', async () => {
    const { status, body } = await ask(served(), 'POST', '/runs', { workflowId: 'w', inputs: { phone: 5 } });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:arazzo-xstate:problem:inputs-refused',
      status: 422,
      rejection: [{ input: 'phone', rule: 'type' }],
    });
  });
});

describe('who may use a run', () => {
  it('is told by a cookie that no script, no other site and no other path has', async () => {
    const { started, id } = await startRun(served());
    const [cookie = ''] = started.headers.getSetCookie();
    expect(cookie).toMatch(/^arazzo-run=[A-Za-z0-9_-]{43}; /);
    expect(cookie.split('; ').slice(1)).toEqual([
      `Path=/runs/${id}`,
      'HttpOnly',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(JSON.stringify(started.body)).not.toContain(cookieIn(started).split('=')[1]);
  });

  it('is nobody without the cookie or with that of another run', async () => {
    const handler = served();
    const [mine, other] = [await startRun(handler), await startRun(handler)];
    for (const cookie of [
      '',
      'arazzo-run=',
      other.cookie,
      `${mine.cookie}x`,
      mine.cookie.replace('arazzo', 'other'),
    ]) {
      for (const answer of [
        await mine.read({ cookie }),
        await mine.send({ type: 'cancel' }, { cookie }),
        await ask(handler, 'GET', `/runs/${mine.id}/updates`, undefined, { cookie }),
      ])
        expect(answer).toMatchObject({ status: 404, body: { type: 'urn:arazzo-xstate:problem:not-found' } });
    }
    expect((await mine.read({ cookie: `a=b; ${mine.cookie}; c=d` })).status).toBe(200);
  });

  it('is told by a bearer token where cookies are not wanted', async () => {
    const handler = served(api, { binding: 'bearer' });
    const { started, id } = await startRun(handler);
    expect(started.headers.getSetCookie()).toEqual([]);
    const authorization = `Bearer ${String(started.body['token'])}`;
    expect((await ask(handler, 'GET', `/runs/${id}`, undefined, { authorization })).status).toBe(200);
    expect((await ask(handler, 'GET', `/runs/${id}`, undefined, { authorization: 'Bearer x' })).status).toBe(
      404,
    );
  });

  it('is told by its cookie also where the page sends a bearer token for something else', async () => {
    const { read, id } = await startRun(served());
    expect((await read({ authorization: 'Bearer of-the-app' })).body.id).toBe(id);
  });

  it('cannot be read from the store', async () => {
    const store = createMemoryStore();
    const sessions = hosted(store, api, { plan });
    open.push(sessions);
    const { id, cookie } = await startRun(createHandler(sessions));
    expect((await store.load(id))?.data).not.toContain(cookie.split('=')[1]);
  });

  it('is nobody of a run that the server started for itself', async () => {
    const handler = served();
    const { id } = runIn(await handler.sessions.start('w'));
    expect((await ask(handler, 'GET', `/runs/${id}`, undefined, { cookie: 'arazzo-run=' })).status).toBe(404);
  });

  it('gets the same run for the same start, sent again', async () => {
    const calls: string[] = [];
    const handler = served(async (call, signal) => {
      calls.push(call.stepId);
      return api(call, signal);
    });
    const key = { 'idempotency-key': crypto.randomUUID(), ...WAIT };
    const [one, two] = [
      await startRun(handler, { phone: '1' }, key),
      await startRun(handler, { phone: '1' }, key),
    ];
    expect([one.started.status, two.started.status]).toEqual([201, 200]);
    expect(two.id).toBe(one.id);
    expect(two.cookie).toBe(one.cookie);
    expect(calls).toEqual(['send']);
    expect(one.id).not.toContain(key['idempotency-key']);
    expect(
      (await ask(handler, 'POST', '/runs', { workflowId: 'w' }, { 'idempotency-key': 'guess' })).status,
    ).toBe(400);
  });
});

describe('an event', () => {
  it('that the state does not take is a conflict, which shows the run as it is', async () => {
    const { send } = await startRun(served(hanging), { phone: '1' });
    const { status, headers, body } = await send({ type: 'submit', values: { code: '123' } });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: 'urn:arazzo-xstate:problem:event-refused',
      run: { state: 'sending' },
    });
  });

  it('for another revision is a conflict', async () => {
    const { send } = await startRun(served());
    const answer = await send({ type: 'submit', values: { phone: '1' }, revision: 7 });
    expect(answer).toMatchObject({
      status: 409,
      body: { type: 'urn:arazzo-xstate:problem:revision-conflict' },
    });
  });

  it('sent again with its id is not applied again', async () => {
    const calls: string[] = [];
    const { send } = await startRun(
      served(async (call, signal) => {
        calls.push(call.stepId);
        return call.stepId === 'send' ? api(call, signal) : response(400);
      }),
      { phone: '1' },
      WAIT,
    );
    const event = { type: 'submit', values: { code: '123' }, id: 'one' };
    expect((await send(event, WAIT)).body.failure?.reason).toBe('wrong');
    expect(await send(event, WAIT)).toMatchObject({ status: 200, body: { state: 'awaitingCode' } });
    expect(calls).toEqual(['send', 'verify']);
  });

  it.each([
    ['of no known type', { type: 'xstate.done.actor.send', output: {} }],
    ['without a type', {}],
    ['without values', { type: 'submit' }],
    ['whose values are a list', { type: 'submit', values: [] }],
    ['that revises nothing', { type: 'revise' }],
    ['with an id that is no text', { type: 'cancel', id: 7 }],
    ['with an id that is too long', { type: 'cancel', id: 'x'.repeat(129) }],
    ['with half a revision', { type: 'cancel', revision: 1.5 }],
  ])('%s is malformed', async (_name, event) => {
    const { send, read } = await startRun(served());
    expect(await send(event)).toMatchObject({
      status: 400,
      body: { type: 'urn:arazzo-xstate:problem:malformed' },
    });
    expect((await read()).body).toMatchObject({ revision: 1 });
  });

  it('brings nothing along but what belongs to it', async () => {
    const { send } = await startRun(served());
    const event = '{"type":"submit","values":{"phone":"1","__proto__":{"x":1}},"output":{},"constructor":1}';
    expect((await send(event as never)).status).toBe(422);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('a body', () => {
  it('must be JSON, be called so, and be an object', async () => {
    const handler = served();
    const post = (body: string, type = 'application/json') =>
      ask(handler, 'POST', '/runs', body, { 'content-type': type });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '', 'application/jsonx'])
      expect((await post('{"workflowId":"w"}', type)).status).toBe(415);
    for (const body of ['', '{', '[]', '"w"', 'null', '{"workflowId":7}', '{"workflowId":"w","inputs":[]}'])
      expect((await post(body)).status).toBe(400);
    const deep = `{"workflowId":"w","inputs":{"phone":${'['.repeat(3000)}${']'.repeat(3000)}}}`;
    expect((await post(deep)).status).toBe(400);
    expect((await post('{"workflowId":"w"}', 'Application/JSON; charset=utf-8')).status).toBe(201);
  });

  it('is read to the limit and no further', async () => {
    const handler = served(api, { maxBodyBytes: 100 });
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(50).fill(32));
      },
    });
    const request = new Request(`${ORIGIN}/runs`, {
      method: 'POST',
      headers: PAGE,
      body: endless,
      duplex: 'half',
    } as never);
    expect((await handler(request)).status).toBe(413);
    expect(pulled).toBeLessThan(10);
    const long = await ask(handler, 'POST', '/runs', { workflowId: 'w', inputs: { phone: 'x'.repeat(100) } });
    expect(long).toMatchObject({ status: 413, body: { type: 'urn:arazzo-xstate:problem:body-too-large' } });
  });
});

describe('a request of another site', () => {
  it.each([
    ['says that it is cross-site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['says that it is of a sibling', { 'sec-fetch-site': 'same-site', origin: 'https://blog.app.example' }],
    ['has another origin and says nothing more', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['has an origin that is none', { 'sec-fetch-site': '', origin: 'null' }],
  ])('is refused: it %s', async (_name, { 'sec-fetch-site': site, origin }) => {
    const handler = served();
    const { id, cookie } = await startRun(handler);
    const headers = {
      cookie,
      origin,
      'content-type': 'application/json',
      ...(site === '' ? {} : { 'sec-fetch-site': site }),
    };
    const request = new Request(`${ORIGIN}/runs/${id}/events`, {
      method: 'POST',
      headers,
      body: '{"type":"cancel"}',
    });
    expect((await handler(request)).status).toBe(403);
    expect(await handler.sessions.get(id)).toMatchObject({ status: 'active' });
  });

  it('that only reads is refused, too, though it has no origin', async () => {
    const { id, cookie } = await startRun(served());
    const read = (site: string) =>
      served()(new Request(`${ORIGIN}/runs/${id}`, { headers: { cookie, 'sec-fetch-site': site } })).then(
        ({ status }) => status,
      );
    expect([await read('cross-site'), await read('same-site')]).toEqual([403, 403]);
    // Another handler's run: it is looked for.
    expect([await read('same-origin'), await read('none')]).toEqual([404, 404]);
  });

  it('is let through from an origin that is allowed, and from what is no browser', async () => {
    const handler = served(api, { origins: ['https://login.example'] });
    const other = { origin: 'https://login.example', 'sec-fetch-site': 'cross-site' };
    expect((await startRun(handler, {}, other)).started.status).toBe(201);
    const request = new Request(`${ORIGIN}/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"workflowId":"w"}',
    });
    expect((await handler(request)).status).toBe(201);
  });

  it('behind a proxy that ends TLS is told by its host', async () => {
    const handler = served();
    const request = new Request('http://app.example/runs', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://app.example' },
      body: '{"workflowId":"w"}',
    });
    expect((await handler(request)).status).toBe(201);
  });
});

describe('a handler in a framework whose requests have another host than the browser asked for', () => {
  const start = (headers: Record<string, string>): Promise<Response> =>
    served()(
      new Request('http://localhost:3000/runs', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"workflowId":"w"}',
      }),
    );

  it('goes by the header that names the host', async () => {
    const host = 'app.example';
    expect((await start({ host, origin: ORIGIN })).status).toBe(201);
    expect((await start({ host, origin: 'http://localhost:3000' })).status).toBe(403);
    expect((await start({ host, origin: 'https://evil.example' })).status).toBe(403);
  });

  it('goes by what the browser says of the origin, where a proxy changed that header', async () => {
    const host = 'upstream:3000';
    expect((await start({ host, origin: ORIGIN, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await start({ host, origin: ORIGIN, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await start({ host, origin: ORIGIN })).status).toBe(403);
  });

  it('gives a cookie for HTTPS only, but for a host of this machine', async () => {
    const cookie = async (host: string): Promise<string> =>
      (await start({ host, 'sec-fetch-site': 'same-origin' })).headers.getSetCookie()[0] ?? '';
    expect(await cookie('app.example')).toMatch(/; Secure$/);
    expect(await cookie('localhost:3000')).not.toContain('Secure');
  });
});

describe('limits', () => {
  it('hold for what one run submits, and end with time', async () => {
    const clock = createManualClock(START);
    const handler = served(api, { clock, limits: { submit: { perRun: { count: 2, perSeconds: 60 } } } });
    const { send } = await startRun(handler);
    const submit = () => send({ type: 'submit', values: { phone: 5 } });
    expect([(await submit()).status, (await submit()).status]).toEqual([200, 200]);
    const third = await submit();
    expect(third).toMatchObject({
      status: 429,
      body: { type: 'urn:arazzo-xstate:problem:too-many-requests' },
    });
    expect(third.headers.get('retry-after')).toBe('30');
    expect((await send({ type: 'cancel' })).status).toBe(200);
    const other = await startRun(handler);
    expect((await other.send({ type: 'submit', values: { phone: 5 } })).status).toBe(200);
    clock.advance(30_000);
    expect((await submit()).status).toBe(409);
  });

  it('hold for what one address asks for, whatever run it is', async () => {
    const handler = served(api, { limits: { repeat: { perAddress: { count: 2, perSeconds: 60 } } } });
    const statuses: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      const { send } = await startRun(handler, { phone: '1' }, WAIT);
      const address = index < 3 ? '2001:db8:1:2::' + String(index) : '192.0.2.1';
      statuses.push((await send({ type: 'repeat' }, {}, address)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
  });

  it('of an address are not used up by a run that is over its own', async () => {
    const clock = createManualClock(START);
    const once = { count: 1, perSeconds: 60 };
    const handler = served(api, {
      clock,
      limits: { repeat: { perRun: once, perAddress: { ...once, count: 2 } } },
    });
    const repeat = async () => {
      const { send } = await startRun(handler, { phone: '1' }, WAIT);
      return async () => (await send({ type: 'repeat' }, {}, '192.0.2.1')).status;
    };
    const [one, other] = [await repeat(), await repeat()];
    expect([await one(), await one(), await one(), await other()]).toEqual([200, 429, 429, 200]);
  });

  it('hold for starts unless told otherwise', async () => {
    const handler = served();
    const start = () => ask(handler, 'POST', '/runs', { workflowId: 'w' }, {}, '192.0.2.1');
    const statuses = [];
    for (let index = 0; index < 21; index += 1) statuses.push((await start()).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
  });
});

/** Takes away what nobody holds any more, such as a request that was answered. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What a turn of the event loop has looked at stays until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collect();
}

describe('the stream of a run', () => {
  const follow = (handler: RunHandler, id: string, cookie: string, headers: Record<string, string> = {}) => {
    const gone = new AbortController();
    const request = new Request(`${ORIGIN}/runs/${id}/updates`, {
      headers: { cookie, ...headers },
      signal: gone.signal,
    });
    return { answer: handler(request), gone };
  };

  it('shows the run as it is, each change, and ends with it', async () => {
    const handler = served(api, { outputs: { w: ['user'] } });
    const { id, cookie, send } = await startRun(handler);
    const { answer } = follow(handler, id, cookie);
    const streamed = await answer;
    expect(streamed.headers.get('content-type')).toBe('text/event-stream');
    const states: string[] = [];
    for await (const { id: eventId, view } of eventsOf(streamed)) {
      expect(eventId).toBe(view.revision);
      states.push(view.state);
      if (view.state === 'awaitingPhone') await send({ type: 'submit', values: { phone: '1' } });
      if (view.state === 'awaitingCode') await send({ type: 'submit', values: { code: '123' } });
      if (view.status === 'done') expect(view.outputs).toEqual({ user: 'user-1' });
    }
    expect(states.at(0)).toBe('awaitingPhone');
    expect(states).toContain('awaitingCode');
    expect(states.at(-1)).toBe('done');
  });

  it('goes on after the last event that the client has seen', async () => {
    const handler = served();
    const { id, cookie, send } = await startRun(handler, { phone: '1' }, WAIT);
    const revision = 2;
    const resumed = eventsOf(await follow(handler, id, cookie, { 'last-event-id': String(revision) }).answer);
    const next = resumed.next();
    await send({ type: 'cancel' });
    expect(await next).toMatchObject({ value: { id: 3, view: { status: 'cancelled' } } });
    expect(await resumed.next()).toMatchObject({ done: true });
    const behind = eventsOf(await follow(handler, id, cookie, { 'last-event-id': '1' }).answer);
    expect(await behind.next()).toMatchObject({ value: { id: 3 } });
    const over = await follow(handler, id, cookie, { 'last-event-id': '3' }).answer;
    expect(over.status).toBe(204);
  });

  it('gives a slow client the latest state', async () => {
    const gate = deferred();
    const handler = served(async (call, signal) => {
      if (call.stepId === 'verify') await gate.promise;
      return api(call, signal);
    });
    const { id, cookie, send } = await startRun(handler, { phone: '1' }, WAIT);
    const events = eventsOf(await follow(handler, id, cookie).answer);
    await events.next();
    for (let index = 0; index < 9; index += 1) await send({ type: 'submit', values: { code: 'bad' } });
    const { revision } = (await send({ type: 'submit', values: { code: '123' } })).body;
    const seen = [];
    for (let last = 0; last < revision;) {
      const { value } = await events.next();
      last = value?.id ?? revision;
      seen.push(last);
    }
    expect(seen.at(-1)).toBe(revision);
    expect(seen.length).toBeLessThan(10);
    gate.resolve();
  });

  it('ends when the sessions are closed, so that its client comes back to another process', async () => {
    const handler = served();
    const { id, cookie } = await startRun(handler);
    const follow = () =>
      handler(new Request(`${ORIGIN}/runs/${id}/updates`, { headers: { ...PAGE, cookie } }));
    const events = eventsOf(await follow());
    expect((await events.next()).done).toBe(false);
    const over = events.next();
    await handler.sessions.close();
    expect((await over).done).toBe(true);
    expect((await follow()).status).toBe(503);
  });

  it('shows that it is there while nothing happens, and is given up with its client', async () => {
    const clock = createManualClock(START);
    const handler = served(api, { clock, pingMs: 15_000, maxStreamsPerRun: 1 });
    const { id, cookie } = await startRun(handler);
    const { answer, gone } = follow(handler, id, cookie);
    const reader = (await answer).body?.getReader();
    const text = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await text()).toContain('retry: 1000');
    expect(await text()).toContain('event: run');
    const ping = text();
    await expect
      .poll(() => {
        clock.advance(15_000);
        return Promise.race([ping, Promise.resolve('')]);
      })
      .toBe(': still here\n\n');
    expect((await follow(handler, id, cookie).answer).status).toBe(429);
    await collectGarbage();
    gone.abort();
    const again = await follow(handler, id, cookie).answer;
    expect(again.status).toBe(200);
    await again.body?.cancel();
    expect((await follow(handler, id, cookie).answer).status).toBe(200);
  });
});

describe('a request', () => {
  it('for what is not there, or by a method that is not for it, is refused', async () => {
    const handler = served();
    const { id, cookie } = await startRun(handler);
    const status = async (method: string, path: string) => {
      const answer = await ask(handler, method, path, method === 'GET' ? undefined : {}, { cookie });
      expect(answer.body).toMatchObject({ status: answer.status });
      return [answer.status, answer.headers.get('allow')];
    };
    expect(await status('GET', '/other')).toEqual([404, null]);
    expect(await status('GET', '/runsx')).toEqual([404, null]);
    expect(await status('GET', `/runs/${id}/events/x`)).toEqual([404, null]);
    expect(await status('GET', `/runs/${id}/context`)).toEqual([404, null]);
    expect(await status('GET', '/runs/..%2f..%2fetc')).toEqual([404, null]);
    expect(await status('GET', '/runs')).toEqual([405, 'POST']);
    expect(await status('DELETE', `/runs/${id}`)).toEqual([405, 'GET']);
    expect(await status('GET', `/runs/${id}/events`)).toEqual([405, 'POST']);
    expect(await status('POST', `/runs/${id}/updates`)).toEqual([405, 'GET']);
  });

  it('for a workflow that may not be started is refused as for one that is not there', async () => {
    const handler = served(api, { workflows: [] });
    expect((await ask(handler, 'POST', '/runs', { workflowId: 'w' })).status).toBe(422);
    expect((await ask(served(), 'POST', '/runs', { workflowId: 'x' })).status).toBe(422);
  });

  it('that the store cannot serve says nothing of why', async () => {
    const errors: unknown[] = [];
    const store = createMemoryStore();
    const broken = {
      ...store,
      load: () => Promise.reject(new Error('password authentication failed for "admin"')),
    };
    const sessions = hosted(broken, api, { plan });
    open.push(sessions);
    const handler = createHandler(sessions, { onError: (error) => errors.push(error) });
    const { read } = await startRun(handler);
    const { status, headers, body } = await read();
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.stringify(body)).not.toContain('admin');
    expect(errors).toHaveLength(1);
  });

  it('is answered for nobody else to keep', async () => {
    const { started, read } = await startRun(served());
    for (const { headers } of [started, await read(), await read({ cookie: '' })]) {
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
