import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRestateServer, type RestateServer } from '../../examples/restate/restate-server.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import type { Run } from '../../src/server/index.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import {
  happy,
  hanging,
  inState,
  loginWorkflow,
  machineOf,
  response,
  until,
  type Perform,
} from '../server/support.ts';
import { hostOn, leftOn, putState, queried, type Hosted, type HostOptions } from './support.ts';

let restate: RestateServer;
const closing: Hosted[] = [];

beforeAll(async () => {
  restate = await startRestateServer();
});
afterEach(async () => {
  for (const hosted of closing.splice(0)) await hosted.close();
});
afterAll(async () => {
  await restate.remove();
});

async function host(perform: Perform = happy, options: HostOptions = {}): Promise<Hosted> {
  const hosted = await hostOn(restate, [machineOf(perform)], options);
  closing.push(hosted);
  return hosted;
}

async function startedOn({ sessions }: Hosted, inputs = {}): Promise<string> {
  const started = await sessions.start('w', { inputs });
  if (started.kind !== 'started') throw new Error(started.kind);
  return started.run.id;
}
const submit = (values: object) => ({ type: 'submit', values }) as const;

describe('a run on Restate', () => {
  it('goes from its start to its end', async () => {
    const hosted = await host();
    const { sessions } = hosted;
    const id = await startedOn(hosted);
    const waiting = await sessions.get(id);
    expect(waiting).toMatchObject({ state: 'awaitingPhone', revision: 1, status: 'active', id });
    const sent = await sessions.send(id, submit({ phone: '555' }));
    expect(sent).toMatchObject({ kind: 'taken', run: { revision: 2, state: 'sending' } });
    await until(sessions, id, inState('awaitingCode'));
    await sessions.send(id, submit({ code: '123' }));
    const done = await until(sessions, id, ({ status }) => status !== 'active');
    expect(done.output).toEqual({ status: 'done', outputs: { session: 'a session' } });
    expect(done.startedAt).toBeLessThanOrEqual(done.changedAt);
  });

  it('is started once, however often it is asked for', async () => {
    const calls: StepCall[] = [];
    const { sessions } = await host((call, signal) => {
      calls.push(call);
      return happy(call, signal);
    });
    const start = () => sessions.start('w', { runId: 'one-run', inputs: { phone: '555' }, binding: 'mine' });
    const kinds = (await Promise.all([start(), start(), start()])).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['existing', 'existing', 'started']);
    await until(sessions, 'one-run', inState('awaitingCode'));
    expect(calls).toHaveLength(1);
    expect(await sessions.get('one-run')).toMatchObject({ binding: 'mine' });
  });

  it('is not started with inputs that it refuses, nor of a workflow that is not there', async () => {
    const { sessions } = await host();
    const refused = await sessions.start('w', { runId: 'refused', inputs: { phone: 5 } });
    expect(refused).toMatchObject({ kind: 'refused', rejection: [{ input: 'phone' }] });
    expect(await sessions.get('refused')).toBe('unknown');
    await expect(sessions.start('another')).rejects.toMatchObject({ code: 'unknown-workflow' });
    await expect(sessions.start('w', { runId: 'plan:x' })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  it('takes an event once, and only one that its state takes', async () => {
    const hosted = await host(hanging);
    const { sessions } = hosted;
    const id = await startedOn(hosted);
    const event = submit({ phone: '555' });
    const kinds = await Promise.all([1, 2, 3].map(() => sessions.send(id, event, { eventId: 'first' })));
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['repeated', 'repeated', 'taken']);
    expect(await sessions.send(id, event)).toMatchObject({ kind: 'refused', run: { state: 'sending' } });
    expect(await sessions.send(id, { type: 'cancel' }, { revision: 1 })).toMatchObject({ kind: 'conflict' });
    for (const type of ['xstate.done.actor.send', 'restate.promise.resolve'])
      expect(await sessions.send(id, { type } as never)).toMatchObject({ kind: 'refused' });
    expect(await sessions.stop(id)).toMatchObject({ kind: 'taken', run: { status: 'cancelled' } });
    expect(await sessions.stop(id)).toMatchObject({ kind: 'refused' });
    expect(await sessions.send('nobody', event)).toEqual({ kind: 'unknown' });
  });

  it('shows a rejected value and keeps waiting', async () => {
    const hosted = await host();
    const id = await startedOn(hosted);
    const sent = await hosted.sessions.send(id, submit({ phone: 5 }));
    expect(sent).toMatchObject({
      kind: 'taken',
      run: { state: 'awaitingPhone', rejection: [{ input: 'phone' }] },
    });
  });

  it('tells each subscriber of its later revisions, and the last of them never not', async () => {
    const hosted = await host();
    const { sessions } = hosted;
    const id = await startedOn(hosted);
    const heard: [number, number][] = [];
    const ends = [0, 1].map((after) =>
      sessions.subscribe(id, ({ revision }) => heard.push([after, revision]), after),
    );
    await sessions.send(id, submit({ phone: '555' }));
    await until(sessions, id, inState('awaitingCode'));
    await sessions.send(id, submit({ code: '123' }));
    const { revision: last } = await until(sessions, id, ({ status }) => status === 'done');
    for (const after of [0, 1]) {
      await expect
        .poll(() => heard.findLast(([from]) => from === after)?.[1], { timeout: 10_000 })
        .toBe(last);
      const revisions = heard.filter(([from]) => from === after).map(([, revision]) => revision);
      expect(revisions).toEqual([...new Set(revisions)].toSorted((one, other) => one - other));
      expect(revisions[0]).toBeGreaterThan(after);
    }
    for (const end of ends) end();
  });

  it('is at one state in each of its revisions, also while it is being changed', async () => {
    const hosted = await host();
    const { sessions } = hosted;
    const seen = new Map<number, Set<string>>();
    const note = ({ revision, state }: Run): void =>
      void seen.set(revision, (seen.get(revision) ?? new Set()).add(state));
    for (let run = 0; run < 5; run += 1) {
      const id = `read-${run}`;
      const over = new AbortController();
      const readers = Array.from({ length: 8 }, async () => {
        while (!over.signal.aborted) {
          const read = await sessions.get(id);
          if (typeof read !== 'string') note(read);
        }
      });
      await sessions.start('w', { runId: id, inputs: { phone: '555' } });
      await until(sessions, id, inState('awaitingCode'));
      await sessions.send(id, submit({ code: '123' }));
      note(await until(sessions, id, ({ status }) => status === 'done'));
      over.abort();
      await Promise.all(readers);
    }
    expect(Object.fromEntries([...seen].map(([revision, states]) => [revision, [...states]]))).toEqual({
      1: ['sending'],
      2: ['awaitingCode'],
      3: ['verifying'],
      4: ['done'],
    });
  });

  it('fails with what a step failed with, and may try again', async () => {
    const answers = [503, 400, 200];
    const keys: (string | undefined)[] = [];
    const hosted = await host(async (call) => {
      if (call.stepId === 'send') return response(200, { id: 'sms-1' });
      keys.push(call.key);
      return response(answers.shift() ?? 200, { token: 'a session' });
    });
    const { sessions } = hosted;
    const id = await startedOn(hosted, { phone: '555' });
    await until(sessions, id, inState('awaitingCode'));
    await sessions.send(id, submit({ code: '1' }));
    const backing = await until(sessions, id, inState('verifyingBackoff'));
    expect(backing.context.retryAt).toBeGreaterThan(Date.now() + 20_000);
    await sessions.stop(id);
    expect(keys).toEqual([`${id}/verify/1/1`]);
  });

  it('sends a request once that takes longer than Restate keeps a call at hand', async () => {
    const calls: (string | undefined)[] = [];
    const hosted = await host(async (call, signal) => {
      calls.push(call.key);
      await new Promise((resolve) => void setTimeout(resolve, 2500));
      return happy(call, signal);
    });
    const { sessions } = hosted;
    const id = await startedOn(hosted, { phone: '555', code: '123' });
    const done = await until(sessions, id, ({ status }) => status !== 'active');
    expect(done.output).toEqual({ status: 'done', outputs: { session: 'a session' } });
    expect(calls).toEqual([`${id}/send/1/1`, `${id}/verify/1/1`]);
  });

  it('aborts its request when it is cancelled, and leaves nothing that waits', async () => {
    let isAborted = false;
    const hosted = await host((call, signal) => {
      signal.addEventListener('abort', () => (isAborted = true));
      return hanging(call, signal);
    });
    const { sessions, name } = hosted;
    const id = await startedOn(hosted, { phone: '555' });
    await until(sessions, id, inState('sending'));
    // Restate would put a call that only waits away after a second, and not reach it any more.
    await new Promise((resolve) => void setTimeout(resolve, 1500));
    expect(await sessions.stop(id)).toMatchObject({ run: { status: 'cancelled' } });
    await expect.poll(() => isAborted, { timeout: 10_000 }).toBe(true);
    await expect.poll(() => leftOn(restate, name), { timeout: 10_000 }).toEqual([]);
    expect(await sessions.get(id)).toMatchObject({ status: 'cancelled', revision: 2 });
  });

  it('waits no longer for a time that it has left', async () => {
    const hosted = await host(async ({ stepId }) => response(stepId === 'send' ? 200 : 503));
    const { sessions, name } = hosted;
    const id = await startedOn(hosted, { phone: '555', code: '123' });
    await until(sessions, id, inState('verifyingBackoff'));
    const status = `select status from sys_invocation where target_service_name = '${name}' and target_handler_name = 'awaitTime'`;
    // Nobody is occupied with it.
    await expect.poll(() => queried(restate, status), { timeout: 10_000 }).toEqual([{ status: 'suspended' }]);
    await sessions.stop(id);
    await expect.poll(() => leftOn(restate, name), { timeout: 10_000 }).toEqual([]);
  });

  it.each([undefined, null, {}, { type: 5 }])('is not held up by what is no event: %j', async (event) => {
    const hosted = await host(happy, { timeoutMs: 2000 });
    const { sessions } = hosted;
    const id = await startedOn(hosted);
    await expect(sessions.send(id, event as never)).rejects.toThrow('status 400');
    expect(await sessions.stop(id)).toMatchObject({ kind: 'taken', run: { revision: 2 } });
  });

  it.each(['start', 'event', 'change'])('is not held up by a call without a request: %s', async (handler) => {
    const hosted = await host(happy, { timeoutMs: 2000 });
    const id = await startedOn(hosted);
    const call = await fetch(`${restate.ingressUrl}/${hosted.name}/${id}/${handler}`, {
      method: 'POST',
      signal: AbortSignal.timeout(5000),
    });
    expect(call.status).toBe(400);
    expect(await hosted.sessions.stop(id)).toMatchObject({ kind: 'taken', run: { revision: 2 } });
  });

  it('is not followed any more when it is over', async () => {
    const hosted = await host();
    const { sessions, name } = hosted;
    const id = await startedOn(hosted);
    const heard: number[] = [];
    await sessions.stop(id);
    for (const after of [0, 2]) sessions.subscribe(id, ({ revision }) => heard.push(revision), after);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual([2]);
    const calls = `select id from sys_invocation where target_service_name = '${name}' and target_handler_name = 'change'`;
    await expect.poll(() => queried(restate, calls), { timeout: 10_000 }).toEqual([]);
    const followers = `select key from state where service_name = '${name}' and key = 'followers'`;
    expect(await queried(restate, followers)).toEqual([]);
  });

  it('waits for a person as long as its document says, however long that is', async () => {
    const plan = planOf({
      inputs: inputsOf(['code']),
      steps: [stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: 9e12 } })],
    });
    const hosted = await hostOn(restate, [machineOf(happy, plan)]);
    closing.push(hosted);
    const { sessions, name } = hosted;
    const id = await startedOn(hosted);
    const status = `select status from sys_invocation where target_service_name = '${name}' and target_handler_name = 'awaitTime'`;
    await expect.poll(() => queried(restate, status), { timeout: 10_000 }).toEqual([{ status: 'suspended' }]);
    expect(await sessions.send(id, submit({ code: '1' }))).toMatchObject({ kind: 'taken' });
    await until(sessions, id, (run) => run.status === 'done');
  });

  it.each([300.5, Number.MAX_VALUE])(
    'comes to its end where it is kept for %d ms then',
    async (keepEndedMs) => {
      const hosted = await host(happy, { keepEndedMs, timeoutMs: 3000 });
      const id = await startedOn(hosted);
      expect(await hosted.sessions.stop(id)).toMatchObject({ kind: 'taken', run: { status: 'cancelled' } });
      if (keepEndedMs < 1000)
        await expect.poll(() => hosted.sessions.get(id), { timeout: 10_000 }).toBe('unknown');
      else expect(await hosted.sessions.get(id)).toMatchObject({ status: 'cancelled' });
    },
  );

  it('is gone some time after it is over', async () => {
    const hosted = await host(happy, { keepEndedMs: 300 });
    const { sessions } = hosted;
    const id = await startedOn(hosted);
    await sessions.stop(id);
    expect(await sessions.get(id)).toMatchObject({ status: 'cancelled' });
    await expect.poll(() => sessions.get(id), { timeout: 10_000 }).toBe('unknown');
    expect(
      await queried(
        restate,
        `select key from state where service_name = '${hosted.name}' and service_key = '${id}'`,
      ),
    ).toEqual([]);
  });
});

describe('what Restate keeps', () => {
  const secrets = ['5551234567', 'a-secret-session'];
  const perform: Perform = async ({ stepId }) =>
    stepId === 'send' ? response(200, { id: 'sms-1' }) : response(200, { token: secrets[1] ?? '' });
  const KEPT_IN = {
    state: (name: string) => `select * from state where service_name = '${name}'`,
    journal: (name: string) =>
      `select j.* from sys_journal j join sys_invocation i on j.id = i.id where i.target_service_name = '${name}'`,
  };
  /** Rows with what is in their bytes. */
  const textOf = (rows: readonly Readonly<Record<string, unknown>>[]): string =>
    rows
      .flatMap((row) => Object.values(row).map(String))
      .map((value) => `${value} ${Buffer.from(value, 'hex').toString('utf8')}`)
      .join('\n');

  async function played(options: HostOptions): Promise<readonly string[]> {
    const hosted = await host(perform, { journalRetentionMs: 600_000, keepWaitingMs: 600_000, ...options });
    const { sessions, name } = hosted;
    const id = await startedOn(hosted, { phone: secrets[0] });
    await until(sessions, id, inState('awaitingCode'));
    await sessions.send(id, submit({ code: '123' }));
    await until(sessions, id, ({ status }) => status === 'done');
    return Promise.all(
      Object.values(KEPT_IN).map(async (query) => {
        const rows = await queried(restate, query(name));
        expect(rows.length).toBeGreaterThan(3);
        return textOf(rows);
      }),
    );
  }

  it('is encrypted', async () => {
    for (const text of await played({})) for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('can be read by all who reach its admin interface, where there are no keys', async () => {
    for (const text of await played({ keys: false }))
      for (const secret of secrets) expect(text).toContain(secret);
  });

  it.each(['run', 'snapshot'])('is not taken for another run: its %s', async (key) => {
    const hosted = await host();
    const { sessions, name } = hosted;
    const [mine, other] = [await startedOn(hosted), await startedOn(hosted)];
    const rows = await queried(
      restate,
      `select service_key, key, value from state where service_name = '${name}' and key not like 'active:%'`,
    );
    const stateOf = (id: string): Readonly<Record<string, Buffer>> =>
      Object.fromEntries(
        rows
          .filter((row) => row['service_key'] === id)
          .map((row) => [String(row['key']), Buffer.from(String(row['value']), 'hex')]),
      );
    expect(stateOf(mine)).toHaveProperty(key);
    await putState(restate, name, mine, { ...stateOf(mine), [key]: stateOf(other)[key] ?? '' });
    await expect.poll(() => sessions.get(mine).catch(String), { timeout: 10_000 }).toMatch(/that of another/);
    await expect(sessions.send(mine, { type: 'cancel' })).rejects.toThrow(/that of another/);
    expect(await sessions.get(other)).toMatchObject({ id: other });
  });

  it('waits for a process that has its key, and is refused where it is not encrypted', async () => {
    const [old, fresh] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const keys = { current: 'fresh', keys: { fresh, old } };
    const hosted = await host(hanging, { keys, timeoutMs: 1000 });
    await hosted.replace([machineOf(hanging)], { keys: { current: 'old', keys: { old } } });
    await expect(hosted.sessions.start('w', { runId: 'early' })).rejects.toThrow(/time/i);
    await hosted.replace([machineOf(hanging)]);
    await expect
      .poll(async () => (await hosted.sessions.get('early').catch(() => undefined)) ?? 'unknown', {
        timeout: 20_000,
      })
      .toMatchObject({ state: 'awaitingPhone', revision: 1 });
    const plain = await fetch(`${restate.ingressUrl}/${hosted.name}/plain/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(plain.status).toBe(400);
  });

  it('is read with older keys too, and not without', async () => {
    const [old, fresh] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const first = await host(hanging, { name: 'rotated', keys: { current: 'old', keys: { old } } });
    const id = await startedOn(first);
    await first.close();
    const keys = { current: 'fresh', keys: { fresh, old } };
    const second = await host(hanging, { name: 'rotated', keys });
    expect(await second.sessions.get(id)).toMatchObject({ state: 'awaitingPhone' });
    expect(await second.sessions.send(id, submit({ phone: '555' }))).toMatchObject({ kind: 'taken' });
    await second.close();
    const third = await host(hanging, {
      name: 'rotated',
      keys: { current: 'other', keys: { other: old } },
      timeoutMs: 1000,
    });
    await expect(third.sessions.get(id)).rejects.toThrow(/time/i);
  });
});

describe('a workflow that changed', () => {
  const changed = planOf({
    ...loginWorkflow,
    outputs: { session: '$steps.verify.outputs.token', phone: '$inputs.phone' },
  });

  it('keeps the runs that were begun on the plan that they began on', async () => {
    const hosted = await host();
    const { sessions } = hosted;
    const id = await startedOn(hosted, { phone: '555' });
    await until(sessions, id, inState('awaitingCode'));
    await hosted.replace([machineOf(happy, changed)]);
    const fresh = await startedOn(hosted, { phone: '555' });
    const ended = async (run: string) => {
      await until(sessions, run, inState('awaitingCode'));
      await sessions.send(run, submit({ code: '123' }));
      return (await until(sessions, run, ({ status }) => status === 'done')).output?.outputs;
    };
    expect(await ended(id)).toEqual({ session: 'a session' });
    expect(await ended(fresh)).toEqual({ session: 'a session', phone: '555' });
    expect(await sessions.stranded()).toEqual([]);
  });

  /** Whether a run is over: to read it would load its plan. */
  const isOver = async ({ name }: Hosted, id: string): Promise<boolean> => {
    const active = `select key from state where service_name = '${name}' and service_key = '${id}' and key like 'active:%'`;
    return (await queried(restate, active)).length === 0;
  };

  it('goes on with a run on its plan in a process that is started anew in the middle of a request', async () => {
    const hosted = await host();
    const { sessions } = hosted;
    const id = await startedOn(hosted, { phone: '555' });
    await until(sessions, id, inState('awaitingCode'));
    let isSent = false;
    const perform: Perform = (call, signal) => {
      isSent = true;
      return hanging(call, signal);
    };
    await hosted.replace([machineOf(perform, changed)]);
    await sessions.send(id, submit({ code: '123' }));
    await expect.poll(() => isSent, { timeout: 10_000 }).toBe(true);
    await hosted.replace([machineOf(happy, changed)]);
    await expect.poll(() => isOver(hosted, id), { timeout: 20_000 }).toBe(true);
    expect(await sessions.get(id)).toMatchObject({ output: { outputs: { session: 'a session' } } });
  });

  it('ends the time that a run waits for in a process that never had its plan', async () => {
    const limited = planOf({
      inputs: inputsOf(['code']),
      steps: [stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: 3 } })],
    });
    const hosted = await hostOn(restate, [machineOf(happy, limited)]);
    closing.push(hosted);
    const id = await startedOn(hosted);
    const status = `select status from sys_invocation where target_service_name = '${hosted.name}' and target_handler_name = 'awaitTime'`;
    await expect.poll(() => queried(restate, status), { timeout: 10_000 }).toEqual([{ status: 'suspended' }]);
    await hosted.replace([machineOf(happy)]);
    await expect.poll(() => isOver(hosted, id), { timeout: 20_000 }).toBe(true);
    expect(await hosted.sessions.get(id)).toMatchObject({ output: { failure: { kind: 'timeout' } } });
  });

  it('leaves runs as they are while their plan cannot be gone on with, and lists them', async () => {
    let perform: Perform = hanging;
    const hosted = await host((call, signal) => (call.stepId === 'send' ? happy : perform)(call, signal), {
      keys: false,
    });
    const { sessions, name } = hosted;
    const id = await startedOn(hosted, { phone: '555' });
    const { plan } = await until(sessions, id, inState('awaitingCode'));
    await sessions.send(id, submit({ code: '123' }));
    const kept = Buffer.from(JSON.stringify((await planOn(name, plan)) ?? ''), 'utf8');
    await putPlan(name, plan, Buffer.from('"{}"', 'utf8'));
    await hosted.replace([machineOf((call, signal) => perform(call, signal), changed)]);

    expect(await sessions.get(id)).toBe('stranded');
    expect(await sessions.send(id, { type: 'cancel' })).toEqual({ kind: 'stranded' });
    expect(await sessions.stranded()).toEqual([{ id, workflowId: 'w', plan }]);
    perform = happy;
    await putPlan(name, plan, kept);
    const done = await until(sessions, id, ({ status }) => status === 'done');
    expect(done.output?.outputs).toEqual({ session: 'a session' });
    expect(await sessions.stranded()).toEqual([]);
  });
});

/** The plan that is kept under a hash, where nothing is encrypted. */
async function planOn(name: string, plan: string): Promise<unknown> {
  const [row] = await queried(
    restate,
    `select value_utf8 from state where service_name = '${name}' and service_key = 'plan:${plan}' and key = 'plan'`,
  );
  return JSON.parse(String(row?.['value_utf8']));
}

/** Writes what is kept as a plan, past the service. */
async function putPlan(name: string, plan: string, bytes: Buffer): Promise<void> {
  await putState(restate, name, `plan:${plan}`, { plan: bytes });
  await expect.poll(async () => JSON.stringify(await planOn(name, plan))).toBe(bytes.toString('utf8'));
}
