import { createWebSocketInspector } from '@statelyai/inspect';
import { assign, createActor, fromPromise, setup } from 'xstate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createInspector, type Inspector } from '../../src/inspector/index.ts';
import { openPage, statesIn, type PageClient } from './page-client.ts';

let inspector: Inspector;
let page: PageClient;

beforeEach(async () => {
  inspector = await createInspector();
  page = await openPage(inspector.url);
});
afterEach(async () => {
  page.close();
  await inspector.close();
});

/** Somebody else's machine: parallel, nested, with a promise, guards and a secret. */
const machine = setup({
  types: {} as {
    context: { tries: number; password?: string };
    events: { type: 'user.login'; password: string } | { type: 'blink' };
  },
  actors: { check: fromPromise(({ input }: { input: string }) => Promise.resolve(input.length > 3)) },
  guards: { isGood: ({ event }) => (event as unknown as { output: boolean }).output },
}).createMachine({
  id: 'foreign',
  type: 'parallel',
  context: { tries: 0 },
  states: {
    lamp: { initial: 'off', states: { off: { on: { blink: 'on' } }, on: { on: { blink: 'off' } } } },
    door: {
      initial: 'shut',
      states: {
        shut: {
          on: {
            'user.*': {
              target: 'checking',
              actions: assign({ password: ({ event }) => ('password' in event ? event.password : '') }),
            },
          },
        },
        checking: {
          invoke: {
            id: 'check',
            src: 'check',
            input: ({ context }) => context.password ?? '',
            onDone: [{ guard: 'isGood', target: 'open' }, { target: 'shut' }],
          },
        },
        open: { always: 'wide' },
        wide: { type: 'final' },
      },
    },
  },
});

describe('an application of XState 5 that uses createWebSocketInspector', () => {
  it('shows its machine, where it is, what it receives and which way it took, without its secrets', async () => {
    const shown = createWebSocketInspector({ url: inspector.socketUrl });
    const inspect = shown.inspect.next?.bind(shown.inspect);
    const actor = createActor(machine, inspect === undefined ? {} : { inspect }).start();
    await page.until((entries) => entries.some(({ kind }) => kind === 'snapshot'));
    actor.send({ type: 'blink' });
    actor.send({ type: 'user.login', password: 'opensesame-1234' });
    const root = (): string =>
      page.entries().find((entry) => entry.kind === 'actor' && entry.machine !== undefined)?.actor ?? '';
    await page.until((entries) => statesIn(entries, root()).includes('door.wide'));
    shown.stop();
    const [info] = page.machines();
    expect(info?.name).toBe('foreign');
    expect(info?.graph.edges.map(({ id }) => id)).toContain('door.shut:user.*:0');
    expect(statesIn(page.entries(), root())).toEqual(['door', 'door.wide', 'lamp', 'lamp.on']);
    const taken = page
      .entries()
      .flatMap((entry) => (entry.kind === 'snapshot' && entry.actor === root() ? entry.taken : []));
    expect(taken).toEqual([
      'lamp.off:blink:0',
      'door.shut:user.*:0',
      'door.checking:xstate.done.actor.check:0',
      'door.open::0',
    ]);
    const events = page.entries().flatMap((entry) => (entry.kind === 'event' ? [entry.type] : []));
    expect(events).toEqual(expect.arrayContaining(['blink', 'user.login', 'xstate.done.actor.check']));
    expect(page.texts.join('')).not.toContain('opensesame');
  });

  it('may say anything: what is no message is not shown, and nothing breaks', async () => {
    const socket = new WebSocket(inspector.socketUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const actor = (more: object): string =>
      JSON.stringify({ type: '@xstate.actor', sessionId: 's', ...more });
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"type":"@xstate.actor"}',
      '{"type":"@xstate.snapshot","sessionId":"unknown","snapshot":{}}',
      actor({ definition: '{' }),
      actor({ definition: 'null', name: 7, parentId: {} }),
      actor({ definition: '{"states":7,"on":{"a":[null,3]}}' }),
      actor({ definition: '{"states":{"a":null,"__proto__":{"on":{"x":"toString"}}},"initial":{}}' }),
      actor({
        definition: JSON.stringify({ states: { '<img src=x onerror=alert(1)>': {} } }),
        name: '<script>',
      }),
      `{"type":"@xstate.event","sessionId":"s","event":${nested}}`,
      `{"type":"@xstate.snapshot","sessionId":"s","snapshot":{"value":${nested},"context":${nested}}}`,
      '{"type":"@xstate.event","sessionId":"s","event":{"type":7,"__proto__":{"a":1}}}',
      '{"type":"@xstate.snapshot","sessionId":"s","snapshot":{"status":{},"value":{"a":{"b":7}},"context":null}}',
      '{"type":"@xstate.event","sessionId":"s","event":{"type":"last"}}',
    ])
      socket.send(text);
    socket.send(Buffer.from([1, 2, 3]));
    await page.until((entries) => entries.some((entry) => entry.kind === 'event' && entry.type === 'last'));
    socket.terminate();
    expect(page.entries().every(({ actor: key }) => key === 's1.s')).toBe(true);
    expect((await fetch(inspector.url)).status).toBe(200);
    for (const { key } of page.machines())
      expect([200, 204]).toContain((await fetch(new URL(`picture/${key}.svg`, inspector.url))).status);
  });

  it('may have a machine whose definition is long', async () => {
    const socket = new WebSocket(inspector.socketUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const names = Array.from({ length: 2000 }, (_, index) => `state${index}`);
    const states = Object.fromEntries(
      names.map((name, index) => [
        name,
        { description: 'd'.repeat(80), on: { next: names[index + 1] ?? 'state0', back: 'state0' } },
      ]),
    );
    const definition = JSON.stringify({ id: 'long', initial: 'state0', states });
    expect(definition.length).toBeGreaterThan(200_000);
    socket.send(JSON.stringify({ type: '@xstate.actor', sessionId: 'x:0', definition }));
    await page.until((entries) => entries.length === 1);
    socket.terminate();
    expect(page.machines()[0]?.graph.edges).toHaveLength(4001);
  });

  it('is not taken when it sends more at once than the limit', async () => {
    const socket = new WebSocket(inspector.socketUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send('x'.repeat(9 * 1024 * 1024));
    expect(await closed).toBe(1009);
    expect((await fetch(inspector.url)).status).toBe(200);
  });
});
