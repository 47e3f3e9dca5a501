import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store, StoredRun } from '../../src/server/store.ts';

/** A place that a store can be opened on more than once. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export function storedRun(id: string, members: Partial<StoredRun> = {}): StoredRun {
  return { id, workflowId: 'login', plan: 'p', revision: 1, isEnded: false, data: '{"a":"ü"}', ...members };
}

/** What every store must do, whatever it is made of. */
export function describeStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: Store;

    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    it('gives a run back as it was written, all members and none but these', async () => {
      const whole = storedRun('a', { due: 1_900_000_000_000, owner: 'me', isEnded: true, revision: 7 });
      expect(await store.create(whole)).toBe(true);
      expect(await store.create(storedRun('b'))).toBe(true);
      expect(await store.load('a')).toEqual(whole);
      expect(await store.load('b')).toEqual(storedRun('b'));
      expect(await store.load('c')).toBeUndefined();
    });

    it('does not write a new run over another one', async () => {
      await store.create(storedRun('a'));
      expect(await store.create(storedRun('a', { data: '"other"' }))).toBe(false);
      expect((await store.load('a'))?.data).toBe('{"a":"ü"}');
    });

    it('writes a run only over the revision that was read', async () => {
      await store.create(storedRun('a', { due: 5, owner: 'me' }));
      expect(await store.update(storedRun('a', { revision: 2, data: '"second"' }), 1)).toBe(true);
      expect(await store.update(storedRun('a', { revision: 2, data: '"late"' }), 1)).toBe(false);
      expect(await store.load('a')).toEqual(storedRun('a', { revision: 2, data: '"second"' }));
      expect(await store.update(storedRun('b', { revision: 2 }), 1)).toBe(false);
      expect(await store.load('b')).toBeUndefined();
    });

    it('lets one of many writers of a revision win', async () => {
      await store.create(storedRun('a'));
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.update(storedRun('a', { revision: 2, data: String(index) }), 1),
        ),
      );
      const winner = outcomes.indexOf(true);
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await store.load('a'))?.data).toBe(String(winner));
    });

    it('finds what is due, the longest waiting first, and when the next is', async () => {
      expect(await store.nextDue()).toBeUndefined();
      await store.create(storedRun('late', { due: 300 }));
      await store.create(storedRun('early', { due: 100 }));
      await store.create(storedRun('never'));
      await store.create(storedRun('middle', { due: 200 }));
      const ids = async (now: number, limit = 10) => (await store.due(now, limit)).map(({ id }) => id);
      expect(await ids(200)).toEqual(['early', 'middle']);
      expect(await ids(99)).toEqual([]);
      expect(await ids(1000, 1)).toEqual(['early']);
      expect(await store.nextDue()).toBe(100);
      await store.update(storedRun('early', { revision: 2 }), 1);
      expect(await store.nextDue()).toBe(200);
    });

    it('renews only what is still at the revision that it is held at', async () => {
      await store.create(storedRun('mine', { due: 100 }));
      await store.create(storedRun('taken', { due: 100, revision: 4 }));
      const held = ['mine', 'taken', 'gone'].map((id) => ({ id, revision: 1 }));
      expect(await store.renew(held, 500)).toEqual(['mine']);
      expect(await store.load('mine')).toEqual(storedRun('mine', { due: 500 }));
      expect(await store.nextDue()).toBe(100);
      expect(await store.renew([], 500)).toEqual([]);
    });

    it('keeps times that are no whole numbers, not before they have come', async () => {
      await store.create(storedRun('a', { due: 100.5, owner: 'me' }));
      await store.create(storedRun('b', { due: 1 }));
      await store.renew([{ id: 'b', revision: 1 }], 200.25);
      const ids = async (now: number) => (await store.due(now, 10)).map(({ id }) => id);
      expect([await ids(100.25), await ids(101.5), await ids(201)]).toEqual([[], ['a'], ['a', 'b']]);
      await store.release('me', 300.5);
      expect([await ids(300.25), await ids(301)]).toEqual([['b'], ['b', 'a']]);
    });

    it('makes due what one process owns, and nothing else', async () => {
      await store.create(storedRun('a', { due: 900, owner: 'one' }));
      await store.create(storedRun('b', { due: 900, owner: 'two' }));
      await store.create(storedRun('c', { due: 900 }));
      await store.release('one', 10);
      expect((await store.due(10, 10)).map(({ id }) => id)).toEqual(['a']);
    });

    it('tells revisions', async () => {
      await store.create(storedRun('a'));
      await store.create(storedRun('b', { revision: 3 }));
      expect(await store.revisions(['b', 'a', 'c'])).toEqual(
        new Map([
          ['a', 1],
          ['b', 3],
        ]),
      );
      expect(await store.revisions([])).toEqual(new Map());
    });

    it('lists runs page by page', async () => {
      for (const id of ['d', 'B', 'a', 'c', 'A']) {
        await store.create(storedRun(id, { plan: id === 'c' ? 'q' : 'p', isEnded: id === 'a' }));
      }
      const ids = async (options: Parameters<Store['list']>[0]) =>
        (await store.list(options)).map(({ id }) => id);
      expect(await ids({})).toEqual(['A', 'B', 'a', 'c', 'd']);
      expect(await ids({ limit: 2, after: 'B' })).toEqual(['a', 'c']);
      expect(await ids({ active: true, plan: 'p' })).toEqual(['A', 'B', 'd']);
      expect(await ids({ after: 'd' })).toEqual([]);
    });

    it('removes a run that is at a revision', async () => {
      await store.create(storedRun('a', { due: 1 }));
      expect(await store.remove({ id: 'a', revision: 2 })).toBe(false);
      expect(await store.remove({ id: 'a', revision: 1 })).toBe(true);
      expect(await store.remove({ id: 'a', revision: 1 })).toBe(false);
      expect(await store.load('a')).toBeUndefined();
      expect(await store.nextDue()).toBeUndefined();
    });

    it('keeps plans as they were first stored', async () => {
      expect(await store.plan('p')).toBeUndefined();
      await store.putPlan('p', '{"first":true}');
      await store.putPlan('p', '{"first":false}');
      expect(await store.plan('p')).toBe('{"first":true}');
    });

    it('knows the plans of runs that are not over', async () => {
      await store.create(storedRun('a', { plan: 'one' }));
      await store.create(storedRun('b', { plan: 'one' }));
      await store.create(storedRun('c', { plan: 'two', isEnded: true }));
      expect(await store.plansInUse()).toEqual(['one']);
    });
  });
}

/** What every store must do that is more than a process's memory. */
export function describeDurableStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describeStore(name, makePlace);

  describe(`${name}, opened twice`, () => {
    let place: StorePlace;
    let one: Store;
    let two: Store;

    beforeEach(async () => {
      place = await makePlace();
      [one, two] = await Promise.all([place.open(), place.open()]);
    });
    afterEach(async () => {
      await Promise.all([one.close(), two.close()]);
      await place.remove();
    });

    it('shows in one what was written in the other', async () => {
      await one.create(storedRun('a', { due: 5 }));
      await one.putPlan('p', 'plan');
      expect(await two.load('a')).toEqual(storedRun('a', { due: 5 }));
      expect(await two.plan('p')).toBe('plan');
      await two.update(storedRun('a', { revision: 2 }), 1);
      expect(await one.update(storedRun('a', { revision: 2, data: '"lost"' }), 1)).toBe(false);
    });

    it('keeps the writers of both apart', async () => {
      await one.create(storedRun('a'));
      /** Counts up, as a run does: read, add, write if nobody else has. */
      const count = async (store: Store): Promise<void> => {
        for (let done = 0; done < 10;) {
          const run = await store.load('a');
          if (run === undefined) throw new Error('The run is gone.');
          if (await store.update({ ...run, revision: run.revision + 1 }, run.revision)) done += 1;
        }
      };
      await Promise.all([count(one), count(two), count(one), count(two)]);
      expect((await one.load('a'))?.revision).toBe(41);
    });

    it('has everything when it is opened again', async () => {
      await one.create(storedRun('a', { data: 'x'.repeat(100_000) }));
      const three = await place.open();
      expect((await three.load('a'))?.data).toHaveLength(100_000);
      await three.close();
    });
  });
}
