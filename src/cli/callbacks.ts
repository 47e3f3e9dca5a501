import { randomBytes } from 'node:crypto';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { isLoopback, listenForCallback } from './callback-listener.ts';
import type { CallbackListener } from './callback-listener.ts';

/** Where browsers come back to in one run of the command. */
export interface Callbacks {
  /** The value of an input that is marked with `x-xstate.callback`; `undefined` for every other one. */
  valueFor(schema: JsonValue): Promise<string | undefined>;
  /** Listens at an address; `undefined` where it is not one of this machine. @throws CommandError */
  listenAt(url: string): Promise<CallbackListener | undefined>;
  close(): Promise<void>;
}

/** Listens for browsers that come back: at a free port, once an address is asked for. */
export function createCallbacks(): Callbacks {
  const listeners = new Map<string, Promise<CallbackListener>>();
  let own: Promise<CallbackListener> | undefined;
  let state: string | undefined;
  return {
    async valueFor(schema) {
      const kind = callbackOf(schema);
      if (kind === 'state') return (state ??= randomBytes(24).toString('base64url'));
      if (kind !== 'url') return undefined;
      own ??= listenForCallback();
      const { url } = await own;
      listeners.set(url, own);
      return url;
    },
    async listenAt(url) {
      if (!isLoopback(url)) return undefined;
      const listener = listeners.get(url) ?? listenForCallback(url);
      listeners.set(url, listener);
      return listener;
    },
    async close() {
      const opened = await Promise.allSettled(listeners.values());
      await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
    },
  };
}

function callbackOf(schema: JsonValue): JsonValue | undefined {
  const extension = isJsonObject(schema) ? memberOf(schema, 'x-xstate') : undefined;
  return isJsonObject(extension) ? memberOf(extension, 'callback') : undefined;
}
