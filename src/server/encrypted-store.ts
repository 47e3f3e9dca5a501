import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { isUsageError, UsageError } from '../machines/usage-error.ts';
import type { Store, StoredRun } from './store.ts';

/** The keys that runs are encrypted with. */
export interface StoreKeys {
  /** The id of the key that is written with. */
  readonly current: string;
  /** By id, 32 bytes each: the current key, and those that older runs may still be written with. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** A store that keeps what runs know encrypted. */
export interface EncryptedStore extends Store {
  /**
   * Writes every run anew that is not yet written with the current key, so that older keys can be taken away.
   *
   * @returns how many were written
   * @throws UsageError where a run cannot be read, once all others are written
   */
  rotate(): Promise<number>;
}

const FORMAT = 'aes256gcm-1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what runs know, by AES-256-GCM, before a store sees it. In the clear stay the runs' ids, workflows, plans
 * and times. What is stored is tied to its run and to its revision: put elsewhere, it cannot be read.
 *
 * Loading a run rejects with a UsageError where its key is not among the keys, or where it was changed from outside;
 * a page of runs has such a run without its data.
 *
 * @throws UsageError with code `invalid-option` where a key has not 32 bytes or an id a dot, or the current one is
 * not there
 */
export function createEncryptedStore(store: Store, storeKeys: StoreKeys): EncryptedStore {
  const { current } = storeKeys;
  const { known, key } = readKeys(storeKeys);
  const label = `${FORMAT}.${current}.`;

  const sealed = (run: StoredRun): StoredRun => {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(aboutOf(run));
    const text = Buffer.concat([cipher.update(run.data, 'utf8'), cipher.final()]);
    return { ...run, data: label + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64') };
  };
  const opened = (run: StoredRun): StoredRun => {
    const [format, id = '', text = ''] = run.data.split('.');
    const used = known.get(id);
    if (format !== FORMAT || used === undefined) {
      throw new UsageError(
        'invalid-option',
        `The stored run "${run.id}" is encrypted with a key that is not among the keys, or not encrypted at all.`,
      );
    }
    const bytes = Buffer.from(text, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', used, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(aboutOf(run));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const data = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return { ...run, data: data.toString('utf8') };
    } catch {
      throw new UsageError(
        'invalid-option',
        `The stored run "${run.id}" cannot be decrypted: it was changed outside of this program, or its key was.`,
      );
    }
  };
  /**
   * One run that cannot be read must not keep a whole page from being looked at. What it has is not given away: where
   * somebody wrote it in the clear, it would be taken for the run's.
   */
  const openedOrNot = (run: StoredRun): StoredRun => {
    try {
      return opened(run);
    } catch {
      return { ...run, data: '' };
    }
  };

  return {
    // One by one: the store may be an instance of a class.
    renew: (held, due) => store.renew(held, due),
    release: (owner, due) => store.release(owner, due),
    nextDue: () => store.nextDue(),
    revisions: (ids) => store.revisions(ids),
    remove: (held) => store.remove(held),
    putPlan: (hash, data) => store.putPlan(hash, data),
    plan: (hash) => store.plan(hash),
    plansInUse: () => store.plansInUse(),
    close: () => store.close(),
    create: (run) => store.create(sealed(run)),
    update: (run, revision) => store.update(sealed(run), revision),
    load: async (id) => {
      const run = await store.load(id);
      return run === undefined ? undefined : opened(run);
    },
    due: async (now, limit) => (await store.due(now, limit)).map(openedOrNot),
    list: async (options) => (await store.list(options)).map(openedOrNot),
    rotate: async () => {
      let written = 0;
      let refusal: unknown;
      const write = async (run: StoredRun): Promise<void> => {
        const next = sealed({ ...opened(run), revision: run.revision + 1 });
        // Who wrote it meanwhile has written it with the current key.
        if (await store.update(next, run.revision)) written += 1;
      };
      for (let after = ''; ;) {
        const page = await store.list({ after });
        for (const run of page.filter(({ data }) => !data.startsWith(label))) {
          await write(run).catch((error: unknown) => {
            if (!isUsageError(error)) throw error;
            refusal ??= error;
          });
        }
        const last = page.at(-1);
        if (last === undefined) {
          if (refusal !== undefined) throw refusal;
          return written;
        }
        after = last.id;
      }
    },
  };
}

/** The keys by id, and the one to write with. */
export interface KnownKeys {
  readonly known: ReadonlyMap<string, Uint8Array>;
  readonly key: Uint8Array;
}

/**
 * @throws UsageError with code `invalid-option` where a key has not 32 bytes or an id a dot, or the current one is
 * not there
 */
export function readKeys({ current, keys }: StoreKeys): KnownKeys {
  const known = new Map(Object.entries(keys));
  const key = known.get(current);
  for (const [id, bytes] of known) {
    if (bytes.byteLength !== 32 || id.includes('.'))
      throw new UsageError('invalid-option', `The key "${id}" must have 32 bytes, and no dot in its id.`);
  }
  if (key === undefined)
    throw new UsageError('invalid-option', `The current key "${current}" is not among the keys.`);
  return { known, key };
}

/** What a text is encrypted for. */
function aboutOf({ id, plan, revision }: StoredRun): Buffer {
  return Buffer.from(JSON.stringify([id, plan, revision]));
}
