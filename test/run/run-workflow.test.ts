import { fromPromise } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import type { ResponseRecord } from '../../src/expressions/scope.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import { runWorkflow, type RunEvent, type RunOptions, type WaitAnswer } from '../../src/run/run-workflow.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { createManualClock } from '../../src/testing/manual-clock.ts';
import { bodyOf, deferred, refusedUrl, serve } from '../services/test-server.ts';

const login = planOf({
  inputs: inputsOf(['phone', 'code']),
  steps: [
    stepOf('send', uses('phone'), {
      outputs: { id: '$response.body#/id' },
      'x-xstate': { repeatable: true },
    }),
    stepOf(
      'verify',
      { id: '$steps.send.outputs.id', code: '$inputs.code' },
      {
        outputs: { token: '$response.body#/token' },
        onFailure: [
          { name: 'wrong', type: 'goto', stepId: 'verify', criteria: [{ condition: '$statusCode == 400' }] },
        ],
      },
    ),
  ],
  outputs: { session: '$steps.verify.outputs.token' },
});

/** A server that gives an id for a phone number and a token for the code 123456, and what it was sent. */
async function loginServer(): Promise<{ url: string; bodies: JsonObject[] }> {
  const bodies: JsonObject[] = [];
  const url = await serve((request, response) => {
    void bodyOf(request).then((text) => {
      const body = JSON.parse(text) as JsonObject;
      bodies.push(body);
      const wrong = 'code' in body && body['code'] !== '123456';
      response.writeHead(wrong ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify('code' in body ? { token: 'session-1' } : { id: 'id-1' }));
    });
  });
  return { url, bodies };
}

const run = async (plan: WorkflowPlan, options: RunOptions & { readonly url?: string } = {}) => {
  const { url = await refusedUrl(), ...rest } = options;
  return runWorkflow(compileMachine(plan), { services: { servers: { api: url } }, ...rest });
};

const answers = (...given: readonly (WaitAnswer | JsonObject)[]) => {
  const left = [...given];
  return () => {
    const next = left.shift();
    if (next === undefined) return Promise.reject(new Error('There is no answer left.'));
    return Promise.resolve(
      'type' in next ? (next as WaitAnswer) : ({ type: 'submit', values: next } as const),
    );
  };
};

describe('a run with all inputs', () => {
  it('goes to its end over HTTP, and tells of each attempt', async () => {
    const { url, bodies } = await loginServer();
    expect(await run(login, { url, inputs: { phone: '+1', code: '123456' } })).toEqual({
      workflowId: 'w',
      status: 'done',
      state: 'done',
      outputs: { session: 'session-1' },
      missing: [],
      steps: [
        { stepId: 'send', state: 'sending', attempt: 1, outcome: 'succeeded', statusCode: 200 },
        { stepId: 'verify', state: 'verifying', attempt: 1, outcome: 'succeeded', statusCode: 200 },
      ],
    });
    expect(bodies).toEqual([{ phone: '+1' }, { id: 'id-1', code: '123456' }]);
  });

  it('that fails says why', async () => {
    const result = await run(login, { inputs: { phone: '+1', code: '1' } });
    expect(result).toMatchObject({
      status: 'failed',
      state: 'failed',
      failure: { kind: 'network', stepId: 'send' },
      steps: [{ stepId: 'send', outcome: 'failed', failure: 'network' }],
    });
  });

  it('that are bad is refused before the first request', async () => {
    const { url, bodies } = await loginServer();
    expect(await run(login, { url, inputs: { phone: 1, code: '1' } })).toMatchObject({
      status: 'failed',
      failure: { kind: 'request' },
      steps: [],
    });
    expect(bodies).toEqual([]);
  });
});

describe('a run that can ask nobody', () => {
  it.each<[string, JsonObject]>([
    ['is absent', { phone: '+1' }],
    ['is undefined', { phone: '+1', code: undefined } as never],
  ])('is refused before the first request where an input %s', async (_what, inputs) => {
    const { url, bodies } = await loginServer();
    expect(await run(login, { url, inputs })).toEqual({
      workflowId: 'w',
      status: 'waiting',
      state: 'awaitingPhone',
      outputs: {},
      missing: ['code'],
      steps: [],
    });
    expect(bodies).toEqual([]);
  });

  it('goes on to the first wait where it is told to, and stops there with what it needs to go on', async () => {
    const { url, bodies } = await loginServer();
    const stopped = await run(login, { url, inputs: { phone: '+1' }, untilWait: true });
    expect(stopped).toMatchObject({ status: 'waiting', state: 'awaitingCode', missing: ['code'] });
    expect(bodies).toHaveLength(1);
    const ended = await run(login, {
      url,
      snapshot: JSON.parse(JSON.stringify(stopped.snapshot)) as never,
      inputs: { code: '123456' },
    });
    expect(ended).toMatchObject({ status: 'done', outputs: { session: 'session-1' } });
    expect(bodies).toHaveLength(2);
  });

  it('stops at a later wait, with the failure that led there', async () => {
    const { url } = await loginServer();
    const result = await run(login, { url, inputs: { phone: '+1', code: '000000' } });
    expect(result).toMatchObject({
      status: 'waiting',
      state: 'awaitingCode',
      missing: ['code'],
      failure: { statusCode: 400, reason: 'wrong' },
    });
  });

  it('stops where it was when the resumed values are not taken, and says why', async () => {
    const { url, bodies } = await loginServer();
    const { snapshot } = await run(login, { url, inputs: { phone: '+1' }, untilWait: true });
    const result = await run(login, { url, snapshot: snapshot ?? null, inputs: { code: 7 } });
    expect(result).toMatchObject({
      status: 'waiting',
      state: 'awaitingCode',
      rejection: [{ input: 'code', rule: 'type' }],
    });
    expect(bodies).toHaveLength(1);
  });

  it('refuses the snapshot of another workflow', async () => {
    const { url } = await loginServer();
    const { snapshot } = await run(login, { url, inputs: { phone: '+1' }, untilWait: true });
    const other = run(planOf({ steps: [stepOf('send')] }), { url, snapshot: snapshot ?? null });
    await expect(other).rejects.toSatisfy(
      (error) => isUsageError(error) && error.code === 'snapshot-of-other-plan',
    );
  });
});

describe('a run that asks', () => {
  it('goes on with each answer, also after a wrong one', async () => {
    const { url, bodies } = await loginServer();
    const seen: string[] = [];
    const ask = answers(
      { phone: '+1' },
      { code: '000000' },
      { code: 3 },
      { type: 'repeat' },
      { code: '123456' },
    );
    const result = await run(login, {
      url,
      ask: (wait) => {
        seen.push(`${wait.state} ${wait.failure?.reason ?? ''}${wait.inputs[0]?.rejection?.rule ?? ''}`);
        return ask();
      },
    });
    expect(result).toMatchObject({ status: 'done', outputs: { session: 'session-1' } });
    expect(seen).toEqual([
      'awaitingPhone ',
      'awaitingCode ',
      'awaitingCode wrong',
      'awaitingCode wrongtype',
      'awaitingCode ',
    ]);
    expect(bodies.map((body) => body['phone'] ?? body['code'])).toEqual(['+1', '000000', '+1', '123456']);
  });

  it('may be stopped, and keeps what it needs to go on', async () => {
    const { url } = await loginServer();
    const stopped = await run(login, { url, ask: answers({ phone: '+1' }, { type: 'stop' }) });
    expect(stopped).toMatchObject({ status: 'waiting', state: 'awaitingCode', missing: ['code'] });
    expect(
      await run(login, { url, snapshot: stopped.snapshot ?? null, ask: answers({ code: '123456' }) }),
    ).toMatchObject({ status: 'done' });
  });

  it('may be cancelled', async () => {
    expect(await run(login, { ask: answers({ type: 'cancel' }) })).toMatchObject({
      status: 'cancelled',
      state: 'cancelled',
    });
  });

  it.each<[string, RunOptions['ask']]>([
    ['rejects', () => Promise.reject(new Error('No.'))],
    [
      'throws',
      () => {
        throw new Error('No.');
      },
    ],
  ])('is cancelled where asking %s', async (_what, ask) => {
    expect(await run(login, ask === undefined ? {} : { ask })).toMatchObject({ status: 'cancelled' });
  });

  it('takes the question back when the wait is over', async () => {
    const plan = planOf({
      inputs: inputsOf(['a']),
      steps: [stepOf('s', uses('a'), { 'x-xstate': { timeoutSeconds: 1 } })],
    });
    const clock = createManualClock(0);
    let isAborted = false;
    const result = await runWorkflow(compileMachine(plan, { now: () => clock.now() }), {
      services: { clock },
      ask: (_wait, signal) =>
        new Promise<WaitAnswer>(() => {
          signal.addEventListener('abort', () => {
            isAborted = true;
          });
          queueMicrotask(() => clock.advance(1000));
        }),
    });
    expect([result.status, result.failure?.kind, isAborted]).toEqual(['failed', 'timeout', true]);
  });
});

describe('a signal', () => {
  it('aborts the request in flight and cancels the run', async () => {
    const arrived = deferred();
    const dropped = deferred();
    const url = await serve((_request, response) => {
      arrived.resolve();
      response.on('close', () => dropped.resolve());
    });
    const controller = new AbortController();
    const running = run(login, { url, inputs: { phone: '+1', code: '1' }, signal: controller.signal });
    await arrived.promise;
    controller.abort();
    expect(await running).toMatchObject({ status: 'cancelled', state: 'cancelled', steps: [] });
    await dropped.promise;
  });

  it('that is aborted already starts nothing', async () => {
    let calls = 0;
    const machine = compileMachine(planOf({ steps: [stepOf('s')] })).provide({
      actors: {
        s: fromPromise<ResponseRecord, StepCall>(() => {
          calls += 1;
          return Promise.resolve({ statusCode: 200, headers: {} });
        }),
      },
    });
    const events: RunEvent[] = [];
    const result = await runWorkflow(machine, {
      services: false,
      signal: AbortSignal.abort(),
      onEvent: (event) => events.push(event),
    });
    expect([result.status, calls, events]).toEqual(['cancelled', 0, []]);
  });
});

it('goes on to its end where `onEvent` throws, which is told to the platform', async () => {
  const { url } = await loginServer();
  const others = process.listeners('uncaughtException');
  const thrown: unknown[] = [];
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => thrown.push(error));
  const events: string[] = [];
  try {
    const result = await run(login, {
      url,
      inputs: { phone: '+1', code: '123456' },
      onEvent: ({ type }) => {
        events.push(type);
        throw new Error(`a mistake at ${type}`);
      },
    });
    expect(result.status).toBe('done');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(thrown.map((error) => (error as Error).message).toSorted()).toEqual(
      events.map((type) => `a mistake at ${type}`).toSorted(),
    );
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of others) process.on('uncaughtException', listener);
  }
});

it('tells what happens, in order and without secrets', async () => {
  const { url } = await loginServer();
  const events: RunEvent[] = [];
  await run(login, {
    url,
    inputs: { phone: '+1' },
    ask: answers({ code: '123456' }),
    onEvent: (event) => events.push(event),
  });
  expect(
    events.map((event) => (event.type === 'state' ? event.state : `${event.type} ${event.stepId}`)),
  ).toEqual([
    'step.started send',
    'sending',
    'step.succeeded send',
    'input.required verify',
    'awaitingCode',
    'step.started verify',
    'verifying',
    'step.succeeded verify',
    'done',
  ]);
  expect(JSON.stringify(events)).not.toContain('session-1');
});

it('sends a key of the run where it is asked to, another for each run', async () => {
  const keys: unknown[] = [];
  const url = await serve((request, response) => {
    keys.push(request.headers['idempotency-key']);
    response.end('{}');
  });
  const plan = planOf({ steps: [stepOf('s')] });
  const services = { servers: { api: url }, idempotencyHeader: true };
  await run(plan, { services, runId: 'mine' });
  await run(plan, { services });
  await run(plan, { services });
  expect(keys[0]).toBe('mine/s/1/1');
  expect(new Set(keys).size).toBe(3);
});
