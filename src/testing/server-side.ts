import type { ReceivedRequest, ScriptedServer } from './node-scripted-server.ts';
import type { Happening } from './situation.ts';
import { StageProblem, type SeenRequest } from './stage.ts';

/** How long something may take in real time before it counts as never. */
export const PATIENCE_MS = 10_000;

/** The API's part in a path that is played over HTTP. */
export interface ServerSide {
  request(): Promise<SeenRequest>;
  /** Answers the request that came last, or drops its connection. */
  answer(happening: Extract<Happening, { type: 'response' | 'lost' }>): void;
  /** Resolves once the client has given the last request up. */
  givenUp(): Promise<void>;
  unasked(): number;
  /** Forgets the last request, and whatever else came. */
  clear(): void;
}

/** The header that idempotency keys come in: one that no document sets. */
export const KEY_HEADER = 'x-arazzo-xstate-key';

/** Plays the API's part on a scripted server. `hasKeys`: requests have their idempotency key in a header. */
export function createServerSide(server: ScriptedServer, hasKeys = false): ServerSide {
  let current: ReceivedRequest | undefined;
  const taken = (): ReceivedRequest => {
    if (current === undefined) throw new StageProblem('No request came that could be answered.');
    return current;
  };
  return {
    async request() {
      const received = await within(server.next(), 'No request came.');
      current = received;
      const { method, target, body } = received;
      const { [KEY_HEADER]: key, ...headers } = received.headers;
      const seen = { method, url: `${server.url}${target}`, headers, body };
      return hasKeys ? { ...seen, key: key ?? '' } : seen;
    },
    answer(happening) {
      const request = taken();
      current = undefined;
      request.answer(happening);
    },
    givenUp: () => within(taken().aborted, 'The request was not given up.'),
    unasked: () => server.waiting,
    clear() {
      current = undefined;
      server.drop();
    },
  };
}

/** Waits in real time, but not for ever. @throws StageProblem */
export async function within<Value>(promise: Promise<Value>, otherwise: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StageProblem(`${otherwise} It was waited for for ${PATIENCE_MS / 1000} s.`)),
      PATIENCE_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
