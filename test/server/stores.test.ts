import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { isUsageError } from '../../src/machines/usage-error.ts';
import { createEncryptedStore } from '../../src/server/encrypted-store.ts';
import { createMemoryStore } from '../../src/server/memory-store.ts';
import { createSqliteStore } from '../../src/server/sqlite-store.ts';
import type { Store } from '../../src/server/store.ts';
import { describeDurableStore, describeStore, storedRun } from './store-contract.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runs-'));
  folders.push(folder);
  return join(folder, 'runs.db');
}

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);
const remove = async (): Promise<void> => undefined;

describeStore('the store in memory', async () => {
  const store = createMemoryStore();
  return { open: async () => store, remove };
});

describeDurableStore('the store in a file', async () => {
  const path = newFile();
  return { open: async () => createSqliteStore(path), remove };
});

describeDurableStore('the store in a file, encrypted', async () => {
  const path = newFile();
  return {
    open: async () => createEncryptedStore(createSqliteStore(path), { current: 'k', keys: { k: KEY } }),
    remove,
  };
});

describeStore('an encrypted store around one that is made by a class', async () => {
  // Nothing of it is the object's own.
  const inner = Object.create(createMemoryStore()) as Store;
  const store = createEncryptedStore(inner, { current: 'k', keys: { k: KEY } });
  return { open: async () => store, remove };
});

describe('a file that is no store', () => {
  it('is refused and left as it is', async () => {
    const path = newFile();
    writeFileSync(
      path,
      'something else, and longer than a header of SQLite would be, so that it is read as one'.repeat(20),
    );
    expect(() => createSqliteStore(path)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }) as Error,
    );
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const other = newFile();
    const database = new DatabaseSync(other);
    database.exec('create table mine (a)');
    database.close();
    expect(() => createSqliteStore(other)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }) as Error,
    );
  });
});

describe('a file that many make at the same time', () => {
  it('is opened by each of them', async () => {
    const paths = Array.from({ length: 40 }, newFile);
    const turns = new Int32Array(new SharedArrayBuffer(4 * paths.length));
    const opening = Array.from({ length: 4 }, () => {
      const worker = new Worker(
        `const { workerData: { module, paths, turns }, parentPort } = require('node:worker_threads');
        import(module).then(({ createSqliteStore }) => {
          const refusals = [];
          for (const [index, path] of paths.entries()) {
            Atomics.add(turns, index, 1);
            while (Atomics.load(turns, index) < 4);
            try {
              createSqliteStore(path);
            } catch (error) {
              refusals.push(String(error.cause));
            }
          }
          parentPort.postMessage(refusals);
        });`,
        {
          eval: true,
          workerData: {
            module: new URL('../../src/server/sqlite-store.ts', import.meta.url).href,
            paths,
            turns,
          },
        },
      );
      return once(worker, 'message');
    });
    expect(await Promise.all(opening)).toEqual([[[]], [[]], [[]], [[]]]);
  });
});

describe('an encrypted store', () => {
  const two = { one: KEY, two: OTHER_KEY };
  const secret = storedRun('a', { data: '{"phone":"+15551234567"}' });

  it('lets nothing that a run knows reach the store within', async () => {
    const inner = createMemoryStore();
    await createEncryptedStore(inner, { current: 'one', keys: two }).create(secret);
    const stored = await inner.load('a');
    expect(stored?.data).toMatch(/^aes256gcm-1\.one\.[A-Za-z0-9+/=]+$/);
    expect(Buffer.from(stored?.data.split('.')[2] ?? '', 'base64').includes('phone')).toBe(false);
  });

  it('encrypts the same text differently each time', async () => {
    const inner = createMemoryStore();
    const store = createEncryptedStore(inner, { current: 'one', keys: two });
    await store.create(secret);
    await store.create({ ...secret, id: 'b' });
    expect((await inner.load('a'))?.data).not.toBe((await inner.load('b'))?.data);
  });

  it('reads older keys, writes the current one, and after a rotation needs no other', async () => {
    const inner = createMemoryStore();
    await createEncryptedStore(inner, { current: 'one', keys: { one: KEY } }).create(secret);
    const both = createEncryptedStore(inner, { current: 'two', keys: two });
    await both.create(storedRun('b'));
    expect(await both.load('a')).toEqual(secret);
    expect(await both.rotate()).toBe(1);
    expect(await both.rotate()).toBe(0);
    const only = createEncryptedStore(inner, { current: 'two', keys: { two: OTHER_KEY } });
    expect((await only.load('a'))?.data).toBe(secret.data);
    expect((await only.load('b'))?.data).toBe('{"a":"ü"}');
  });

  it('refuses what it has no key for, what was changed, and what belongs to another run or revision', async () => {
    const inner = createMemoryStore();
    const store = createEncryptedStore(inner, { current: 'one', keys: two });
    await store.create(secret);
    const { data = '' } = (await inner.load('a')) ?? {};
    const flipped = data.slice(0, -8) + (data.at(-8) === 'A' ? 'B' : 'A') + data.slice(-7);
    const wrong = [
      storedRun('plain', { data: '{}' }),
      storedRun('other', { data }),
      storedRun('flipped', { data: flipped }),
      storedRun('cut', { data: data.slice(0, 30) }),
      storedRun('unknown', { data: data.replace('.one.', '.three.') }),
    ];
    for (const run of wrong) {
      await inner.create(run);
      const error = await store.load(run.id).catch((thrown: unknown) => thrown);
      expect(isUsageError(error), run.id).toBe(true);
      expect(String(error)).not.toContain('5551234567');
    }
    const back = createMemoryStore();
    await back.create(storedRun('a', { data, revision: 2 }));
    const later = createEncryptedStore(back, { current: 'one', keys: two });
    await expect(later.load('a')).rejects.toMatchObject({ code: 'invalid-option' });
    expect((await store.list({})).find(({ id }) => id === 'a')?.data).toBe(secret.data);
  });

  it('rotates what it can read beside what it cannot, and says what that is', async () => {
    const inner = createMemoryStore();
    const before = createEncryptedStore(inner, { current: 'one', keys: { one: KEY } });
    for (const id of ['a', 'c']) await before.create(storedRun(id));
    await inner.create(storedRun('b', { data: 'aes256gcm-1.lost.AAAA' }));
    const both = createEncryptedStore(inner, { current: 'two', keys: two });
    await expect(both.rotate()).rejects.toThrow('"b"');
    const only = createEncryptedStore(inner, { current: 'two', keys: { two: OTHER_KEY } });
    expect((await only.load('c'))?.data).toBe('{"a":"ü"}');
  });

  it('takes only keys of 32 bytes, and a current one that is there', () => {
    const refusal = expect.objectContaining({ code: 'invalid-option' }) as Error;
    const make = (current: string, keys: Record<string, Uint8Array>) => () =>
      createEncryptedStore(createMemoryStore(), { current, keys });
    expect(make('one', { one: new Uint8Array(16) })).toThrow(refusal);
    expect(make('three', two)).toThrow(refusal);
    expect(make('a.b', { 'a.b': KEY })).toThrow(refusal);
  });
});
