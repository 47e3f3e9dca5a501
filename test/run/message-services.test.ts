import { createActor, fromPromise, waitFor } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import {
  compileMachine,
  createMessageServices,
  createRemoteServices,
  createServices,
  isUsageError,
  performStep,
  persist,
  provideServices,
  restore,
  runWorkflow,
  type MessageCall,
  type MessageTransport,
} from '../../src/index.ts';
import { CONFIRMED, PLACE, planOfMessages, TOLD } from '../asyncapi/order-workflow.ts';
import { step } from '../conformance/scenario.ts';
import { brokerTransport, startBroker, type Broker } from '../services/message-broker.ts';
import { answer, serve } from '../services/test-server.ts';

const inputs = { item: 'book', request: 'r-1' };

/** A shop behind the broker: it confirms orders, after it has confirmed somebody else's. */
function openShop(broker: Broker): void {
  broker.onPublish = ({ headers, payload }) => {
    const id = (payload as { item: string }).item.length;
    broker.publish({ address: 'confirmations', headers: { requestId: 'other' }, payload: { id: 0 } });
    broker.publish({ address: 'confirmations', headers: { ...headers, Shop: 'ours' }, payload: { id } });
  };
}

describe('a machine with steps that use channels', () => {
  it('is run to its end over a broker and an HTTP server', async () => {
    const broker = await startBroker();
    openShop(broker);
    const url = await serve(answer('{}'));
    const machine = compileMachine(await planOfMessages());
    const ready = machine.provide({
      actors: createMessageServices(machine, brokerTransport(broker)),
    });
    const result = await runWorkflow(ready, { inputs, services: { servers: { api: url } } });
    expect(result).toMatchObject({ status: 'done', outputs: { id: 4, shop: 'ours' } });
    expect(result.steps.map(({ stepId, outcome }) => `${stepId} ${outcome}`)).toEqual([
      'place succeeded',
      'confirmed succeeded',
      'tell succeeded',
    ]);
    expect(broker.published).toEqual([
      { address: 'orders.eu', headers: { requestId: 'r-1' }, payload: { item: 'book' } },
    ]);
  });

  it('takes actors of a program for single steps', async () => {
    const url = await serve(answer('{}'));
    const calls: MessageCall[] = [];
    const machine = compileMachine(await planOfMessages()).provide({
      actors: {
        place: fromPromise<void, MessageCall>(({ input }) => Promise.resolve(void calls.push(input))),
        confirmed: fromPromise<{ payload: JsonObject }, MessageCall>(({ input }) => {
          calls.push(input);
          return Promise.resolve({ payload: { id: 9 } });
        }),
      },
    });
    const result = await runWorkflow(machine, { inputs, runId: 'run', services: { servers: { api: url } } });
    expect(result).toMatchObject({ status: 'done', outputs: { id: 9 } });
    expect(calls).toEqual([
      {
        stepId: 'place',
        attempt: 1,
        key: 'run/place/1/1',
        action: 'send',
        source: 'events',
        operationId: 'placeOrder',
        channel: 'orders/place',
        address: 'orders.eu',
        parameters: [
          { name: 'region', in: 'channel', value: 'eu' },
          { name: 'requestId', in: 'header', value: 'r-1' },
        ],
        body: { payload: { item: 'book' } },
      },
      {
        stepId: 'confirmed',
        attempt: 1,
        key: 'run/confirmed/1/1',
        timeoutMs: 5000,
        action: 'receive',
        source: 'events',
        operationId: 'placeOrder',
        channel: 'confirmations',
        parameters: [],
        correlationId: 'r-1',
      },
    ]);
  });

  it('is refused before the first request where a step has no actor', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const machine = compileMachine(await planOfMessages([TOLD, PLACE, CONFIRMED]));
    const refusal = (does: () => unknown): unknown => {
      try {
        return does();
      } catch (error) {
        return isUsageError(error) ? [error.code, error.message.match(/"[^"]+"/g)] : error;
      }
    };
    const all = ['actor-missing', ['"place"', '"confirmed"']];
    expect(refusal(() => createServices(machine))).toEqual(all);
    expect(refusal(() => provideServices(machine))).toEqual(all);
    expect(refusal(() => createRemoteServices(machine, () => Promise.resolve({})))).toEqual(all);
    await expect(runWorkflow(machine, { inputs, services: { servers: { api: url } } })).rejects.toMatchObject(
      { code: 'actor-missing' },
    );
    const half = machine.provide({
      actors: { place: fromPromise<void, MessageCall>(() => Promise.resolve()) },
    });
    expect(refusal(() => createServices(half))).toEqual(['actor-missing', ['"confirmed"']]);
    expect(requests).toBe(0);
  });

  it('fails in the step where nothing was provided and nobody checked', async () => {
    const result = await runWorkflow(compileMachine(await planOfMessages()), { inputs, services: false });
    expect(result).toMatchObject({ status: 'failed', failure: { kind: 'internal', stepId: 'place' } });
  });

  it('goes on after a restart, and listens anew', async () => {
    const broker = await startBroker();
    const url = await serve(answer('{}'));
    const plan = await planOfMessages();
    const ready = () => {
      const machine = compileMachine(plan);
      return provideServices(
        machine.provide({ actors: createMessageServices(machine, brokerTransport(broker)) }),
        { servers: { api: url } },
      );
    };
    const first = createActor(ready(), { input: { inputs, runId: 'run' } }).start();
    await waitFor(first, ({ value }) => value === 'confirmed');
    const stored = JSON.parse(JSON.stringify(persist(first))) as JsonObject;
    first.stop();
    openShop(broker);
    broker.onPublish({ address: '', headers: { requestId: 'r-1' }, payload: { item: 'a pen' } });
    const second = restore(ready(), stored);
    second.start();
    await waitFor(second, ({ status }) => status === 'done');
    expect(second.getSnapshot().output).toMatchObject({ status: 'done', outputs: { id: 5 } });
    expect(broker.published).toHaveLength(1);
  });

  it('has no step that a server performs over HTTP for a page', async () => {
    const reply = await performStep(
      await planOfMessages(),
      { stepId: 'place', attempt: 1, parameters: [] },
      {},
    );
    expect(reply).toMatchObject({ error: { kind: 'request', message: expect.stringContaining('AsyncAPI') } });
  });
});

describe('a message that does not come', () => {
  const RETRIED = step('confirmed', {
    ...CONFIRMED,
    correlationId: '$inputs.request',
    timeout: 50,
    onFailure: [
      { name: 'again', type: 'retry', retryLimit: 1, criteria: [{ condition: '$message.payload == null' }] },
    ],
  });

  const run = async (transport: MessageTransport, more: JsonObject = {}) => {
    const machine = compileMachine(await planOfMessages([{ ...RETRIED, ...more }]));
    const ready = machine.provide({
      actors: createMessageServices(machine, transport, { timeoutMs: 40 }),
    });
    return runWorkflow(ready, { inputs, services: {} });
  };

  it('in time fails the step, and its failure actions are taken', async () => {
    const broker = await startBroker();
    const result = await run(brokerTransport(broker));
    expect(result).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout', stepId: 'confirmed', attempt: 2, message: 'No message came within 50 ms.' },
    });
    expect(result.steps.map(({ failure }) => failure)).toEqual(['timeout', 'timeout']);
  });

  it('because the others have another correlation id, does not come', async () => {
    const broker = await startBroker();
    broker.publish({ address: 'confirmations', headers: { requestId: 'r-2' }, payload: {} });
    expect((await run(brokerTransport(broker))).failure?.kind).toBe('timeout');
  });

  it('although the transport heeds no signal, fails the step in time', async () => {
    const deaf: MessageTransport = {
      send: () => new Promise(() => undefined),
      receive: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }),
    };
    expect((await run(deaf)).failure?.kind).toBe('timeout');
    const absent = undefined as never;
    const sending = await run(deaf, { ...PLACE, correlationId: absent, timeout: absent, onFailure: [] });
    expect(sending.failure).toMatchObject({
      kind: 'timeout',
      message: 'The message was not sent within 40 ms.',
    });
  });

  it('because the connection breaks, fails the step without the words of the client', async () => {
    const broker = await startBroker();
    const broken: MessageTransport = {
      send: () => Promise.reject(new Error('password: s3cret')),
      receive: () => {
        throw new Error('password: s3cret');
      },
    };
    const result = await run(broken);
    expect(result.failure).toMatchObject({ kind: 'network', attempt: 2 });
    expect(JSON.stringify(result)).not.toContain('s3cret');
    const ending = run(brokerTransport(broker), { timeout: 5000, onFailure: undefined as never });
    await expect.poll(() => broker.listening()).toBe(1);
    broker.disconnect();
    expect((await ending).failure?.kind).toBe('network');
  });

  it('because nobody is there, fails the step', async () => {
    expect((await run(brokerTransport({ port: 1 }))).failure?.kind).toBe('network');
  });

  it('when the run is cancelled, is not waited for any more', async () => {
    const broker = await startBroker();
    const controller = new AbortController();
    const machine = compileMachine(await planOfMessages([{ ...RETRIED, timeout: 60_000 }]));
    const ready = machine.provide({
      actors: createMessageServices(machine, brokerTransport(broker)),
    });
    const running = runWorkflow(ready, { inputs, services: {}, signal: controller.signal });
    await expect.poll(() => broker.listening()).toBe(1);
    controller.abort();
    expect((await running).status).toBe('cancelled');
    await expect.poll(() => broker.listening()).toBe(0);
  });

  it('is not waited for where its correlation id has no value', async () => {
    const broker = await startBroker();
    const result = await run(brokerTransport(broker), { correlationId: '$steps.confirmed.outputs.none' });
    expect(result.failure).toMatchObject({ kind: 'request', attempt: 2 });
    expect(broker.listening()).toBe(0);
  });
});
