import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor, createMachine, setup, type AnyActorRef } from 'xstate';
import { createInspector, type Inspector, type InspectorOptions } from '../../src/inspector/index.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';
import { openPage, statesIn, type PageClient } from './page-client.ts';

/** A workflow that asks first; nothing performs its request. */
const login = compileMachine(planOf({ inputs: inputsOf(['a']), steps: [stepOf('call', uses('a'))] }));

const parent = setup({ actors: { login, lights: createMachine({ on: { cancel: {} } }) } }).createMachine({
  id: 'shop',
  initial: 'loggingIn',
  states: {
    loggingIn: {
      invoke: [
        { id: 'login', src: 'login', input: { inputs: {} } },
        { id: 'lights', src: 'lights' },
      ],
      on: { leave: 'left' },
    },
    left: {},
  },
});

let inspector: Inspector;
let page: PageClient;
let shop: AnyActorRef;

async function begin(options: InspectorOptions = {}): Promise<void> {
  inspector = await createInspector(options);
  page = await openPage(inspector.url);
  shop = createActor(parent, { inspect: inspector.inspect });
  shop.start();
  await page.until((entries) => statesIn(entries, keyOf('login')).length > 0);
}

function keyOf(name: string): string {
  return page.entries().find((entry) => entry.kind === 'actor' && entry.name === name)?.actor ?? 'none';
}

const loginNow = (): { readonly value: unknown; readonly status: string } =>
  (shop.getSnapshot() as { children: Record<string, AnyActorRef> }).children['login']?.getSnapshot() as {
    readonly value: unknown;
    readonly status: string;
  };
const refused = async (): Promise<void> => {
  await expect
    .poll(() => page.messages().some(({ type }) => type === 'refused'), { timeout: 15_000 })
    .toBe(true);
};

afterEach(async () => {
  shop.stop();
  page.close();
  await inspector.close();
});

describe('a workflow that is the child of a machine', () => {
  beforeEach(() => begin());

  it('is told with what it waits for, and takes events; its parent and its siblings take none', () => {
    const taking = page.entries().filter((entry) => entry.kind === 'actor' && entry.takesEvents === true);
    expect(taking).toMatchObject([{ name: 'login', parent: keyOf('shop') }]);
    const last = page
      .entries()
      .findLast(({ actor, kind }) => kind === 'snapshot' && actor === keyOf('login'));
    expect(last).toMatchObject({ states: ['awaitingA'], wait: { inputs: [{ name: 'a' }] } });
  });

  it('is sent what the form holds', async () => {
    page.send({ type: 'submit', actor: keyOf('login'), values: { a: { value: 'x' } } });
    // Nothing performs its request.
    await page.until((entries) => statesIn(entries, keyOf('login'))[0] === 'failed');
    const last = page
      .entries()
      .findLast(({ actor, kind }) => kind === 'snapshot' && actor === keyOf('login'));
    expect(last).toMatchObject({ context: { inputs: { a: 'x' } } });
  });

  it('is over when its parent has left it, and is sent nothing then', async () => {
    shop.send({ type: 'leave' });
    page.send({ type: 'cancel', actor: keyOf('login') });
    await refused();
  });

  it('is cancelled; events for its sibling are refused', async () => {
    page.send({ type: 'cancel', actor: keyOf('lights') });
    await refused();
    page.send({ type: 'cancel', actor: keyOf('login') });
    await page.until((entries) => statesIn(entries, keyOf('login'))[0] === 'cancelled');
  });
});

it('a workflow that is a child is sent nothing by a page that only looks on', async () => {
  await begin({ control: false });
  page.send({ type: 'cancel', actor: keyOf('login') });
  await refused();
  expect(loginNow()).toMatchObject({ value: 'awaitingA', status: 'active' });
});
