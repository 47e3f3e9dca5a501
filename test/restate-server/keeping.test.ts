import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRestateServer, type RestateServer } from '../../examples/restate/restate-server.ts';
import { STOPPED } from '../../src/server/advance.ts';
import type { Run } from '../../src/server/index.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import {
  happy,
  hanging,
  inState,
  loginPlan,
  machineOf,
  response,
  runIn,
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

async function host(perform: Perform, options: HostOptions = {}, plan = loginPlan): Promise<Hosted> {
  const hosted = await hostOn(restate, [machineOf(perform, plan)], options);
  closing.push(hosted);
  return hosted;
}
/** The calls of a service that wait until a run is to be given up. */
async function timersOn({ name }: Hosted): Promise<readonly unknown[]> {
  const rows = await queried(
    restate,
    `select status from sys_invocation where target_service_name = '${name}' and target_handler_name = 'giveUp'`,
  );
  return rows.map(({ status }) => status);
}
const soon = { timeout: 10_000 };
const DAY = 86_400_000;

describe('a run on Restate that nobody answers', () => {
  it('is kept for ever, where nothing else is asked for', async () => {
    const hosted = await host(happy);
    await hosted.sessions.start('w');
    expect(await timersOn(hosted)).toEqual([]);
    expect(await leftOn(restate, hosted.name)).toEqual([]);
  });

  it('is cancelled after that time, its subscribers are told, and it is removed', async () => {
    const hosted = await host(happy, { keepWaitingMs: 1000, keepEndedMs: 500 });
    const { sessions, name } = hosted;
    const { id, startedAt } = runIn(await sessions.start('w'));
    const cancelled = await until(sessions, id, ({ status }) => status !== 'active');
    expect(cancelled).toMatchObject({ status: 'cancelled', revision: 2, output: { status: 'cancelled' } });
    expect(cancelled.changedAt - startedAt).toBeGreaterThanOrEqual(1000);
    await expect.poll(() => sessions.get(id), soon).toBe('unknown');
    const rows = `select key from state where service_name = '${name}' and service_key = '${id}'`;
    expect(await queried(restate, rows)).toEqual([]);
    const calls = `select target_handler_name from sys_invocation where target_service_name = '${name}'`;
    await expect.poll(() => queried(restate, calls), soon).toEqual([]);
  });

  it('is kept from whatever was last heard of, also of values that were not taken', async () => {
    const hosted = await host(happy, { keepWaitingMs: 2000 });
    const { sessions } = hosted;
    const { id } = runIn(await sessions.start('w'));
    await new Promise((resolve) => void setTimeout(resolve, 1200));
    const { revision, changedAt } = runIn(await sessions.send(id, { type: 'submit', values: { phone: 5 } }));
    const cancelled = await until(sessions, id, ({ status }) => status !== 'active');
    expect(cancelled).toMatchObject({ status: 'cancelled', revision: revision + 1 });
    expect(cancelled.changedAt - changedAt).toBeGreaterThanOrEqual(2000);
  });

  it('has one timer, that of its last change, and none when it is over', async () => {
    const hosted = await host(happy, { keepWaitingMs: DAY });
    const { sessions } = hosted;
    const { id } = runIn(await sessions.start('w'));
    expect(await timersOn(hosted)).toEqual(['scheduled']);
    for (const phone of [5, 6, 7]) await sessions.send(id, { type: 'submit', values: { phone } });
    await expect.poll(() => timersOn(hosted), soon).toEqual(['scheduled']);
    await sessions.send(id, { type: 'submit', values: { phone: '555' } });
    await until(sessions, id, inState('awaitingCode'));
    await expect.poll(() => timersOn(hosted), soon).toEqual(['scheduled']);
    await sessions.stop(id);
    await expect.poll(() => timersOn(hosted), soon).toEqual([]);
  });

  it('is given up by another process, which may have another time for it, and after the server was killed', async () => {
    const hosted = await host(happy, { keepWaitingMs: 1500 });
    const { sessions } = hosted;
    const { id, startedAt } = runIn(await sessions.start('w'));
    await hosted.replace([machineOf(happy)], { keepWaitingMs: 4000 });
    await restate.kill();
    await restate.start();
    const cancelled = await until(sessions, id, ({ status }) => status !== 'active');
    expect(cancelled.status).toBe('cancelled');
    expect(cancelled.changedAt - startedAt).toBeGreaterThanOrEqual(4000);
  });

  it('is left alone by a process that gives up none', async () => {
    const hosted = await host(happy, { keepWaitingMs: 1500 });
    const { sessions } = hosted;
    const { id } = runIn(await sessions.start('w'));
    await hosted.replace([machineOf(happy)], { keepWaitingMs: Number.POSITIVE_INFINITY });
    const timer = `select id from sys_invocation where target_service_name = '${hosted.name}' and target_handler_name = 'giveUp'`;
    const [first] = await queried(restate, timer);
    await expect
      .poll(async () => {
        const [now, ...more] = await queried(restate, timer);
        return more.length === 0 && now !== undefined && now['id'] !== first?.['id'];
      }, soon)
      .toBe(true);
    expect(await sessions.get(id)).toMatchObject({ status: 'active', revision: 1 });
  });

  it.each([
    [1, 'failed', []],
    [10 * 86_400, 'cancelled', ['scheduled']],
  ])(
    'with a limit of its own of %d s ends as %s: the earlier time counts',
    async (seconds, status, timers) => {
      const plan = planOf({
        inputs: inputsOf(['code']),
        steps: [stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: seconds } })],
      });
      const hosted = await host(happy, { keepWaitingMs: 2000 }, plan);
      const { sessions, name } = hosted;
      const { id } = runIn(await sessions.start('w'));
      expect(await timersOn(hosted)).toEqual(timers);
      expect(await until(sessions, id, (run) => run.status !== 'active')).toMatchObject({ status });
      await expect.poll(() => leftOn(restate, name), soon).toEqual([]);
    },
  );

  it('is not one that sends a request, or waits to send it again', async () => {
    let perform: Perform = hanging;
    const hosted = await host((call, signal) => perform(call, signal), { keepWaitingMs: 1000 });
    const { sessions } = hosted;
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '555', code: '1' } }));
    expect(await timersOn(hosted)).toEqual([]);
    perform = async ({ stepId }) => response(stepId === 'send' ? 200 : 503);
    const { id: other } = runIn(await sessions.start('w', { inputs: { phone: '555', code: '1' } }));
    await until(sessions, other, inState('verifyingBackoff'));
    expect(await timersOn(hosted)).toEqual([]);
    for (const run of [id, other]) await sessions.stop(run);
  });

  it('is listed and holds up nothing while its plan cannot be gone on with', async () => {
    const hosted = await host(happy, { keepWaitingMs: 1500, keys: false });
    const { sessions, name } = hosted;
    const { id, plan } = runIn(await sessions.start('w'));
    const wrong = planOf({ inputs: inputsOf(['x']), steps: [stepOf('one', uses('x'))] });
    await putState(restate, name, `plan:${plan}`, { plan: '"{}"' });
    const timer = `select id from sys_invocation where target_service_name = '${name}' and target_handler_name = 'giveUp'`;
    const [first] = await queried(restate, timer);
    await hosted.replace([machineOf(happy, wrong)]);
    await expect
      .poll(async () => {
        const [now, ...more] = await queried(restate, timer);
        return more.length === 0 && now !== undefined && now['id'] !== first?.['id'];
      }, soon)
      .toBe(true);
    expect(await sessions.send(id, { type: 'cancel' })).toEqual({ kind: 'stranded' });
    expect(await sessions.stranded()).toMatchObject([{ id }]);
  });
});

describe('a run on Restate whose machine stops with an error', () => {
  it('is failed, takes nothing any more, and is removed as any other', async () => {
    let answer: (value: ReturnType<typeof response>) => void = () => undefined;
    const perform: Perform = () => new Promise((resolve) => (answer = resolve));
    const hosted = await host(perform, { keepEndedMs: 2000, keys: false });
    const { sessions, name } = hosted;
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '555' } }));
    // Nothing that a machine meets by itself makes it throw. Somebody has written to its state.
    const state = `select key, value_utf8 from state where service_name = '${name}' and service_key = '${id}'`;
    const texts = Object.fromEntries(
      (await queried(restate, state)).map(({ key, value_utf8: text }) => [String(key), String(text)]),
    );
    const snapshot = JSON.parse(texts['snapshot'] ?? '') as { readonly context: object };
    const broken = JSON.stringify({ ...snapshot, context: { ...snapshot.context, inputs: null } });
    await putState(restate, name, id, { ...texts, snapshot: broken });
    await expect
      .poll(async () => (await sessions.get(id)) as Run, soon)
      .toMatchObject({ context: { inputs: null } });

    answer(response(200, { id: 'sms-1' }));
    const failed = await until(sessions, id, ({ status }) => status !== 'active');
    expect(failed).toMatchObject({ status: 'failed', revision: 2, output: STOPPED });
    expect(await sessions.send(id, { type: 'cancel' })).toMatchObject({
      kind: 'refused',
      run: { revision: 2 },
    });
    const active = `select key from state where service_name = '${name}' and key like 'active:%'`;
    expect(await queried(restate, active)).toEqual([]);
    await expect.poll(() => leftOn(restate, name), soon).toEqual([]);
    await expect.poll(() => sessions.get(id), soon).toBe('unknown');
    expect(await queried(restate, state)).toEqual([]);
  });
});
