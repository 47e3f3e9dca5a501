import { createActor, fromPromise, setup, waitFor, type ActorRefFrom, type Snapshot } from 'xstate';
import { expect, it } from 'vitest';
import type { ResponseRecord } from '../../src/expressions/scope.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { StepCall } from '../../src/plan/step-call.ts';
import { planOf as planOfMachine } from '../../src/machines/registry.ts';
import { createServices, provideServices } from '../../src/run/provide-services.ts';
import { planOf, stepOf } from '../plan/small-documents.ts';
import { answer, serve } from '../services/test-server.ts';

const plan = planOf({
  steps: [
    stepOf('send', {}, { onFailure: [{ name: 'again', type: 'retry', retryAfter: 60 }] }),
    stepOf('wait'),
  ],
});

it('gives one actor for each step, and one that waits', () => {
  expect(Object.keys(createServices(compileMachine(plan))).toSorted()).toEqual(['send', 'step:wait', 'wait']);
});

it('performs the steps over HTTP, and waits by the given clock', async () => {
  let answered = 0;
  const url = await serve((_request, response) => {
    answered += 1;
    response.writeHead(answered === 1 ? 503 : 200).end();
  });
  const timers: (() => void)[] = [];
  const clock = {
    now: () => 0,
    setTimeout: (callback: () => void) => timers.push(callback),
    clearTimeout: () => {},
  };
  let now = 0;
  const actor = createActor(
    provideServices(compileMachine(plan, { now: () => 0 }), {
      servers: { api: url },
      clock: { ...clock, now: () => now },
    }),
    { input: {} },
  ).start();
  await waitFor(actor, ({ value }) => value === 'sendingBackoff');
  expect(timers).toHaveLength(1);
  now = 60_000;
  timers[0]?.();
  await waitFor(actor, ({ status }) => status === 'done');
  expect([actor.getSnapshot().value, answered]).toEqual(['done', 3]);
});

it('leaves the machine what it was, so that an actor can be replaced', async () => {
  const url = await serve(answer('{}'));
  const machine = compileMachine(plan);
  const provided = provideServices(machine, { servers: { api: url } });
  expect([planOfMachine(provided), provided.config]).toEqual([plan, machine.config]);
  const replaced = provided.provide({
    actors: {
      send: fromPromise<ResponseRecord, StepCall>(() => Promise.resolve({ statusCode: 404, headers: {} })),
    },
  });
  const actor = createActor(replaced, { input: {} }).start();
  await waitFor(actor, ({ value }) => value === 'sendingBackoff');
  actor.send({ type: 'cancel' });
  expect(actor.getSnapshot().value).toBe('cancelled');
});

it('refuses a machine that was not compiled', () => {
  expect(() => createServices({ config: {} })).toThrow(TypeError);
});

it('does not send again what goes out once at most, also where XState restores it in a parent', async () => {
  const ways: string[] = [];
  for (const extension of [{}, { 'x-xstate': { atMostOnce: true } }]) {
    let sent = 0;
    let arrived = (): void => {};
    const inFlight = new Promise<void>((resolve) => (arrived = resolve));
    const url = await serve((_request, response) => {
      sent += 1;
      if (sent === 1) arrived();
      else response.writeHead(200).end();
    });
    const workflow = compileMachine(planOf({ steps: [stepOf('send', {}, extension)] }));
    const parent = setup({
      actors: { run: provideServices(workflow, { servers: { api: url } }) },
    }).createMachine({
      initial: 'running',
      states: { running: { invoke: { src: 'run', id: 'run', input: {} } } },
    });
    const first = createActor(parent).start();
    await inFlight;
    const stored = JSON.parse(JSON.stringify(first.getPersistedSnapshot())) as Snapshot<unknown>;
    first.stop();
    const second = createActor(parent, { snapshot: stored }).start();
    const run = second.getSnapshot().children['run'] as ActorRefFrom<typeof workflow>;
    const { output } = await waitFor(run, ({ status }) => status === 'done');
    const kind = output?.status === 'failed' ? output.failure.kind : '';
    ways.push(`${String(sent)} ${output?.status ?? ''} ${kind}`);
  }
  expect(ways).toEqual(['2 done ', '1 failed interrupted']);
});
