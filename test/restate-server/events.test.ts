import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRestateServer, type RestateServer } from '../../examples/restate/restate-server.ts';
import type { RestateEvent } from '../../src/restate/index.ts';
import { createMemoryStore, type SessionEvent, type Sessions } from '../../src/server/index.ts';
import {
  atCode,
  happy,
  hosted as hostedOnStore,
  inState,
  machineOf,
  response,
  runIn,
  until,
  type Perform,
} from '../server/support.ts';
import { hostOn, type Hosted, type HostOptions } from './support.ts';

let restate: RestateServer;
const closing: (Hosted | Sessions)[] = [];

beforeAll(async () => {
  restate = await startRestateServer();
});
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
});
afterAll(async () => {
  await restate.remove();
});

async function host(perform: Perform, options: HostOptions = {}): Promise<Hosted> {
  const hosted = await hostOn(restate, [machineOf(perform)], options);
  closing.push(hosted);
  return hosted;
}

/** A login whose code is wrong at first. */
async function play(sessions: Sessions): Promise<string> {
  const { id } = await atCode(sessions);
  await sessions.send(id, { type: 'submit', values: { code: 'wrong' } });
  await until(sessions, id, (run) => run.context.failure?.reason === 'wrong');
  await sessions.send(id, { type: 'submit', values: { code: 'right' } });
  await until(sessions, id, ({ status }) => status === 'done');
  return id;
}
function login(): Perform {
  const statuses = [400];
  return async (call, signal) =>
    call.stepId === 'verify' && statuses.length > 0 ? response(statuses.pop() ?? 0) : happy(call, signal);
}
const nameOf = ({ revision, index }: RestateEvent): string => `${revision}.${index}`;

describe('the events of a run on Restate', () => {
  it('are those of a run on a store, once and in order where nothing is killed', async () => {
    const stored: SessionEvent[] = [];
    const onStore = hostedOnStore(createMemoryStore(), login(), { onEvent: (event) => stored.push(event) });
    closing.push(onStore);
    await play(onStore);
    const told: RestateEvent[] = [];
    const { sessions } = await host(login(), { onEvent: (event) => told.push(event) });
    const id = await play(sessions);
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(stored.length);
    expect(told.length).toBeGreaterThan(6);
    expect(told.map(({ event }) => event)).toEqual(stored.map(({ event }) => event));
    for (const one of told) expect(one).toMatchObject({ runId: id, workflowId: 'w' });
    const order = told.map(({ revision, index }) => revision * 100 + index);
    expect(order).toEqual([...new Set(order)].toSorted((one, other) => one - other));
  });

  it('are told again under the same names where it was not noted that they were told', async () => {
    const told: RestateEvent[] = [];
    let calls = 0;
    const counted: Perform = (call, signal) => {
      calls += 1;
      return happy(call, signal);
    };
    const hosted = await host(counted);
    const { sessions } = hosted;
    let isKilled = false;
    const onEvent = (event: RestateEvent): void => {
      told.push(event);
      if (isKilled || event.event.type !== 'step.succeeded') return;
      // Its connections are gone at once, with all that was not told to the Restate server.
      isKilled = true;
      void hosted.replace([machineOf(counted)], { onEvent });
    };
    await hosted.replace([machineOf(counted)], { onEvent });
    const { id } = runIn(await sessions.start('w', { inputs: { phone: '555' } }));
    await until(sessions, id, inState('awaitingCode'));
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(5);
    expect(isKilled).toBe(true);
    expect(calls).toBe(1);
    expect(told.map(nameOf)).toEqual(['1.0', '2.0', '2.1', '2.0', '2.1']);
    expect(told.slice(3)).toEqual(told.slice(1, 3));
  });

  it('are nothing that a run waits for: what listens may throw', async () => {
    const errors: unknown[] = [];
    const { sessions } = await host(login(), {
      onEvent: ({ event }) => {
        throw new Error(event.type);
      },
      onError: (error) => errors.push(error),
    });
    await play(sessions);
    expect(errors).toContainEqual(new Error('step.succeeded'));
  });
});
