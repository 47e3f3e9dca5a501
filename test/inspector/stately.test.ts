import {
  createBrowserReceiver,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from '@statelyai/inspect';
import { createActor, createMachine } from 'xstate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { createStatelyInspector, type StatelyInspector } from '../../src/inspector/stately.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { provideServices } from '../../src/run/provide-services.ts';
import { startSandbox, type SandboxServer } from '../../src/sandbox/index.ts';

const NUMBER = '+14155550134';
const closing: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A relay such as `@statelyai/inspect/server` is, on the loopback only; it keeps what passes. */
async function startRelay(): Promise<{ readonly url: string; readonly texts: string[] }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const texts: string[] = [];
  const sockets = new Set<WebSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    for (const text of texts) socket.send(text);
    socket.on('message', (data: Buffer) => {
      texts.push(data.toString());
      for (const other of sockets) if (other !== socket) other.send(data.toString());
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.terminate();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  return { url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, texts };
}

async function sandbox(): Promise<SandboxServer> {
  const running = await startSandbox();
  closing.push(running.close);
  return running;
}

/** Plays the SMS login to its session; every text in which the session was, and the machine's secrets. */
async function playLogin(
  api: SandboxServer,
  inspect: StatelyInspector['inspect'],
): Promise<readonly string[]> {
  const ready = provideServices(smsOtpLogin, {
    servers: { stytchConsumerApi: api.url },
    credentials: () => ({ username: api.sandbox.projectId, password: api.sandbox.secret }),
  });
  const actor = createActor(ready, { input: { inputs: {} }, inspect }).start();
  const reach = (state: string): Promise<void> =>
    new Promise((resolve) => {
      if (actor.getSnapshot().value === state) return resolve();
      const subscription = actor.subscribe((snapshot) => {
        if (snapshot.value !== state) return;
        subscription.unsubscribe();
        resolve();
      });
    });
  actor.send({ type: 'submit', values: { phone_number: NUMBER } });
  await reach('awaitingCode');
  const done = new Promise<void>((resolve) => {
    actor.subscribe({ complete: resolve });
  });
  actor.send({ type: 'submit', values: { code: api.sandbox.lastCodeFor(NUMBER) ?? '' } });
  await done;
  const { output } = actor.getSnapshot();
  if (output?.status !== 'done') throw new Error('The login failed.');
  return [output.outputs.sessionToken, output.outputs.sessionJwt, api.sandbox.secret].map(String);
}

function isDone(event: StatelyInspectionEvent): boolean {
  return event.type === '@xstate.snapshot' && 'value' in event.snapshot && event.snapshot.value === 'done';
}

function expectWhole(events: readonly StatelyInspectionEvent[]): void {
  const [first] = events;
  expect(first?.type).toBe('@xstate.actor');
  const definition = first?.type === '@xstate.actor' ? first.definition : undefined;
  const config = JSON.parse(definition ?? '') as { readonly id: string; readonly states: object };
  // The picture of a viewer has them in document order.
  expect(Object.keys(config.states)).toEqual(Object.keys(smsOtpLogin.config.states ?? {}));
  const again = createMachine(config as never);
  expect(again.id).toBe('sms-otp-login');
  const edgesOf = (machine: {
    readonly states: Readonly<
      Record<string, { readonly transitions: ReadonlyMap<string, readonly object[]> }>
    >;
  }) =>
    Object.values(machine.states).flatMap(({ transitions }) =>
      [...transitions].map(([event, list]) => [event, list.length]),
    );
  expect(edgesOf(again as never)).toEqual(edgesOf(smsOtpLogin as never));
  const values = events.flatMap((event) =>
    event.type === '@xstate.snapshot' && 'value' in event.snapshot ? [event.snapshot.value] : [],
  );
  expect([...new Set(values)]).toEqual([
    'awaitingPhoneNumber',
    'sending',
    'awaitingCode',
    'authenticating',
    'done',
  ]);
  for (const event of events) {
    expect(typeof event.sessionId).toBe('string');
    expect(Number(event.createdAt)).toBeGreaterThan(0);
  }
}

describe('from Node', () => {
  it('a login is shown whole over a WebSocket, to the receiver of the package, without its secrets', async () => {
    const relay = await startRelay();
    const api = await sandbox();
    const received: StatelyInspectionEvent[] = [];
    createWebSocketReceiver({ server: relay.url }).subscribe((event) => received.push(event));
    const { inspect, stop } = await createStatelyInspector({ webSocketUrl: relay.url });
    closing.push(stop);
    const secrets = await playLogin(api, inspect);
    await expect.poll(() => received.some(isDone), { timeout: 15_000 }).toBe(true);
    expectWhole(received);
    const sent = relay.texts.join('\n');
    expect(sent).toContain(NUMBER);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(15);
      expect(sent).not.toContain(secret);
    }
  });

  it('there is an error that says what to do where there is no window and no WebSocket', async () => {
    const error: unknown = await createStatelyInspector().catch((reason: unknown) => reason);
    expect(isUsageError(error) && error.message).toContain('webSocketUrl');
  });
});

describe('from a browser', () => {
  it('a login is shown whole in a window, to the receiver of the package, without its secrets', async () => {
    // Two windows that post messages to each other, as browsers have them.
    const viewer = new EventTarget() as EventTarget & { [member: string]: unknown };
    const app = new EventTarget() as EventTarget & { [member: string]: unknown };
    const posted: string[] = [];
    const deliver = (to: EventTarget) => (data: unknown) => {
      posted.push(JSON.stringify(data));
      to.dispatchEvent(new MessageEvent('message', { data: structuredClone(data) }));
    };
    Object.assign(viewer, { self: viewer, top: viewer, opener: app, postMessage: deliver(viewer) });
    Object.assign(app, {
      self: app,
      top: app,
      postMessage: deliver(app),
      open: (url: string, name: string) => {
        opened.push([url, name]);
        return viewer;
      },
      requestAnimationFrame: (callback: () => void) => setTimeout(callback, 0),
    });
    const opened: string[][] = [];
    vi.stubGlobal('window', app);
    const api = await sandbox();
    const { inspect, stop } = await createStatelyInspector();
    closing.push(stop);
    expect(opened).toEqual([['https://stately.ai/inspect', 'xstateinspector']]);
    const received: StatelyInspectionEvent[] = [];
    createBrowserReceiver({ window: viewer as unknown as Window }).subscribe((event) => received.push(event));
    const secrets = await playLogin(api, inspect);
    await expect.poll(() => received.some(isDone), { timeout: 15_000 }).toBe(true);
    expectWhole(received);
    for (const secret of secrets) expect(posted.join('\n')).not.toContain(secret);
  });
});

describe('a machine of somebody else', () => {
  it('is sent without its context, with the names of its functions, deeper than ten levels', async () => {
    const relay = await startRelay();
    const { inspect, stop } = await createStatelyInspector({ webSocketUrl: relay.url });
    closing.push(stop);
    let states: object = { bottom: { entry: function ring() {} } };
    for (let level = 0; level < 12; level += 1)
      states = { [`level${level}`]: { initial: Object.keys(states)[0], states } };
    createActor(
      createMachine({ context: { password: 'open-sesame-1' }, initial: 'level11', states } as never),
      { inspect },
    ).start();
    await expect.poll(() => relay.texts.length, { timeout: 15_000 }).toBeGreaterThan(2);
    const sent = relay.texts.join('\n');
    expect(sent).toContain('bottom');
    expect(sent).toContain('ring');
    expect(sent).not.toContain('[Object]');
    expect(sent).not.toContain('open-sesame');
  });
});
