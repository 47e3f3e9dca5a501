import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createActor, waitFor } from 'xstate';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createRemoteServices,
  loadDocument,
  performStep,
  type StepCall,
  type StepTransport,
  type WorkflowPlan,
} from '../../src/index.ts';
import { smsOtpLogin, smsOtpLoginPlan } from '../../src/machines/stytch/index.ts';
import { startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';

const NUMBER = '+14155550134';

describe('a machine whose steps are performed elsewhere', () => {
  let api: SandboxServer;

  beforeAll(async () => {
    api = await startSandbox();
  });

  afterAll(() => api.close());

  const services = () => ({
    credentials: () => ({ username: api.sandbox.projectId, password: api.sandbox.secret }),
    servers: { stytchConsumerApi: api.url },
  });

  /** Hands over as HTTP would: as JSON, both ways. */
  const overJson: StepTransport = async (call) =>
    JSON.parse(
      JSON.stringify(await performStep(smsOtpLoginPlan, JSON.parse(JSON.stringify(call)), services())),
    ) as unknown;

  const start = (transport: StepTransport) => {
    const actor = createActor(smsOtpLogin.provide({ actors: createRemoteServices(smsOtpLogin, transport) }), {
      input: {},
    });
    actor.start();
    actor.send({ type: 'submit', values: { phone_number: NUMBER } });
    return actor;
  };

  test('logs in like one that performs them itself, without a credential on its side', async () => {
    const calls: StepCall[] = [];
    const actor = start((call, signal) => {
      calls.push(call);
      return overJson(call, signal);
    });
    await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
    actor.send({ type: 'submit', values: { code: api.sandbox.lastCodeFor(NUMBER) ?? '' } });
    const { output } = await waitFor(actor, (snapshot) => snapshot.status === 'done');
    expect(output).toMatchObject({ status: 'done', outputs: { sessionToken: expect.any(String) } });
    expect(JSON.stringify([calls, actor.getPersistedSnapshot()])).not.toContain(api.sandbox.secret);
  });

  test('takes a failure that the server reports for what it is', async () => {
    const actor = start(() =>
      Promise.resolve({ error: { kind: 'timeout', message: 'No response within 5 ms.' } }),
    );
    const snapshot = await waitFor(actor, ({ context }) => context.failure !== undefined);
    expect(snapshot.context.failure).toMatchObject({ kind: 'timeout', message: 'No response within 5 ms.' });
    actor.stop();
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['gives something else', () => Promise.resolve('<html>')],
    ['gives an exchange without a status', () => Promise.resolve({ exchange: { response: {} } })],
    ['gives a failure of no known kind', () => Promise.resolve({ error: { kind: 'other', message: 'x' } })],
  ])(
    'takes a step that goes out once at most for interrupted where the transport %s',
    async (_, transport) => {
      const actor = start(transport);
      const { context } = await waitFor(actor, (snapshot) => snapshot.context.failure !== undefined);
      expect(context.failure).toMatchObject({
        kind: 'interrupted',
        stepId: 'sendSmsOtp',
        reason: 'askNumberAfterLostConnection',
      });
      expect(JSON.stringify(context)).not.toContain('secret detail');
      actor.stop();
    },
  );

  test('aborts the transport when it is cancelled', async () => {
    let aborted: AbortSignal | undefined;
    const actor = start((_call, signal) => {
      aborted = signal;
      return new Promise(() => undefined);
    });
    await waitFor(actor, (snapshot) => snapshot.matches('sending'));
    actor.send({ type: 'cancel' });
    expect(aborted?.aborted).toBe(true);
  });
});

describe('performStep', () => {
  let server: Server;
  let plan: WorkflowPlan;
  let requests: { method: string | undefined; url: string | undefined; body: string }[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        requests.push({ method: request.method, url: request.url, body });
        response.setHeader('content-type', 'application/json').end('{"ok":true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const openapi = {
      openapi: '3.1.0',
      info: { title: 'Things', version: '1' },
      servers: [{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }],
      paths: {
        '/things/{id}': {
          post: {
            operationId: 'change',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
              { name: 'mode', in: 'query', schema: { type: 'string' } },
            ],
            responses: {},
          },
        },
      },
    };
    const document = {
      arazzo: '1.0.1',
      info: { title: 'T', version: '1' },
      sourceDescriptions: [{ name: 'api', url: 'memory:/openapi.json', type: 'openapi' }],
      workflows: [
        {
          workflowId: 'w',
          inputs: { type: 'object', properties: { id: { type: 'string' }, note: { type: 'string' } } },
          steps: [
            {
              stepId: 'change',
              operationId: 'change',
              parameters: [
                { name: 'id', in: 'path', value: '$inputs.id' },
                { name: 'mode', in: 'query', value: 'safe' },
              ],
              requestBody: {
                contentType: 'application/json',
                payload: {
                  fixed: { amount: 1, tags: ['a'] },
                  note: '$inputs.note',
                  text: 'note: {$inputs.note}!',
                  list: ['$inputs.note', 2],
                },
              },
            },
          ],
        },
      ],
    };
    const loaded = await loadDocument(JSON.stringify(document), {
      resolver: () => Promise.resolve(JSON.stringify(openapi)),
    });
    plan = loaded.value?.plans[0] as WorkflowPlan;
  });

  beforeEach(() => {
    requests = [];
  });

  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  const payload = { fixed: { amount: 1, tags: ['a'] }, note: 'n', text: 'note: n!', list: ['n', 2] };
  const parameters = [
    { name: 'id', in: 'path', value: '7' },
    { name: 'mode', in: 'query', value: 'safe' },
  ];
  const call = { stepId: 'change', attempt: 1, parameters, body: { payload } };

  test('sends the request of the step', async () => {
    expect(await performStep(plan, call, {})).toMatchObject({
      exchange: { response: { statusCode: 200, body: { ok: true } } },
    });
    expect(requests).toEqual([{ method: 'POST', url: '/things/7?mode=safe', body: JSON.stringify(payload) }]);
  });

  test('sends it without what is absent from its expressions', async () => {
    const { note: _, ...rest } = payload;
    expect(await performStep(plan, { ...call, body: { payload: rest } }, {})).toHaveProperty('exchange');
  });

  const changed = (change: object): object => ({ ...call, body: { payload: { ...payload, ...change } } });

  test.each<readonly [string, unknown]>([
    ['is no object', 'change'],
    ['is nothing', undefined],
    ['names no step', { ...call, stepId: 'remove' }],
    ['names what a step inherits', { ...call, stepId: '__proto__' }],
    ['lacks a required parameter', { ...call, parameters: parameters.slice(1) }],
    ['lacks a parameter that the document fixes', { ...call, parameters: parameters.slice(0, 1) }],
    [
      'changes a parameter that the document fixes',
      { ...call, parameters: [parameters[0], { ...parameters[1], value: 'unsafe' }] },
    ],
    [
      'has another parameter',
      { ...call, parameters: [...parameters, { name: 'authorization', in: 'header', value: 'x' }] },
    ],
    ['has a parameter twice', { ...call, parameters: [...parameters, parameters[0]] }],
    ['has a parameter that is no object', { ...call, parameters: [...parameters, 'x'] }],
    ['has no body', { ...call, body: undefined }],
    ['changes what the document fixes', changed({ fixed: { amount: 2, tags: ['a'] } })],
    ['leaves out what the document fixes', changed({ fixed: { amount: 1 } })],
    ['adds a member', changed({ admin: true })],
    [
      'adds a member that every object inherits',
      JSON.parse(JSON.stringify(call).replace('"note":"n"', '"note":"n","__proto__":1')) as unknown,
    ],
    ['changes the text around an expression', changed({ text: 'something else' })],
    ['adds to the text behind an expression', changed({ text: 'note: n! and more' })],
    ['adds an item', changed({ list: ['n', 2, 3] })],
    ['changes an item that the document fixes', changed({ list: ['n', 3] })],
  ])('refuses a call that %s, and sends nothing', async (_, wrong) => {
    expect(await performStep(plan, wrong, {})).toMatchObject({ error: { kind: 'request' } });
    expect(requests).toEqual([]);
  });

  test('does not take a server, a timeout or a problem from the call', async () => {
    const odd = { ...call, server: 'http://127.0.0.1:1', timeoutMs: 0, problem: 'none' };
    expect(await performStep(plan, odd, {})).toHaveProperty('exchange');
  });

  test('tells that there is no response', async () => {
    expect(await performStep(plan, call, { servers: { api: 'http://127.0.0.1:1' } })).toMatchObject({
      error: { kind: 'network' },
    });
  });

  test('stops with its signal', async () => {
    expect(await performStep(plan, call, {}, AbortSignal.abort())).toMatchObject({
      error: { kind: 'interrupted' },
    });
  });
});
