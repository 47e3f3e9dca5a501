import type { JsonObject } from '../document/json.ts';
import type { RunView } from '../server/run-view.ts';
import { readEventStream } from './event-stream.ts';
import { readProblem, RemoteWorkflowError, type RunProblem } from './run-problem.ts';
import { clockShift, onThisClock, readRunView } from './read-run-view.ts';

/** How a run on a server is reached. */
export interface RemoteOptions {
  /** Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Sent along with every request, a bearer token say; called anew for each. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Whether cookies go along; default `same-origin`. */
  readonly credentials?: RequestCredentials;
  /**
   * How long nothing may be heard before a connection is taken for dead and made anew: longer than the server's
   * `pingMs`. Milliseconds, default 45,000.
   */
  readonly silenceMs?: number;
}

/** Which run: a new one, or one that was begun before. */
export type RemoteInput =
  | {
      readonly workflowId: string;
      readonly inputs?: JsonObject;
      /**
       * A secret of at least 32 characters that only this client knows: a start that is sent again with the same one
       * starts nothing new. Default: a random one.
       */
      readonly startKey?: string;
    }
  | {
      readonly runId: string;
      /** The run's bearer token, where the server binds runs to one. */
      readonly token?: string;
    };

/** What is heard of a run. */
export interface RemoteListener {
  readonly view: (view: RunView) => void;
  /** The run's bearer token, where the server gives one. */
  readonly token: (token: string) => void;
  readonly open: () => void;
  readonly lost: () => void;
  /** An event was answered; with `problem`, it was refused. */
  readonly answered: (problem?: RunProblem) => void;
  /** The run cannot be followed, now or later. */
  readonly failed: (error: RemoteWorkflowError) => void;
}

export interface RemoteLink {
  send(event: { readonly type: string }): void;
  /** Follows the run no more. What was sent before still goes out, but is not tried again when it is lost. */
  close(): void;
}

/** An answer, and when it was asked for. */
interface Answer {
  readonly response: Response;
  readonly askedAt: number;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** Refusals that are of the moment, and not of the run: too slow, too early, too often. */
const PASSING = [408, 425, 429];

/**
 * Starts a run on a server or finds it again, follows it by server-sent events, and sends it events. It comes back
 * after a lost connection, later each time, at once when the browser is online again. An event whose answer was lost
 * is sent again under the same id, by which the server knows that it has it.
 */
export function connectRemote(
  url: string,
  input: RemoteInput,
  options: RemoteOptions,
  listener: RemoteListener,
): RemoteLink {
  const { fetch: send = globalThis.fetch, credentials = 'same-origin', silenceMs = 45_000 } = options;
  const aborter = new AbortController();
  const { signal } = aborter;
  const startKey = randomId();
  let revision = -1;
  let isStreaming = false;
  let shift: number | undefined;
  let token = 'runId' in input ? input.token : undefined;

  const request = async (target: string, init: RequestInit): Promise<Response> => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers?.(),
      ...(init.headers as Record<string, string> | undefined),
    };
    return send(target, { credentials, cache: 'no-store', ...init, headers });
  };
  const post = async (
    target: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const line = listen(silenceMs);
    try {
      const response = await request(target, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        signal: line.signal,
      });
      // An answer whose end is lost is none.
      const bytes = await response.arrayBuffer();
      return new Response(bytes.byteLength === 0 ? null : bytes, {
        status: response.status,
        headers: response.headers,
      });
    } finally {
      line.end();
    }
  };
  const take = (shown: unknown, askedAt: number): RunView => {
    const theirs = readRunView(shown);
    shift = clockShift(theirs, askedAt, shift);
    const view = onThisClock(theirs, shift);
    // Answers and the stream overtake each other.
    if (view.revision > revision) {
      revision = view.revision;
      listener.view(view);
    }
    return view;
  };
  const refused = async (response: Response): Promise<RemoteWorkflowError> =>
    new RemoteWorkflowError(await readProblem(response, Date.now()));

  /** Does something until it is answered; a server that is busy or gone is asked again while the run is followed. */
  const persist = async (action: () => Promise<Response>): Promise<Answer> => {
    for (let tries = 0; ; tries += 1) {
      const askedAt = Date.now();
      const response = await action().catch(() => undefined);
      if (response !== undefined && response.status < 500) return { response, askedAt };
      signal.throwIfAborted();
      listener.lost();
      await pause(tries, signal);
    }
  };

  const start = async (): Promise<string> => {
    if ('runId' in input) return `${url}/${encodeURIComponent(input.runId)}`;
    const { workflowId, inputs = {} } = input;
    const { response, askedAt } = await persist(() =>
      post(url, { workflowId, inputs }, { 'idempotency-key': input.startKey ?? startKey }),
    );
    if (!response.ok) throw await refused(response);
    listener.open();
    const shown: unknown = await response.json();
    const { id } = take(shown, askedAt);
    const given: unknown = Reflect.get(shown as object, 'token');
    if (typeof given === 'string') {
      token = given;
      listener.token(given);
    }
    return `${url}/${encodeURIComponent(id)}`;
  };

  const follow = async (target: string): Promise<void> => {
    let last = '';
    for (let tries = 0; ; tries += 1) {
      const askedAt = Date.now();
      const line = listen(silenceMs, signal);
      try {
        const response = await request(`${target}/updates`, {
          headers: { accept: 'text/event-stream', ...(last === '' ? {} : { 'last-event-id': last }) },
          signal: line.signal,
        });
        if (response.status >= 400 && response.status < 500 && !PASSING.includes(response.status))
          return listener.failed(await refused(response));
        if (response.ok && response.body !== null) {
          isStreaming = true;
          listener.open();
          for await (const event of readEventStream(response.body, line.heard)) {
            tries = 0;
            if (event.id !== '') last = event.id;
            if (event.type !== 'run') continue;
            if (take(JSON.parse(event.data), askedAt).status !== 'active') return;
          }
        }
      } catch {
        // No connection, or whatever came was no view of a run: that is as good as none.
        if (signal.aborted) return;
      } finally {
        line.end();
        isStreaming = false;
      }
      listener.lost();
      await pause(tries, signal);
    }
  };

  const runUrl = start();
  runUrl.then(follow).catch((error: unknown) => {
    if (signal.aborted) return;
    listener.failed(
      error instanceof RemoteWorkflowError
        ? error
        : new RemoteWorkflowError({ status: 0, type: 'about:blank', title: String(error) }),
    );
  });

  let queue = Promise.resolve();
  return {
    send(event) {
      const id = randomId();
      // One after the other, as they were sent.
      queue = queue.then(async () => {
        try {
          const target = await runUrl;
          const { response, askedAt } = await persist(() => post(`${target}/events`, { ...event, id }));
          if (signal.aborted) return;
          // It may have been the event alone that did not get through.
          if (isStreaming) listener.open();
          if (!response.ok) return listener.answered(await readProblem(response, Date.now()));
          take(await response.json(), askedAt);
          listener.answered();
        } catch (error) {
          if (!signal.aborted) listener.answered({ status: 0, type: 'about:blank', title: String(error) });
        }
      });
    },
    close: () => aborter.abort(),
  };
}

/**
 * A signal that is aborted after a silence, and with another one. A connection can be dead without a word: after a sleep,
 * or in another network.
 */
function listen(silenceMs: number, outer?: AbortSignal) {
  const aborter = new AbortController();
  const stop = (): void => aborter.abort(outer?.reason);
  let timer = setTimeout(stop, silenceMs);
  outer?.addEventListener('abort', stop, { once: true });
  if (outer?.aborted === true) stop();
  return {
    signal: aborter.signal,
    heard: (): void => {
      clearTimeout(timer);
      timer = setTimeout(stop, silenceMs);
    },
    end: (): void => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

/** 128 random bits. `crypto.randomUUID` is not there in a page that comes by plain HTTP, to a phone at home say. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Waits longer after each try, not always as long as the others do, and no longer than until we are online again. */
function pause(tries: number, signal: AbortSignal): Promise<void> {
  const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** tries) * (0.5 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      globalThis.removeEventListener?.('online', go);
    };
    const go = (): void => {
      end();
      resolve();
    };
    const stop = (): void => {
      end();
      reject(signal.reason as Error);
    };
    const timer = setTimeout(go, delayMs);
    signal.addEventListener('abort', stop, { once: true });
    globalThis.addEventListener?.('online', go, { once: true });
  });
}
