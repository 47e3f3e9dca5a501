import { SimulatedClock, createActor, toPromise } from 'xstate';
import { describe, expect, it } from 'vitest';
import { CallFailure, isCallFailure } from '../../src/services/call-failure.ts';
import { createStepService } from '../../src/services/step-service.ts';
import { createWaitService, type Clock } from '../../src/services/wait-service.ts';
import { answer, callOf, deferred, operationAt, refusedUrl, serve } from './test-server.ts';

describe('the actor of a step', () => {
  it('resolves with the exchange, an error status too', async () => {
    const url = await serve(answer('{"a":1}', { 'content-type': 'application/json' }, 404));
    const actor = createActor(createStepService(operationAt(url)), { input: callOf() }).start();
    expect((await toPromise(actor)).response).toMatchObject({ statusCode: 404, body: { a: 1 } });
  });

  it('rejects with what is known of a call without a response', async () => {
    const actor = createActor(createStepService(operationAt(await refusedUrl())), { input: callOf() });
    actor.subscribe({ error: () => undefined });
    actor.start();
    const error: unknown = await toPromise(actor).catch((thrown: unknown) => thrown);
    if (!isCallFailure(error)) throw new Error('It is another error.');
    expect(JSON.parse(JSON.stringify(error))).toEqual({ kind: 'network', message: error.message });
  });

  it('aborts the request when it is stopped', async () => {
    const { promise: asked, resolve: markAsked } = deferred();
    const { promise: closed, resolve: markClosed } = deferred();
    const url = await serve((_request, response) => {
      response.on('close', markClosed);
      markAsked();
    });
    const actor = createActor(createStepService(operationAt(url)), { input: callOf() }).start();
    await asked;
    actor.stop();
    await closed;
    expect(actor.getSnapshot().status).toBe('stopped');
  });

  it('gives an error that keeps its kind and hides its stack in JSON', () => {
    expect(JSON.stringify(new CallFailure('timeout', 'Late.'))).toBe('{"kind":"timeout","message":"Late."}');
  });
});

/** XState's clock, which tells the time as well. */
function simulated(startMs: number) {
  const timers = new SimulatedClock();
  const delays: number[] = [];
  const clock: Clock = {
    now: () => startMs + timers.now(),
    setTimeout: (callback, delayMs) => {
      delays.push(delayMs);
      return timers.setTimeout(callback, delayMs);
    },
    clearTimeout: (id) => timers.clearTimeout(id as number),
  };
  return { clock, delays, advance: (ms: number) => timers.increment(ms) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the actor wait', () => {
  it('resolves once the time has come, not before', async () => {
    const { clock, advance } = simulated(1_000_000);
    const actor = createActor(createWaitService(clock), { input: { until: 1_005_000 } }).start();
    advance(4_999);
    await settled();
    expect(actor.getSnapshot().status).toBe('active');
    advance(1);
    await settled();
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('resolves at once when the time has passed, or is no time', async () => {
    for (const until of [0, 1_000_000, Number.NaN]) {
      const { clock, delays } = simulated(1_000_000);
      const actor = createActor(createWaitService(clock), { input: { until } }).start();
      await settled();
      expect(actor.getSnapshot().status).toBe('done');
      expect(delays).toEqual([]);
    }
  });

  it('splits what a timer cannot hold', async () => {
    const { clock, delays, advance } = simulated(0);
    const actor = createActor(createWaitService(clock), { input: { until: 2 ** 32 } }).start();
    for (const ms of [2 ** 31 - 1, 2 ** 31 - 1, 2]) advance(ms);
    await settled();
    expect(delays).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2]);
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('clears its timer when it is stopped', async () => {
    const cleared: unknown[] = [];
    const { clock } = simulated(0);
    const watched: Clock = { ...clock, setTimeout: () => 'timer', clearTimeout: (id) => cleared.push(id) };
    const actor = createActor(createWaitService(watched), { input: { until: 10 } }).start();
    actor.stop();
    await settled();
    expect(cleared).toEqual(['timer']);
  });
});
