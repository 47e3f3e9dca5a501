import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, type Actor } from 'xstate';
import { fromRemoteWorkflow, type RemoteWorkflowLogic } from '../../src/client/index.ts';

const START = Date.UTC(2026, 0, 1);

/** A server that does what a test says: it answers posts with views, and its streams are written by hand. */
function createServer() {
  const requests: string[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const encoder = new TextEncoder();
  let revision = 0;
  const rig = {
    requests,
    /** The server's clock. */
    now: (): number => Date.now(),
    answer: async (_signal: AbortSignal | null): Promise<Response> => Response.json(rig.view()),
    stream: async (signal: AbortSignal | null): Promise<Response> => rig.open(signal),
    view: (more: object = {}) => ({
      id: 'r',
      workflowId: 'w',
      revision: (revision += 1),
      status: 'active',
      state: 'awaitingCode',
      value: 'awaitingCode',
      tags: ['waiting'],
      accepts: ['submit', 'repeat', 'cancel'],
      now: rig.now(),
      ...more,
    }),
    open: (signal: AbortSignal | null): Response =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            streams.push(controller);
            signal?.addEventListener('abort', () => controller.error(signal.reason));
          },
        }),
        { headers: { 'content-type': 'text/event-stream' } },
      ),
    write: (text: string): void => streams.at(-1)?.enqueue(encoder.encode(text)),
    cut: (): void => streams.at(-1)?.error(new TypeError('terminated')),
    tell: (view: { readonly revision: number }): void =>
      rig.write(`id: ${view.revision}\nevent: run\ndata: ${JSON.stringify(view)}\n\n`),
    fetch: (async (target, init = {}) => {
      const path = new URL(String(target)).pathname;
      requests.push(`${init.method ?? 'GET'} ${path}`);
      const { signal = null } = init;
      return path.endsWith('/updates') ? rig.stream(signal) : rig.answer(signal);
    }) as typeof fetch,
    count: (request: string): number => requests.filter((one) => one === request).length,
  };
  return rig;
}

let rig: ReturnType<typeof createServer>;
let actor: Actor<RemoteWorkflowLogic>;

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  rig = createServer();
});

afterEach(() => {
  actor.stop();
  vi.useRealTimers();
});

async function follow(): Promise<void> {
  actor = createActor(fromRemoteWorkflow('http://127.0.0.1/runs', { fetch: rig.fetch }), {
    input: { runId: 'r' },
  });
  actor.subscribe({ error: () => undefined });
  actor.start();
  await vi.advanceTimersByTimeAsync(0);
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('a connection that is dead without a word', () => {
  it('is given up when even the signs of life are missing, and made anew', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    expect(actor.getSnapshot().connection).toBe('open');
    for (let ping = 0; ping < 8; ping += 1) {
      await pass(15_000);
      rig.write(': still here\n\n');
    }
    await pass(0);
    expect(rig.count('GET /runs/r/updates')).toBe(1);
    await pass(60_000);
    expect(rig.count('GET /runs/r/updates')).toBe(2);
    rig.tell(rig.view({ value: 'authenticating', state: 'authenticating' }));
    await pass(0);
    expect(actor.getSnapshot()).toMatchObject({ value: 'authenticating', connection: 'open' });
  });

  it('does not hold an event for ever: it is sent again under its id', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    const { answer } = rig;
    rig.answer = (signal) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    actor.send({ type: 'repeat' });
    await pass(10_000);
    rig.answer = answer;
    await pass(60_000);
    expect(rig.count('POST /runs/r/events')).toBe(2);
    expect(actor.getSnapshot()).toMatchObject({ unanswered: 0 });
    expect(actor.getSnapshot().problem).toBeUndefined();
  });
});

describe('an answer', () => {
  it('whose end is lost is none: the event is sent again', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    let isFirst = true;
    const whole = rig.answer;
    rig.answer = async (signal) => {
      if (!isFirst) return whole(signal);
      isFirst = false;
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')),
        pull: (controller) => controller.error(new TypeError('terminated')),
      });
      return new Response(broken, { headers: { 'content-type': 'application/json' } });
    };
    actor.send({ type: 'repeat' });
    await pass(5000);
    expect(rig.count('POST /runs/r/events')).toBe(2);
    expect(actor.getSnapshot().problem).toBeUndefined();
  });
});

describe('a run that is over', () => {
  it('is not asked for any more, although its stream was lost', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    rig.stream = () => Promise.reject(new TypeError('fetch failed'));
    rig.answer = async () => Response.json(rig.view({ status: 'cancelled', value: 'cancelled', tags: [] }));
    rig.cut();
    await pass(120_000);
    actor.send({ type: 'cancel' });
    await pass(0);
    expect(actor.getSnapshot().status).toBe('done');
    const before = rig.requests.length;
    await pass(600_000);
    expect(rig.requests.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not asked for any more once it cannot be followed', async () => {
    rig.answer = () => Promise.reject(new TypeError('fetch failed'));
    await follow();
    rig.tell(rig.view());
    actor.send({ type: 'repeat' });
    await pass(0);
    rig.stream = async () => Response.json({ title: 'There is no such run.' }, { status: 404 });
    rig.cut();
    await pass(120_000);
    expect(actor.getSnapshot().status).toBe('error');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the times of a wait', () => {
  const form = (): object => ({
    form: {
      state: 'awaitingCode',
      stepId: 's',
      inputs: [],
      canRepeat: true,
      repeatAt: rig.now() + 15_000,
      revisable: [],
    },
  });

  it('do not move because a view was read late: by a page that slept meanwhile, say', async () => {
    await follow();
    rig.tell(rig.view({ value: 'sending', state: 'sending' }));
    await pass(0);
    // It comes while the page sleeps, and is read a minute later.
    const late = rig.view(form());
    vi.setSystemTime(Date.now() + 60_000);
    rig.tell(late);
    await pass(0);
    expect(actor.getSnapshot().wait?.repeatAt).toBe(START + 15_000);
  });

  it('are right although the device is wrong, and after its clock was set', async () => {
    const ahead = 3 * 3_600_000;
    rig.now = () => Date.now() + ahead;
    await follow();
    rig.tell(rig.view(form()));
    await pass(0);
    expect(actor.getSnapshot().wait?.repeatAt).toBe(Date.now() + 15_000);
    // The device learns the time.
    vi.setSystemTime(Date.now() + ahead);
    rig.now = () => Date.now();
    rig.answer = async () => Response.json(rig.view(form()));
    actor.send({ type: 'repeat' });
    await pass(0);
    expect(actor.getSnapshot().wait?.repeatAt).toBe(Date.now() + 15_000);
  });
});

describe('a page where only secure contexts have random UUIDs', () => {
  it('begins a run all the same', async () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    try {
      actor = createActor(fromRemoteWorkflow('http://127.0.0.1/runs', { fetch: rig.fetch }), {
        input: { workflowId: 'w' },
      });
      actor.subscribe({ error: () => undefined });
      actor.start();
      await pass(0);
      expect(actor.getSnapshot().runId).toBe('r');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('the stream', () => {
  it.each([408, 425, 429])('is asked for again after it was refused with %i', async (status) => {
    rig.stream = async () => new Response(null, { status });
    await follow();
    expect(actor.getSnapshot()).toMatchObject({ status: 'active', connection: 'lost' });
    rig.stream = async (signal) => rig.open(signal);
    await pass(10_000);
    expect(actor.getSnapshot()).toMatchObject({ status: 'active', connection: 'open' });
  });

  it('stays lost although an event is answered meanwhile', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    rig.stream = async () => Promise.reject(new TypeError('fetch failed'));
    rig.cut();
    await pass(0);
    actor.send({ type: 'repeat' });
    await pass(0);
    expect(actor.getSnapshot()).toMatchObject({ unanswered: 0, connection: 'lost' });
    rig.stream = async (signal) => rig.open(signal);
    await pass(10_000);
    expect(actor.getSnapshot().connection).toBe('open');
  });

  it('is not lost any more once an event got through that did not before', async () => {
    await follow();
    rig.tell(rig.view());
    await pass(0);
    rig.answer = async () => Promise.reject(new TypeError('fetch failed'));
    actor.send({ type: 'repeat' });
    await pass(0);
    expect(actor.getSnapshot()).toMatchObject({ unanswered: 1, connection: 'lost' });
    rig.answer = async () => Response.json(rig.view());
    await pass(10_000);
    expect(actor.getSnapshot()).toMatchObject({ unanswered: 0, connection: 'open' });
  });
});
