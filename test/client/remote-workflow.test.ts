import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor, createMachine, waitFor, type Actor, type SnapshotFrom } from 'xstate';
import {
  fromRemoteWorkflow,
  isRemoteWorkflowError,
  type RemoteInput,
  type RemoteSnapshot,
  type RemoteWorkflowLogic,
} from '../../src/client/index.ts';
import { describeWait } from '../../src/machines/describe-wait.ts';
import { createHandler } from '../../src/server/handler.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import { createNodeListener } from '../../src/server/node-listener.ts';
import type { Sessions } from '../../src/server/sessions-interface.ts';
import { systemClock, type Clock } from '../../src/services/wait-service.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { hosted, response, type Perform } from '../server/support.ts';

const plan = planOf({
  inputs: inputsOf(['phone', 'code'], { code: { type: 'string', pattern: '^[0-9]{3}$' } }),
  steps: [
    stepOf('send', uses('phone'), { 'x-xstate': { repeatable: { afterSeconds: 30 } } }),
    stepOf('verify', uses('code'), {
      outputs: { user: '$response.body#/user' },
      onFailure: [
        { name: 'wrong', type: 'goto', stepId: 'verify', criteria: [{ condition: '$statusCode == 400' }] },
      ],
    }),
  ],
  outputs: { user: '$steps.verify.outputs.user' },
});

/** How often each step was sent, and what a code is answered. */
function createApi() {
  const sent: string[] = [];
  const perform: Perform = async (call) => {
    const { stepId } = call;
    sent.push(stepId);
    const isWrong = stepId === 'verify' && JSON.stringify(call).includes('"000"');
    return response(isWrong ? 400 : 200, { user: 'user-1', token: 'secret-token' });
  };
  return { sent, perform };
}

/** What becomes of a request before it comes to the handler: it is lost, or its answer is. */
type Fault = (request: IncomingMessage) => 'lose' | 'loseAnswer' | 'unavailable' | 'garbage' | undefined;

interface Rig {
  readonly url: string;
  readonly sent: readonly string[];
  readonly sessions: Sessions;
  readonly requests: string[];
  fault: Fault;
  /** Breaks all connections. */
  readonly cut: () => void;
}

const closing: (() => Promise<unknown>)[] = [];
const actors: Actor<RemoteWorkflowLogic>[] = [];

afterEach(async () => {
  for (const actor of actors.splice(0)) actor.stop();
  for (const close of closing.splice(0)) await close();
});

async function serve(now: () => number = Date.now): Promise<Rig> {
  const { sent, perform } = createApi();
  const clock: Clock = { ...systemClock, now };
  const sessions = hosted(createMemoryStore(), perform, { plan, clock });
  const listener = createNodeListener(
    createHandler(sessions, {
      binding: 'bearer',
      outputs: { w: ['user'] },
      clock,
    }),
  );
  const server = createServer((request, answer) => {
    rig.requests.push(`${request.method} ${request.url}`);
    handle(rig.fault(request), request, answer, listener);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  const rig: Rig = {
    url: `http://127.0.0.1:${port}/runs`,
    sent,
    sessions,
    requests: [],
    fault: () => undefined,
    cut: () => server.closeAllConnections(),
  };
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await sessions.close({ graceMs: 0 });
  });
  return rig;
}

function handle(
  fault: ReturnType<Fault>,
  request: IncomingMessage,
  answer: ServerResponse,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  if (fault === 'lose') return void request.socket.destroy();
  if (fault === 'unavailable') return void answer.writeHead(503).end();
  if (fault === 'garbage')
    return void answer.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
  if (fault === 'loseAnswer') {
    answer.writeHead = (): never => {
      request.socket.destroy();
      return answer as never;
    };
  }
  listener(request, answer);
}

const listen = (server: Server): Promise<void> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

function follow(url: string, input: RemoteInput = { workflowId: 'w' }): Actor<RemoteWorkflowLogic> {
  const actor = createActor(fromRemoteWorkflow(url), { input });
  actors.push(actor);
  actor.subscribe({ error: () => undefined });
  actor.start();
  return actor;
}

/** The first snapshot in which the run waits in a state, with nothing under way. */
async function rests(actor: Actor<RemoteWorkflowLogic>, state: string): Promise<RemoteSnapshot> {
  const is = (snapshot: RemoteSnapshot): boolean => snapshot.matches(state) && !snapshot.hasTag('busy');
  return waitFor(actor, is, { timeout: 20_000 });
}

/** The last snapshot, whatever the end. */
const ends = (actor: Actor<RemoteWorkflowLogic>): Promise<RemoteSnapshot> =>
  new Promise((resolve) => {
    const end = (): void => resolve(actor.getSnapshot());
    if (actor.getSnapshot().status === 'active') actor.subscribe({ error: end, complete: end });
    else end();
  });

describe('a run on a server', () => {
  it('is started, followed and answered as a machine in the page is', async () => {
    const rig = await serve();
    const actor = follow(rig.url);
    expect(actor.getSnapshot()).toMatchObject({ status: 'active', value: '', connection: 'connecting' });
    expect(actor.getSnapshot().hasTag('busy')).toBe(true);
    const asked = await rests(actor, 'awaitingPhone');
    expect(asked.wait?.inputs.map(({ name }) => name)).toEqual(['phone']);
    expect(asked.can({ type: 'submit' })).toBe(true);
    expect(asked.can({ type: 'repeat' })).toBe(false);
    expect(asked.hasTag('waiting')).toBe(true);
    actor.send({ type: 'submit', values: { phone: '1' } });
    expect(actor.getSnapshot().hasTag('busy')).toBe(true);
    await rests(actor, 'awaitingCode');
    actor.send({ type: 'submit', values: { code: '123' } });
    const over = await ends(actor);
    expect(over).toMatchObject({
      status: 'done',
      value: 'done',
      output: { status: 'done', outputs: { user: 'user-1' } },
    });
    expect(rig.sent).toEqual(['send', 'verify']);
    expect(JSON.stringify(over)).not.toContain('secret-token');
  });

  it('is described by the function that describes machines', async () => {
    const { url } = await serve();
    const snapshot = await rests(follow(url), 'awaitingPhone');
    const wait = describeWait(snapshot);
    expect(wait?.inputs.map(({ name }) => name)).toEqual(['phone']);
    expect(wait).toBe(snapshot.wait);
  });

  it('shows values that were not taken, and why an answer of the API was none', async () => {
    const rig = await serve();
    const actor = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    await rests(actor, 'awaitingCode');
    actor.send({ type: 'submit', values: { code: 'abc' } });
    await waitFor(actor, ({ wait }) => wait?.inputs[0]?.rejection !== undefined);
    actor.send({ type: 'submit', values: { code: '000' } });
    const again = await waitFor(actor, ({ wait }) => wait?.failure !== undefined);
    expect(again.wait?.failure).toMatchObject({ kind: 'response', statusCode: 400 });
  });

  it('says why an event was refused, and forgets it with the next', async () => {
    const rig = await serve();
    const actor = follow(rig.url);
    await rests(actor, 'awaitingPhone');
    actor.send({ type: 'repeat' });
    const refused = await waitFor(actor, ({ problem }) => problem !== undefined);
    expect(refused.problem).toMatchObject({ status: 409, type: expect.stringContaining('event-refused') });
    actor.send({ type: 'submit', values: { phone: '1' } });
    expect(actor.getSnapshot().problem).toBeUndefined();
    expect((await rests(actor, 'awaitingCode')).problem).toBeUndefined();
  });

  it('ends with an error where there is no such run, or no such workflow', async () => {
    const rig = await serve();
    for (const input of [{ runId: 'x'.repeat(43) }, { workflowId: 'other' }]) {
      const { error } = await ends(follow(rig.url, input));
      expect(isRemoteWorkflowError(error)).toBe(true);
      expect((error as { problem: { status: number } }).problem.status).toBe('runId' in input ? 404 : 422);
    }
  });

  it('ends with an error where what answers is no server of runs', async () => {
    const rig = await serve();
    rig.fault = () => 'garbage';
    expect(isRemoteWorkflowError((await ends(follow(rig.url))).error)).toBe(true);
  });
});

describe('a run that is left', () => {
  const statusOf = async ({ sessions }: Rig, runId: string): Promise<string> => {
    const run = await sessions.get(runId);
    return typeof run === 'string' ? run : run.status;
  };

  it('still gets what was sent just before', async () => {
    const rig = await serve();
    const actor = follow(rig.url, { workflowId: 'w' });
    const { runId = '' } = await waitFor(actor, (snapshot) => snapshot.matches('awaitingPhone'));
    actor.send({ type: 'cancel' });
    actor.stop();
    await expect.poll(() => statusOf(rig, runId)).toBe('cancelled');
  });

  it('still gets it when it had not even begun', async () => {
    const rig = await serve();
    const actor = follow(rig.url, { workflowId: 'w' });
    actor.send({ type: 'cancel' });
    actor.stop();
    await expect.poll(() => rig.requests.at(-1)).toMatch(/^POST .*\/events$/);
    const runId = rig.requests.at(-1)?.split('/')[2] ?? '';
    await expect.poll(() => statusOf(rig, runId)).toBe('cancelled');
    expect(rig.requests).toHaveLength(2);
  });

  it('is not tried again and again when it cannot be reached', async () => {
    vi.useFakeTimers();
    try {
      let tries = 0;
      const lose = (): Promise<never> => {
        tries += 1;
        return Promise.reject(new TypeError('fetch failed'));
      };
      const actor = createActor(fromRemoteWorkflow('http://127.0.0.1/runs', { fetch: lose }), {
        input: { runId: 'r' },
      });
      actor.start();
      await vi.advanceTimersByTimeAsync(0);
      actor.send({ type: 'cancel' });
      actor.stop();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(tries).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a run that is left and found again', () => {
  it('goes on from what was stored of it', async () => {
    const rig = await serve();
    const first = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    await rests(first, 'awaitingCode');
    const stored = JSON.parse(
      JSON.stringify(first.getPersistedSnapshot()),
    ) as SnapshotFrom<RemoteWorkflowLogic>;
    first.stop();
    expect(JSON.stringify(stored)).not.toContain('awaitingCode');
    const second = createActor(fromRemoteWorkflow(rig.url), { snapshot: stored, input: { runId: '' } });
    actors.push(second);
    second.start();
    await rests(second, 'awaitingCode');
    second.send({ type: 'submit', values: { code: '123' } });
    expect((await ends(second)).output).toMatchObject({ status: 'done' });
    expect(rig.sent).toEqual(['send', 'verify']);
  });

  it('is one run for a child of a machine, which gets its output', async () => {
    const rig = await serve();
    const parent = createActor(
      createMachine({
        initial: 'loggingIn',
        states: {
          loggingIn: {
            invoke: {
              id: 'login',
              src: fromRemoteWorkflow(rig.url),
              input: { workflowId: 'w', inputs: { phone: '1' } },
              onDone: 'in',
            },
          },
          in: { type: 'final' },
        },
      }),
    );
    parent.start();
    const child = parent.getSnapshot().children['login'] as unknown as Actor<RemoteWorkflowLogic>;
    await rests(child, 'awaitingCode');
    child.send({ type: 'submit', values: { code: '123' } });
    await waitFor(parent, ({ status }) => status === 'done');
    expect(parent.getSnapshot().value).toBe('in');
  });
});

describe('a connection that is not good', () => {
  it('starts a run once, although the first answer is lost', async () => {
    const rig = await serve();
    let starts = 0;
    rig.fault = ({ method, url }) => {
      if (method !== 'POST' || url !== '/runs') return undefined;
      starts += 1;
      return starts === 1 ? 'loseAnswer' : starts === 2 ? 'unavailable' : undefined;
    };
    const actor = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    await waitFor(actor, ({ connection }) => connection === 'lost');
    await rests(actor, 'awaitingCode');
    expect(starts).toBe(3);
    expect(rig.sent).toEqual(['send']);
    expect(actor.getSnapshot().connection).toBe('open');
  });

  it('has an event taken once, although its first answer is lost', async () => {
    const rig = await serve();
    const actor = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    await rests(actor, 'awaitingCode');
    let posts = 0;
    rig.fault = ({ method, url }) => {
      if (method !== 'POST' || url?.endsWith('/events') !== true) return undefined;
      posts += 1;
      return posts === 1 ? 'loseAnswer' : undefined;
    };
    actor.send({ type: 'submit', values: { code: '000' } });
    await waitFor(actor, ({ unanswered, wait }) => unanswered === 0 && wait?.failure !== undefined, {
      timeout: 20_000,
    });
    expect(posts).toBe(2);
    expect(rig.sent).toEqual(['send', 'verify']);
  });

  it('is made again when the stream breaks, and misses nothing', async () => {
    const rig = await serve();
    const actor = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    const { runId = '' } = await rests(actor, 'awaitingCode');
    rig.fault = ({ url }) => (url?.endsWith('/updates') === true ? 'lose' : undefined);
    rig.cut();
    await waitFor(actor, ({ connection }) => connection === 'lost');
    await rig.sessions.send(runId, { type: 'cancel' });
    rig.fault = () => undefined;
    expect((await ends(actor)).output).toMatchObject({ status: 'cancelled' });
  });
});

describe('the clock of the device', () => {
  it('need not be right: times are told in its own', async () => {
    const ahead = 3 * 3_600_000;
    const rig = await serve(() => Date.now() + ahead);
    const actor = follow(rig.url, { workflowId: 'w', inputs: { phone: '1' } });
    const { wait, view } = await rests(actor, 'awaitingCode');
    expect(Math.abs((view?.now ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(wait?.canRepeat).toBe(true);
    expect((wait?.repeatAt ?? 0) - Date.now()).toBeLessThan(60_000);
  });
});
