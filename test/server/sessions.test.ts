import { afterEach, describe, expect, it } from 'vitest';
import { fromPromise } from 'xstate';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import { createEncryptedStore } from '../../src/server/encrypted-store.ts';
import { createHandler } from '../../src/server/handler.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import { createSessions } from '../../src/server/sessions.ts';
import { createSqliteStore } from '../../src/server/sqlite-store.ts';
import type { Run } from '../../src/server/run.ts';
import type { SessionEvent } from '../../src/server/sessions-options.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import type { Store } from '../../src/server/store.ts';
import { createManualClock } from '../../src/testing/manual-clock.ts';
import { CONFIRMED, PLACE, planOfMessages } from '../asyncapi/order-workflow.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { deferred } from '../services/test-server.ts';
import {
  atCode,
  hanging,
  happy,
  hosted,
  inState,
  loginPlan,
  mortal,
  response,
  runIn,
  until,
  type Perform,
} from './support.ts';

const START = Date.UTC(2030, 0, 1);
const open: Sessions[] = [];

/** Sessions that are closed when the test is over. */
const host = (...args: Parameters<typeof hosted>): Sessions => {
  const sessions = hosted(...args);
  open.push(sessions);
  return sessions;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((sessions) => sessions.close({ graceMs: 0 })));
});

/** Lets everything happen that needs no time. */
const quiet = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 10));

/** Performs steps and writes down which. */
function recorded(perform: Perform): { readonly perform: Perform; readonly calls: StepCall[] } {
  const calls: StepCall[] = [];
  return {
    calls,
    perform: (call, signal) => {
      calls.push(call);
      return perform(call, signal);
    },
  };
}

describe('a run', () => {
  it('goes from its start through its waits to its outputs', async () => {
    const { perform, calls } = recorded(happy);
    const events: SessionEvent[] = [];
    const sessions = host(createMemoryStore(), perform, { onEvent: (event) => events.push(event) });
    const started = await sessions.start('w');
    const { id } = runIn(started);
    expect(started).toMatchObject({ kind: 'started', run: { state: 'awaitingPhone', revision: 1 } });
    expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const sent = await sessions.send(id, { type: 'submit', values: { phone: '1' } });
    expect(sent).toMatchObject({ kind: 'taken', run: { state: 'sending', tags: ['busy', 'step:send'] } });
    const waiting = await until(sessions, id, inState('awaitingCode'));
    expect(waiting.wait?.inputs.map(({ name }) => name)).toEqual(['code']);
    await sessions.send(id, { type: 'submit', values: { code: '1' } });
    const done = await until(sessions, id, ({ status }) => status === 'done');
    expect(done.output).toEqual({ status: 'done', outputs: { session: 'a session' } });
    expect(calls.map(({ key }) => key)).toEqual([`${id}/send/1/1`, `${id}/verify/1/1`]);
    expect(await sessions.get(id)).toMatchObject({ status: 'done', revision: done.revision });
    expect(events.map(({ event }) => event.type)).toEqual([
      'input.required',
      'step.started',
      'step.succeeded',
      'input.required',
      'step.started',
      'step.succeeded',
    ]);
    expect(events.every(({ runId, workflowId }) => runId === id && workflowId === 'w')).toBe(true);
  });

  it('keeps why values were not taken, and takes better ones', async () => {
    const sessions = host(createMemoryStore(), happy);
    const { id } = await atCode(sessions);
    const bad = await sessions.send(id, { type: 'submit', values: { code: 5 } });
    expect(bad).toMatchObject({
      kind: 'taken',
      run: { state: 'awaitingCode', rejection: [{ input: 'code' }] },
    });
    const good = await sessions.send(id, { type: 'submit', values: { code: '5' } });
    expect(good).toMatchObject({ kind: 'taken', run: { state: 'verifying', rejection: [] } });
  });

  it('is started once by an id, however often it is asked for', async () => {
    const { perform, calls } = recorded(happy);
    const sessions = host(createMemoryStore(), perform);
    const results = await Promise.all(
      [1, 2, 3].map(() => sessions.start('w', { runId: 'mine', inputs: { phone: '1' } })),
    );
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['existing', 'existing', 'started']);
    await until(sessions, 'mine', inState('awaitingCode'));
    expect(calls).toHaveLength(1);
  });

  it('is not stored when its inputs are refused', async () => {
    const store = createMemoryStore();
    const sessions = host(store, happy);
    const result = await sessions.start('w', { inputs: { phone: 5 } });
    expect(result).toMatchObject({ kind: 'refused', rejection: [{ input: 'phone', rule: 'type' }] });
    expect(await store.list({})).toEqual([]);
  });

  it('of a workflow that is not there is the caller’s mistake', async () => {
    const sessions = host(createMemoryStore(), happy);
    await expect(sessions.start('x')).rejects.toMatchObject({ code: 'unknown-workflow' });
    expect(await sessions.send('x', { type: 'cancel' })).toEqual({ kind: 'unknown' });
    expect(await sessions.get('x')).toBe('unknown');
  });

  it('is stopped: its request is aborted, and it ends in cancelled', async () => {
    const aborted = deferred();
    const sessions = host(createMemoryStore(), async (_call, signal) => {
      signal.addEventListener('abort', aborted.resolve);
      return hanging(_call, signal);
    });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    expect(await sessions.stop(id)).toMatchObject({ kind: 'taken', run: { status: 'cancelled' } });
    await aborted.promise;
    expect(await sessions.stop(id)).toMatchObject({ kind: 'refused', run: { status: 'cancelled' } });
  });

  it('can be read when it is to be kept for as long as there are numbers', async () => {
    const store = createSqliteStore(':memory:');
    const sessions = host(store, happy, { keepEndedMs: Number.MAX_SAFE_INTEGER });
    const { id } = await atCode(sessions);
    await sessions.send(id, { type: 'cancel' });
    expect(await sessions.get(id)).toMatchObject({ status: 'cancelled' });
    await sessions.close();
    await store.close();
  });

  it('is removed some time after its end, and not before', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const sessions = host(store, happy, { clock, keepEndedMs: 60_000 });
    const { id } = runIn(await sessions.start('w'));
    await sessions.stop(id);
    clock.advance(59_000);
    await quiet();
    expect(await sessions.get(id)).toMatchObject({ status: 'cancelled' });
    clock.advance(1000);
    await expect.poll(() => sessions.get(id)).toBe('unknown');
  });
});

describe('a run that nobody answers', () => {
  const DAY = 86_400_000;

  it('is kept for ever, where nothing else is asked for', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const sessions = host(store, happy, { clock });
    const { id } = runIn(await sessions.start('w'));
    clock.advance(1000 * DAY);
    await quiet();
    expect(await sessions.get(id)).toMatchObject({ status: 'active' });
    expect((await store.load(id))?.due).toBeUndefined();
  });

  it('is cancelled after that time, its subscribers are told, and it is removed', async () => {
    const clock = createManualClock(START);
    const sessions = host(createMemoryStore(), happy, { clock, keepWaitingMs: DAY, keepEndedMs: 60_000 });
    const { id } = runIn(await sessions.start('w'));
    const seen: string[] = [];
    sessions.subscribe(id, ({ status }) => seen.push(status));
    clock.advance(DAY - 1);
    await quiet();
    expect(seen).toEqual(['active']);
    clock.advance(1);
    await expect.poll(() => seen).toEqual(['active', 'cancelled']);
    clock.advance(60_000);
    await expect.poll(() => sessions.get(id)).toBe('unknown');
  });

  it('is kept from whatever was last heard of, also of values that were not taken', async () => {
    const clock = createManualClock(START);
    const sessions = host(createMemoryStore(), happy, { clock, keepWaitingMs: DAY });
    const { id } = runIn(await sessions.start('w'));
    clock.advance(DAY - 1);
    await quiet();
    await sessions.send(id, { type: 'submit', values: {} });
    clock.advance(DAY - 1);
    await quiet();
    expect(await sessions.get(id)).toMatchObject({ status: 'active', revision: 2 });
    clock.advance(1);
    await until(sessions, id, ({ status }) => status === 'cancelled');
  });

  it('is given up by the next process, which may have another time for it', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const first = host(store, happy, { clock, keepWaitingMs: DAY });
    const { id } = runIn(await first.start('w'));
    await first.close();
    const second = host(store, happy, { clock, keepWaitingMs: 3 * DAY });
    clock.advance(2 * DAY);
    await expect.poll(async () => (await store.load(id))?.due).toBe(START + 3 * DAY);
    await second.close();
    const third = host(store, happy, { clock });
    clock.advance(2 * DAY);
    await expect.poll(async () => (await store.load(id))?.due).toBe(START + 5 * DAY);
    await third.close();
    const fourth = host(store, happy, { clock, keepWaitingMs: DAY });
    clock.advance(DAY);
    await until(fourth, id, ({ status }) => status === 'cancelled');
  });

  it.each([
    [60, 'failed'],
    [10 * 86_400, 'cancelled'],
  ])('with a limit of its own of %d s ends as %s: the earlier time counts', async (seconds, status) => {
    const clock = createManualClock(START);
    const plan = planOf({
      inputs: inputsOf(['code']),
      steps: [stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: seconds } })],
    });
    const sessions = host(createMemoryStore(), happy, { clock, plan, keepWaitingMs: DAY });
    const { id } = runIn(await sessions.start('w'));
    clock.advance(60_000);
    await quiet();
    clock.advance(DAY);
    expect(await until(sessions, id, (run) => run.status !== 'active')).toMatchObject({ status });
  });

  it('is not one that waits to send a request again', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const perform: Perform = async (call, signal) =>
      call.stepId === 'send' ? happy(call, signal) : response(503);
    const sessions = host(store, perform, { clock, keepWaitingMs: 1000 });
    const { id } = await atCode(sessions);
    await sessions.send(id, { type: 'submit', values: { code: '1' } });
    await until(sessions, id, inState('verifyingBackoff'));
    expect((await store.load(id))?.due).toBe(START + 30_000);
  });
});

describe('an event', () => {
  it('is refused by a state that does not take it, and changes nothing', async () => {
    const sessions = host(createMemoryStore(), hanging);
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    const busy = await sessions.send(id, { type: 'submit', values: { code: '1' } });
    expect(busy).toMatchObject({ kind: 'refused', run: { state: 'sending', revision: 1 } });
    const inner = { type: 'xstate.done.actor.send', output: response(200) } as never;
    expect(await sessions.send(id, inner)).toMatchObject({ kind: 'refused', run: { revision: 1 } });
    expect(await sessions.send(id, { type: 'decline' })).toMatchObject({ kind: 'refused' });
  });

  it('is taken once by its id', async () => {
    const { perform, calls } = recorded(async ({ stepId }) =>
      stepId === 'send' ? response(200, { id: 'x' }) : response(400),
    );
    const sessions = host(createMemoryStore(), perform);
    const { id } = await atCode(sessions);
    const submit = () => sessions.send(id, { type: 'submit', values: { code: '1' } }, { eventId: 'first' });
    const kinds = (await Promise.all([submit(), submit(), submit()])).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['repeated', 'repeated', 'taken']);
    await until(sessions, id, (run) => run.context.failure?.reason === 'wrong');
    expect(await submit()).toMatchObject({ kind: 'repeated', run: { state: 'awaitingCode' } });
    expect(calls.filter(({ stepId }) => stepId === 'verify')).toHaveLength(1);
  });

  it('for one revision is not taken by another one', async () => {
    const sessions = host(createMemoryStore(), happy);
    const { id, revision } = await atCode(sessions);
    const stale = await sessions.send(
      id,
      { type: 'submit', values: { code: '1' } },
      { revision: revision - 1 },
    );
    expect(stale).toMatchObject({ kind: 'conflict', run: { state: 'awaitingCode', revision } });
    const fresh = await sessions.send(id, { type: 'submit', values: { code: '1' } }, { revision });
    expect(fresh.kind).toBe('taken');
  });

  it('needs an id of a length that can be kept', async () => {
    const sessions = host(createMemoryStore(), happy);
    await expect(sessions.send('a', { type: 'cancel' }, { eventId: 'x'.repeat(129) })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  it('of many at once goes to one state after the other', async () => {
    const sessions = host(createMemoryStore(), happy);
    const { id } = await atCode(sessions);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => sessions.send(id, { type: 'submit', values: { code: '1' } })),
    );
    expect(results.filter(({ kind }) => kind === 'taken')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'refused')).toHaveLength(9);
  });
});

describe('a transition', () => {
  it('is stored before its request is sent, its subscribers are told and send resolves', async () => {
    const inner = createMemoryStore();
    const gate = deferred();
    const log: string[] = [];
    let isSlow = false;
    const store: Store = {
      ...inner,
      update: async (run, revision) => {
        if (isSlow) {
          log.push('storing');
          await gate.promise;
        }
        const written = await inner.update(run, revision);
        if (isSlow) log.push('stored');
        return written;
      },
    };
    const sessions = host(
      store,
      async (call, signal) => {
        log.push(`request ${call.stepId}`);
        return hanging(call, signal);
      },
      { onEvent: ({ event }) => log.push(event.type) },
    );
    const { id } = runIn(await sessions.start('w'));
    sessions.subscribe(id, ({ state }) => log.push(`told ${state}`));
    await quiet();
    log.length = 0;
    isSlow = true;
    const sending = sessions
      .send(id, { type: 'submit', values: { phone: '1' } })
      .then(() => log.push('resolved'));
    await quiet();
    expect(log).toEqual(['storing']);
    gate.resolve();
    await sending;
    await quiet();
    expect(log).toEqual(['storing', 'stored', 'request send', 'step.started', 'told sending', 'resolved']);
  });

  it('that the store does not take has no effect, and send rejects', async () => {
    const inner = createMemoryStore();
    const { perform, calls } = recorded(happy);
    const store: Store = { ...inner, update: () => Promise.reject(new Error('The disk is full.')) };
    const sessions = host(store, perform);
    const { id } = runIn(await sessions.start('w'));
    const sending = sessions.send(id, { type: 'submit', values: { phone: '1' } });
    await expect(sending).rejects.toThrow('The disk is full.');
    expect(await sessions.get(id)).toMatchObject({ state: 'awaitingPhone', revision: 1 });
    expect(calls).toEqual([]);
  });

  it('that ends a request is stored when the store is back', async () => {
    const inner = createMemoryStore();
    const errors: unknown[] = [];
    let failures = 3;
    const store: Store = {
      ...inner,
      update: (run, revision) => {
        if (failures === 0) return inner.update(run, revision);
        failures -= 1;
        return Promise.reject(new Error('The connection is gone.'));
      },
    };
    const { perform, calls } = recorded(happy);
    const sessions = host(store, perform, { onError: (error) => errors.push(error), pollMs: 60 });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    await until(sessions, id, inState('awaitingCode'));
    expect(errors).toHaveLength(3);
    expect(calls).toHaveLength(1);
  });
});

describe('a change that is stored while its answer is lost', () => {
  it.each(['create', 'update'] as const)('by "%s" has its request sent at once, and once', async (method) => {
    const clock = createManualClock(START);
    const inner = createMemoryStore();
    const lose = async <Result>(work: Promise<Result>): Promise<Result> => {
      await work;
      throw new Error('The connection is gone.');
    };
    let lost = 0;
    const store: Store = {
      ...inner,
      create: (run) => (method === 'create' ? lose(inner.create(run)) : inner.create(run)),
      update: (run, revision) => {
        const work = inner.update(run, revision);
        // The submit, and what came of both requests.
        if (method !== 'update') return work;
        lost += 1;
        return lose(work);
      },
    };
    const { perform, calls } = recorded(happy);
    const sessions = host(store, perform, { clock });
    const runId = 'r'.repeat(43);
    const starting = sessions.start('w', { runId, inputs: { phone: '1' } });
    if (method === 'create') await expect(starting).rejects.toThrow('gone');
    else await starting;
    await until(sessions, runId, inState('awaitingCode'));
    const sending = sessions.send(runId, { type: 'submit', values: { code: '1' } });
    if (method === 'update') await expect(sending).rejects.toThrow('gone');
    await until(sessions, runId, ({ status }) => status === 'done');
    clock.advance(1000);
    await quiet();
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send', 'verify']);
    if (method === 'update') expect(lost).toBeGreaterThanOrEqual(3);
  });
});

describe('after the end of the process', () => {
  /** A process that dies while it sends the request of a step, and the store that it leaves. */
  async function dying(stepId: string, options: Parameters<typeof hosted>[2] = {}) {
    const store = createMemoryStore();
    const process = mortal(store);
    const reached = deferred();
    const sent: StepCall[] = [];
    const sessions = hosted(
      process,
      async (call, signal) => {
        if (call.stepId !== stepId) return happy(call, signal);
        sent.push(call);
        reached.resolve();
        return hanging(call, signal);
      },
      { instance: 'one', ...options },
    );
    const { id } = runIn(
      stepId === 'send'
        ? await sessions.start('w', { inputs: { phone: '1' } })
        : ({ kind: '', run: await atCode(sessions) } as never),
    );
    if (stepId === 'verify') await sessions.send(id, { type: 'submit', values: { code: '1' } });
    await reached.promise;
    process.kill();
    return { store, id, sent };
  }

  it('a run that waits goes on waiting', async () => {
    const store = createMemoryStore();
    const process = mortal(store);
    const { id, revision } = await atCode(hosted(process, happy));
    process.kill();
    const next = host(store, happy);
    expect(await next.get(id)).toMatchObject({ state: 'awaitingCode', revision });
    await next.send(id, { type: 'submit', values: { code: '1' } });
    expect((await until(next, id, ({ status }) => status !== 'active')).output).toMatchObject({
      outputs: { session: 'a session' },
    });
  });

  it('a request in flight is sent again with the same key', async () => {
    const { store, id, sent } = await dying('verify');
    const { perform, calls } = recorded(happy);
    const next = host(store, perform, { instance: 'one' });
    expect((await until(next, id, ({ status }) => status !== 'active')).status).toBe('done');
    expect(calls).toEqual(sent);
    expect(calls[0]?.key).toBe(`${id}/verify/1/1`);
  });

  it('a request that may go out once at most is not sent again, and its failure says so', async () => {
    const { store, id } = await dying('send');
    const { perform, calls } = recorded(happy);
    const next = host(store, perform, { instance: 'one' });
    const run = await until(next, id, inState('awaitingPhone'));
    expect(run.context.failure).toMatchObject({ kind: 'interrupted', stepId: 'send', reason: 'lost' });
    await quiet();
    expect(calls).toEqual([]);
  });

  it('a process of another name waits until the lease is over', async () => {
    const clock = createManualClock(START);
    const { store, id } = await dying('verify', { clock, leaseMs: 30_000 });
    const { perform, calls } = recorded(happy);
    const next = host(store, perform, { instance: 'two', clock, leaseMs: 30_000 });
    for (let seconds = 1; seconds < 30; seconds += 1) {
      clock.advance(1000);
      await quiet();
    }
    expect(calls).toEqual([]);
    clock.advance(1000);
    await until(next, id, ({ status }) => status === 'done');
    expect(calls).toHaveLength(1);
  });

  it('a backoff ends at its time, whatever time has passed without a process', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const process = mortal(store);
    const failing: Perform = async (call, signal) =>
      call.stepId === 'send' ? happy(call, signal) : response(503);
    const first = hosted(process, failing, { clock });
    const { id } = await atCode(first);
    await first.send(id, { type: 'submit', values: { code: '1' } });
    const backoff = await until(first, id, inState('verifyingBackoff'));
    expect(backoff.context.retryAt).toBe(START + 30_000);
    process.kill();
    clock.advance(20_000);
    const { perform, calls } = recorded(happy);
    const next = host(store, perform, { clock });
    await quiet();
    clock.advance(9999);
    await quiet();
    expect(calls).toEqual([]);
    clock.advance(1);
    await until(next, id, ({ status }) => status === 'done');
    expect(calls.map(({ key, attempt }) => [key, attempt])).toEqual([[`${id}/verify/1/2`, 2]]);
  });

  it('a backoff does not end before its time, whoever looks at it before', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const { perform, calls } = recorded(async (call, signal) =>
      call.stepId === 'send' ? happy(call, signal) : response(503),
    );
    const sessions = host(store, perform, { clock });
    const { id } = await atCode(sessions);
    await sessions.send(id, { type: 'submit', values: { code: '1' } });
    const { revision } = await until(sessions, id, inState('verifyingBackoff'));
    await store.renew([{ id, revision }], START);
    clock.advance(1000);
    await expect.poll(async () => (await store.load(id))?.due).toBe(START + 30_000);
    expect(calls).toHaveLength(2);
    expect(await sessions.get(id)).toMatchObject({ state: 'verifyingBackoff', revision });
  });

  it('a wait for a person ends at its time, also when that was meanwhile', async () => {
    const clock = createManualClock(START);
    const plan = planOf({
      inputs: inputsOf(['code']),
      steps: [stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: 60 } })],
    });
    const store = createMemoryStore();
    const process = mortal(store);
    const { id } = runIn(await hosted(process, happy, { clock, plan }).start('w'));
    process.kill();
    clock.advance(3_600_000);
    const next = host(store, happy, { clock, plan });
    clock.advance(0);
    const ended = await until(next, id, ({ status }) => status !== 'active');
    expect(ended.output).toMatchObject({ status: 'failed', failure: { kind: 'timeout' } });
  });

  it('nothing is sent twice by many processes that find it at once', async () => {
    const { store, id } = await dying('verify');
    await store.release('one', 0);
    const { perform, calls } = recorded(happy);
    const hosts = Array.from({ length: 5 }, () => host(store, perform));
    await until(hosts[0] as Sessions, id, ({ status }) => status === 'done');
    await quiet();
    expect(calls).toHaveLength(1);
  });
});

describe('two processes on one store', () => {
  it('do not both drive a run: what comes late of a lost lease is dropped', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const [gate, reached] = [deferred(), deferred()];
    const slow: Perform = async (call, signal) => {
      if (call.stepId === 'send') return happy(call, signal);
      reached.resolve();
      await gate.promise;
      return response(200, { token: 'the late one' });
    };
    // It is held up: it does not renew its lease.
    const stalled = host({ ...store, renew: async (held) => held.map((run) => run.id) }, slow, { clock });
    const { id } = await atCode(stalled);
    await stalled.send(id, { type: 'submit', values: { code: '1' } });
    await reached.promise;
    const other = host(store, happy, { clock });
    clock.advance(10_001);
    const done = await until(other, id, ({ status }) => status === 'done');
    gate.resolve();
    await quiet();
    expect(await other.get(id)).toMatchObject({ revision: done.revision, output: done.output });
    expect(done.output).toMatchObject({ outputs: { session: 'a session' } });
  });

  it('send nothing once their lease is over', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const { perform, calls } = recorded(happy);
    let isHeldUp = false;
    const slow: Store = {
      ...store,
      update: async (run, revision) => {
        const written = await store.update(run, revision);
        if (isHeldUp) clock.advance(10_000);
        isHeldUp = false;
        return written;
      },
    };
    const one = host(slow, perform, { clock });
    const { id } = await atCode(one);
    await one.close();
    const two = host(slow, perform, { clock });
    isHeldUp = true;
    await two.send(id, { type: 'submit', values: { code: '1' } });
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send']);
    clock.advance(0);
    await until(two, id, ({ status }) => status === 'done');
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send', 'verify']);
  });

  it('keep a lease for as long as a request takes', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const gate = deferred();
    const { perform, calls } = recorded(async (call, signal) => {
      if (call.stepId === 'verify') await gate.promise;
      return happy(call, signal);
    });
    const one = host(store, perform, { clock });
    const { id } = await atCode(one);
    await one.send(id, { type: 'submit', values: { code: '1' } });
    host(store, perform, { clock });
    for (let seconds = 0; seconds < 60; seconds += 1) {
      clock.advance(1000);
      await quiet();
    }
    gate.resolve();
    await until(one, id, ({ status }) => status === 'done');
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send', 'verify']);
  });

  it('see what the other does, and take events for its runs', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const aborted = deferred();
    const one = host(
      store,
      async (call, signal) => {
        if (call.stepId === 'send') return happy(call, signal);
        signal.addEventListener('abort', aborted.resolve);
        return hanging(call, signal);
      },
      { clock },
    );
    const two = host(store, happy, { clock });
    const { id, revision } = await atCode(one);
    const states: string[] = [];
    two.subscribe(id, (run: Run) => states.push(run.state), revision);
    await one.send(id, { type: 'submit', values: { code: '1' } });
    clock.advance(1000);
    await expect.poll(() => states).toEqual(['verifying']);
    expect(await two.send(id, { type: 'cancel' })).toMatchObject({ kind: 'taken' });
    expect(states).toEqual(['verifying', 'cancelled']);
    // The other one finds out when it renews its lease.
    clock.advance(4000);
    await aborted.promise;
  });
});

describe('a store that answers later than it writes', () => {
  it('has no request sent for a run that was cancelled meanwhile', async () => {
    const store = createMemoryStore();
    const { perform, calls } = recorded(happy);
    const gate = deferred();
    let isLate = false;
    const late: Store = {
      ...store,
      update: async (run, revision) => {
        const [isLast, written] = [isLate, await store.update(run, revision)];
        isLate = false;
        if (isLast) await gate.promise;
        return written;
      },
    };
    const sessions = host(late, perform);
    const { id } = await atCode(sessions);
    isLate = true;
    const submitting = sessions.send(id, { type: 'submit', values: { code: '1' } });
    await quiet();
    expect(runIn(await sessions.send(id, { type: 'cancel' })).status).toBe('cancelled');
    gate.resolve();
    expect((await submitting).kind).toBe('taken');
    await quiet();
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send']);
  });
});

describe('subscribers', () => {
  it('are told of what others write, also while a run that is followed as well cannot be read', async () => {
    const store = createMemoryStore();
    const one = host(store, happy);
    const [broken, fine] = [await atCode(one), await atCode(one)];
    let isBroken = false;
    const errors: unknown[] = [];
    const halfBlind: Store = {
      ...store,
      load: async (id) => {
        if (isBroken && id === broken.id) throw new Error('No key for this one.');
        return store.load(id);
      },
    };
    const two = host(halfBlind, happy, { pollMs: 20, onError: (error) => errors.push(error) });
    two.subscribe(broken.id, () => undefined);
    const ended = until(two, fine.id, ({ status }) => status !== 'active');
    await quiet();
    isBroken = true;
    for (const { id } of [broken, fine]) await one.send(id, { type: 'cancel' });
    expect((await ended).status).toBe('cancelled');
    expect(errors.map(String)).toContain('Error: No key for this one.');
  });
});

describe('a changed document', () => {
  const changed = planOf({
    inputs: inputsOf(['phone', 'code']),
    steps: [stepOf('check', uses('phone', 'code'))],
  });

  it('leaves runs on the plan that they started with', async () => {
    const store = createMemoryStore();
    const { id } = await atCode(host(store, happy));
    const next = host(store, happy, { plan: changed });
    expect(await next.get(id)).toMatchObject({ state: 'awaitingCode' });
    expect(runIn(await next.start('w')).state).toBe('awaitingInputs');
    expect(await next.stranded()).toEqual([]);
    await next.send(id, { type: 'submit', values: { code: '1' } });
    await until(next, id, ({ status }) => status !== 'active');
  });

  it.each([
    ['no machine', '{"plan":{},"options":{}}'],
    ['another machine', JSON.stringify({ plan: changed, options: {} })],
  ])('strands a run whose plan now makes %s, and drops nothing', async (_name, text) => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const first = host(store, happy, { clock });
    const { id, plan } = await atCode(first);
    const stored = await store.load(id);
    const strange: Store = { ...store, plan: async () => text };
    const next = host(strange, happy, { plan: changed, clock });
    expect(await next.stranded()).toEqual([{ id, workflowId: 'w', plan }]);
    expect(await next.get(id)).toBe('stranded');
    expect(await next.send(id, { type: 'cancel' })).toEqual({ kind: 'stranded' });
    clock.advance(3_600_000);
    await quiet();
    expect(await store.load(id)).toEqual(stored);
    expect(await first.get(id)).toMatchObject({ state: 'awaitingCode' });
  });

  it('keeps nobody waiting for a minute whose process is back after a moment, beside one of another version', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    let verified = 0;
    const old: Perform = async (call, signal) => {
      if (call.stepId === 'send') return happy(call, signal);
      verified += 1;
      return verified === 1 ? response(503) : happy(call, signal);
    };
    const before = host(store, old, { clock });
    const { id } = await atCode(before);
    await before.send(id, { type: 'submit', values: { code: '1' } });
    await until(before, id, inState('verifyingBackoff'));
    await before.close();
    // What the new version makes of the plan is another machine.
    const newer = host({ ...store, plan: async () => undefined }, happy, { clock, plan: changed });
    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await quiet();
      }
    };
    await pass(33);
    expect(await newer.get(id)).toBe('stranded');
    const back = host(store, old, { clock });
    await pass(6);
    expect(await back.get(id)).toMatchObject({ status: 'done' });
    expect((await store.load(id))?.due).toBeGreaterThan(clock.now());
  });

  it('leaves runs on their plan also where a program’s own actors send and receive messages', async () => {
    const store = createMemoryStore();
    const sent: string[] = [];
    const orders = async (steps: Parameters<typeof planOfMessages>[0]): Promise<Sessions> => {
      const actors = {
        place: fromPromise(async () => void sent.push('order')),
        confirmed: fromPromise(async () => ({ payload: { id: 9 } })),
      };
      const machine = compileMachine(await planOfMessages(steps)).provide({ actors });
      const sessions = createSessions({ store, workflows: [machine] });
      open.push(sessions);
      return sessions;
    };
    const before = await orders([PLACE, CONFIRMED]);
    const { id } = runIn(await before.start('main'));
    const other = { ...CONFIRMED, outputs: { id: '$message.payload#/id' } };
    const next = await orders([PLACE, other]);
    expect(await next.stranded()).toEqual([]);
    await next.send(id, { type: 'submit', values: { item: 'book', request: 'r-1' } });
    const { status, output } = await until(next, id, (run) => run.status !== 'active');
    expect({ status, output, sent }).toMatchObject({
      status: 'done',
      output: { outputs: { id: 9 } },
      sent: ['order'],
    });
  });

  it('keeps the settings of the older machine with its plan', async () => {
    const store = createMemoryStore();
    const { id } = await atCode(host(store, happy));
    const text = await store.plan((await store.load(id))?.plan ?? '');
    expect(JSON.parse(text ?? '{}')).toMatchObject({
      plan: { workflowId: loginPlan.workflowId },
      options: { maxSteps: 1000, retryAfterCapSeconds: 60, deferredInputs: true },
    });
  });
});

describe('a stored run that nobody can read', () => {
  it.each([
    ['is no JSON', () => 'x'],
    ['is something else', () => '[]'],
    ['has no position', () => '{"taken":[]}'],
    ['is in a state that the machine has not', (data: string) => data.replace('"awaitingCode"', '"nowhere"')],
    ['is encrypted', () => 'aes256gcm-1.k.AAAA'],
  ])('is stranded and left as it is where it %s', async (_name, broken) => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const { id } = await atCode(host(store, happy, { clock }));
    const stored = await store.load(id);
    if (stored === undefined) throw new Error('The run is gone.');
    const data = broken(stored.data);
    await store.update({ ...stored, data, revision: 9, due: START }, stored.revision);
    const errors: unknown[] = [];
    const next = host(store, happy, { clock, onError: (error) => errors.push(error) });
    expect(await next.get(id)).toBe('stranded');
    expect(await next.send(id, { type: 'cancel' })).toEqual({ kind: 'stranded' });
    clock.advance(1);
    // It is looked at again later, and keeps nobody from looking at others.
    await expect.poll(async () => (await store.load(id))?.due).toBe(START + 60_001);
    expect(await store.load(id)).toMatchObject({ data, revision: 9 });
    expect(errors).toEqual([]);
  });
});

describe('a run that was written past the encryption', () => {
  it('is not gone on with, also where it is due', async () => {
    const clock = createManualClock(START);
    const [plain, inner] = [createMemoryStore(), createMemoryStore()];
    const slow = host(plain, (call, signal) => (call.stepId === 'send' ? happy : hanging)(call, signal), {
      clock,
    });
    const { id } = await atCode(slow);
    await slow.send(id, { type: 'submit', values: { code: '1' } });
    const readable = await plain.load(id);
    if (readable === undefined) throw new Error('The run is gone.');
    await inner.create({ ...readable, due: START });
    const { perform, calls } = recorded(happy);
    const keys = { current: 'one', keys: { one: new Uint8Array(32).fill(1) } };
    host(createEncryptedStore(inner, keys), perform, { clock });
    clock.advance(1);
    await quiet();
    expect(calls).toEqual([]);
    expect(await inner.load(id)).toMatchObject({ revision: readable.revision, data: readable.data });
  });
});

describe('keys that are rotated', () => {
  it('disturb no request in flight, and no lease', async () => {
    const clock = createManualClock(START);
    const inner = createMemoryStore();
    const keys = { one: new Uint8Array(32).fill(1), two: new Uint8Array(32).fill(2) };
    const [gate, reached] = [deferred(), deferred()];
    const slow: Perform = async (call, signal) => {
      reached.resolve();
      await gate.promise;
      return happy(call, signal);
    };
    const { perform, calls } = recorded(slow);
    const sessions = host(createEncryptedStore(inner, { current: 'one', keys }), perform, { clock });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    await reached.promise;
    expect(await createEncryptedStore(inner, { current: 'two', keys }).rotate()).toBe(1);
    for (let seconds = 0; seconds < 30; seconds += 1) {
      clock.advance(1000);
      await quiet();
    }
    expect(await sessions.get(id)).toMatchObject({ state: 'sending' });
    gate.resolve();
    expect(await until(sessions, id, inState('awaitingCode'))).toMatchObject({ state: 'awaitingCode' });
    expect(calls).toHaveLength(1);
  });
});

describe('a run that is written by somebody else while its request is in flight', () => {
  it('has its lease renewed as soon as that is seen', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const sessions = host(store, hanging, { clock });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    const read = await store.load(id);
    if (read === undefined) throw new Error('The run is gone.');
    const pass = async (milliseconds: number): Promise<void> => {
      clock.advance(milliseconds);
      await quiet();
    };
    await pass(3400);
    // As a rotation of keys does that has read the run before its lease was renewed.
    await store.update({ ...read, revision: 2 }, 1);
    await pass(3400);
    expect((await store.load(id))?.due).toBe(clock.now() + 10_000);
  });
});

describe('a process that sends as many requests as it may', () => {
  it('takes up no more that others left, and ends what is waited for in time', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const { perform, calls } = recorded((call, signal) =>
      call.stepId === 'send' ? happy(call, signal) : hanging(call, signal),
    );
    const gone = mortal(store);
    let verified = 0;
    const before = hosted(
      gone,
      async (call, signal) => {
        if (call.stepId === 'send') return happy(call, signal);
        verified += 1;
        return verified === 1 ? response(503) : hanging(call, signal);
      },
      { clock },
    );
    // One that backs off for 30 seconds, and three whose requests are in flight when the process dies.
    const waiting = await atCode(before);
    await before.send(waiting.id, { type: 'submit', values: { code: '1' } });
    await until(before, waiting.id, inState('verifyingBackoff'));
    for (let count = 0; count < 3; count += 1)
      await before.send((await atCode(before)).id, { type: 'submit', values: { code: '1' } });
    gone.kill();
    const after = host(store, perform, { clock, maxInFlight: 2 });
    for (let seconds = 0; seconds < 29; seconds += 1) {
      clock.advance(1000);
      await quiet();
    }
    expect(calls).toHaveLength(2);
    clock.advance(1500);
    await quiet();
    expect(await after.get(waiting.id)).toMatchObject({ state: 'verifying' });
  });
});

describe('closing', () => {
  it('lets requests in flight end first', async () => {
    const store = createMemoryStore();
    const [gate, reached] = [deferred(), deferred()];
    const sessions = hosted(store, async (call, signal) => {
      reached.resolve();
      await gate.promise;
      return happy(call, signal);
    });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '1' } }));
    await reached.promise;
    const closing = sessions.close();
    gate.resolve();
    await closing;
    expect(await host(store, happy).get(id)).toMatchObject({ state: 'awaitingCode' });
    await expect(sessions.start('w')).rejects.toMatchObject({ code: 'sessions-closed' });
  });

  it('leaves what is still in flight to whoever comes next, at once', async () => {
    const store = createMemoryStore();
    const first = hosted(store, (call, signal) => (call.stepId === 'send' ? happy : hanging)(call, signal));
    const { id } = await atCode(first);
    await first.send(id, { type: 'submit', values: { code: '1' } });
    await first.close({ graceMs: 1 });
    const next = host(store, happy);
    expect((await until(next, id, ({ status }) => status !== 'active')).status).toBe('done');
  });
});

describe('closing, while something is under way', () => {
  it.each(['due', 'release'] as const)(
    'does not wait for ever for a store that hangs in "%s"',
    async (method) => {
      const clock = createManualClock(START);
      const asked = deferred();
      const store: Store = {
        ...createMemoryStore(),
        [method]: () => {
          asked.resolve();
          return new Promise(() => undefined);
        },
      };
      const sessions = hosted(store, happy, { clock });
      clock.advance(0);
      let isOver = false;
      const closing = sessions.close({ graceMs: 3000 }).then(() => (isOver = true));
      await asked.promise;
      await quiet();
      expect(isOver).toBe(false);
      clock.advance(3000);
      await closing;
    },
  );

  it('keeps the leases of requests that still have time to end', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const [gate, reached] = [deferred(), deferred()];
    const { perform, calls } = recorded(async (call, signal) => {
      reached.resolve();
      await gate.promise;
      return happy(call, signal);
    });
    const one = host(store, perform, { clock });
    const other = host(store, perform, { clock });
    const { id } = runIn(await one.start('w', { inputs: { phone: '1' } }));
    await reached.promise;
    const closing = one.close({ graceMs: 60_000 });
    for (let seconds = 0; seconds < 30; seconds += 1) {
      clock.advance(1000);
      await quiet();
    }
    expect(await other.get(id)).toMatchObject({ state: 'sending', revision: 1 });
    gate.resolve();
    await closing;
    expect(await other.get(id)).toMatchObject({ state: 'awaitingCode' });
    expect(calls).toHaveLength(1);
  });

  it('leaves the request of an event that is stored after it to whoever comes next, at once', async () => {
    const clock = createManualClock(START);
    const store = createMemoryStore();
    const [gate, reached] = [deferred(), deferred()];
    const { perform, calls } = recorded(happy);
    let isSlow = false;
    const slow: Store = {
      ...store,
      update: async (run, revision) => {
        if (isSlow) {
          reached.resolve();
          await gate.promise;
        }
        return store.update(run, revision);
      },
    };
    const first = host(slow, perform, { clock });
    const { id } = await atCode(first);
    isSlow = true;
    const sending = first.send(id, { type: 'submit', values: { code: '1' } });
    await reached.promise;
    await first.close();
    gate.resolve();
    expect((await sending).kind).toBe('taken');
    await quiet();
    expect(calls.map(({ stepId }) => stepId)).toEqual(['send']);
    expect((await store.load(id))?.due).toBe(START);
  });
});

describe('wrong options', () => {
  it('are refused', () => {
    const refusal = expect.objectContaining({ code: 'invalid-option' }) as Error;
    for (const wrong of [
      { leaseMs: 0 },
      { pollMs: -1 },
      { maxInFlight: Number.NaN },
      { keepEndedMs: 0 },
      { keepWaitingMs: 0 },
      { leaseMs: Number.POSITIVE_INFINITY },
      { leaseMs: Number.NaN },
      { leaseMs: -1 },
      { leaseMs: 2 ** 31 },
      { pollMs: Number.POSITIVE_INFINITY },
    ])
      expect(() => hosted(createMemoryStore(), happy, wrong)).toThrow(refusal);
  });

  it('are refused by the handler and at the end, too', async () => {
    const refusal = expect.objectContaining({ code: 'invalid-option' }) as Error;
    const sessions = host(createMemoryStore(), happy);
    for (const wrong of [
      { maxBodyBytes: Number.NaN },
      { maxStreamsPerRun: 0 },
      { pingMs: Number.POSITIVE_INFINITY },
      { maxWaitSeconds: -1 },
      { maxWaitSeconds: Number.POSITIVE_INFINITY },
      { limits: { start: { perAddress: { count: 0, perSeconds: 60 } } } },
      { limits: { submit: { perRun: { count: 1, perSeconds: Number.NaN } } } },
    ])
      expect(() => createHandler(sessions, wrong)).toThrow(refusal);
    expect(() => createHandler(sessions, { maxWaitSeconds: 0 })).not.toThrow();
    for (const graceMs of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(sessions.close({ graceMs })).rejects.toThrow(refusal);
  });

  it('may have fractions', async () => {
    const sessions = host(createMemoryStore(), happy, { leaseMs: 1000.5, pollMs: 10.5 });
    const { id } = await atCode(sessions);
    await sessions.send(id, { type: 'submit', values: { code: '1' } });
    await until(sessions, id, ({ status }) => status === 'done');
  });
});
