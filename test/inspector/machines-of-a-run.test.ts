import { describe, expect, it } from 'vitest';
import type { Entry, Wait } from '../../src/inspector/entry.ts';
import { expectedMachine } from '../../src/inspector/page/expected-machine.ts';
import { createStore, type Store } from '../../src/inspector/page/store.ts';

const WAIT: Wait = { state: 's', stepId: 's', inputs: [], canRepeat: false, revisable: [] };

/** A store that is told something, entry after entry. */
function storeOf(...bodies: readonly (Record<string, unknown> & { readonly actor: string })[]): Store {
  const store = createStore();
  store.add(bodies.map((body, index) => ({ seq: index + 1, at: 0, ...body }) as unknown as Entry));
  return store;
}

const machine = (actor: string, parent?: string, takesEvents?: true) => ({
  kind: 'actor',
  actor,
  name: actor,
  machine: `picture-${actor}`,
  ...(parent === undefined ? {} : { parent }),
  ...(takesEvents === undefined ? {} : { takesEvents }),
});
const snapshot = (actor: string, state: string, more: Record<string, unknown> = {}) => ({
  kind: 'snapshot',
  actor,
  status: 'active',
  states: [state],
  taken: [],
  ...more,
});

function expectedIn(store: Store, before?: string, until = store.last()): string | undefined {
  const listed = store.machinesOf('shop', until).flatMap((key) => {
    const actor = store.actors.get(key);
    return actor === undefined ? [] : [{ actor, moment: store.momentOf(key, until) }];
  });
  return expectedMachine(listed, before);
}

describe('the machines of a run', () => {
  it('stand behind the machine that made them, and promises are not among them', () => {
    const store = storeOf(
      machine('shop'),
      machine('login', 'shop'),
      machine('basket', 'shop'),
      { kind: 'actor', actor: 'request', name: 'request', parent: 'login' },
      machine('deep', 'request'),
      { ...snapshot('request', ''), states: [] },
      machine('other'),
    );
    expect(store.machinesOf('shop', store.last())).toEqual(['shop', 'login', 'deep', 'basket']);
    expect(store.machinesOf('other', store.last())).toEqual(['other']);
  });

  it('are those that were there at the moment', () => {
    const store = storeOf(machine('shop'), snapshot('shop', 'a'), machine('login', 'shop'));
    expect(store.machinesOf('shop', 2)).toEqual(['shop']);
    expect(store.machinesOf('shop', 3)).toEqual(['shop', 'login']);
  });

  it('may be too large to be drawn', () => {
    const store = storeOf(
      machine('shop'),
      { kind: 'actor', actor: 'large', name: 'large', parent: 'shop' },
      machine('small', 'shop'),
      snapshot('large', 's1'),
    );
    expect(store.machinesOf('shop', store.last())).toEqual(['shop', 'large', 'small']);
  });

  it('are the outermost and the newest of too many', () => {
    const many = Array.from({ length: 300 }, (_, index) => machine(`m${index}`, 'shop'));
    const keys = storeOf(machine('shop'), ...many).machinesOf('shop', 301);
    expect(keys).toHaveLength(100);
    expect([keys[0], keys[1], keys.at(-1)]).toEqual(['shop', 'm201', 'm299']);
  });

  it('have a moment each, whichever was asked for before', () => {
    const store = storeOf(
      machine('shop'),
      machine('login', 'shop'),
      snapshot('shop', 'a'),
      snapshot('login', 'b'),
      snapshot('shop', 'c'),
    );
    const login = store.momentOf('login', 4);
    expect(store.momentOf('shop', 4).states).toEqual(['a']);
    expect(store.momentOf('shop', 5).states).toEqual(['c']);
    // The same: a form that is being filled in is not made again for what another machine does.
    expect(store.momentOf('login', 5)).toBe(login);
    expect(store.momentOf('shop', 3).states).toEqual(['a']);
  });
});

describe('without a choice by hand', () => {
  const shop = [machine('shop'), snapshot('shop', 'loggingIn')] as const;
  const login = [machine('login', 'shop', true), snapshot('login', 'awaitingCode', { wait: WAIT })] as const;

  it('the machine is shown that waits for a person', () => {
    expect(expectedIn(storeOf(...shop))).toBe('shop');
    expect(expectedIn(storeOf(...shop, ...login, snapshot('shop', 'loggingIn')))).toBe('login');
  });

  it('a workflow stays while it works, and gives way when it is over', () => {
    expect(expectedIn(storeOf(...shop, ...login, snapshot('login', 'sending')))).toBe('login');
    expect(expectedIn(storeOf(...shop, ...login, snapshot('login', 'done', { status: 'done' })))).toBe(
      'shop',
    );
  });

  it('what waits goes before what works, and what was shown before what is newer', () => {
    const second = [machine('second', 'shop', true), snapshot('second', 'a', { wait: WAIT })] as const;
    expect(expectedIn(storeOf(...shop, ...login, ...second))).toBe('second');
    expect(expectedIn(storeOf(...shop, ...login, ...second), 'login')).toBe('login');
    expect(expectedIn(storeOf(...shop, ...login, ...second, snapshot('login', 'sending')), 'login')).toBe(
      'second',
    );
  });

  it('a machine of another kind is shown only where it is the outermost', () => {
    expect(expectedIn(storeOf(...shop, machine('lights', 'shop'), snapshot('lights', 'red')))).toBe('shop');
  });
});
