import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EndpointOptions } from '@restatedev/restate-sdk';
import { UsageError } from '../machines/usage-error.ts';
import { readKeys, type StoreKeys } from '../server/encrypted-store.ts';

/** What turns the values that Restate is given into others, and back. */
export type ValueCodec = Awaited<ReturnType<NonNullable<EndpointOptions['journalValueCodecProvider']>>>;

/** The first byte of every value, so that another format can be told from this one. */
const FORMAT = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONGEST_ID = 255;

/**
 * Encrypts by AES-256-GCM every value that Restate gets to see: the state of runs, what handlers are called with and
 * give back, and what is kept of their progress. In the clear stay the names of handlers and of states, the ids of runs
 * and the hashes of their plans.
 *
 * @throws UsageError with code `invalid-option` where a key has not 32 bytes or an id a dot, or the current one is not
 * there
 */
export function createValueCodec(keys: StoreKeys): ValueCodec {
  const { known, key } = readKeys(keys);
  const id = Buffer.from(keys.current, 'utf8');
  if (id.length > LONGEST_ID)
    throw new UsageError('invalid-option', `The id of a key has ${LONGEST_ID} bytes at most.`);
  const header = Buffer.concat([Buffer.from([FORMAT, id.length]), id]);
  return {
    encode: (bytes) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(header);
      const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([header, iv, cipher.getAuthTag(), text]);
    },
    // The SDK gives a call up for good whose value is rejected. A throw it takes for this process's own trouble, and tries
    // again: another process may have the key, or this one get it.
    decode: (bytes) => {
      // A handler that is called without a value: there is nothing to read.
      if (bytes.length === 0) return Promise.resolve(bytes);
      if (bytes[0] !== FORMAT) return Promise.reject(new Error('A value is not encrypted at all.'));
      const end = 2 + (bytes[1] ?? 0);
      const named = Buffer.from(bytes.subarray(2, end)).toString('utf8');
      const used = known.get(named);
      if (used === undefined)
        throw new Error(`A value is encrypted with the key "${named}", which is not among the keys.`);
      const iv = bytes.subarray(end, end + IV_BYTES);
      const tag = bytes.subarray(end + IV_BYTES, end + IV_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv('aes-256-gcm', used, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(bytes.subarray(0, end));
        decipher.setAuthTag(tag);
        const text = bytes.subarray(end + IV_BYTES + TAG_BYTES);
        return Promise.resolve(Buffer.concat([decipher.update(text), decipher.final()]));
      } catch {
        return Promise.reject(
          new Error('A value cannot be decrypted: it was changed on its way, or its key was.'),
        );
      }
    },
  };
}
