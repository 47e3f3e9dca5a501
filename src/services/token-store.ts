import { fetchToken, type TokenFailure, type TokenRequest } from './fetch-token.ts';

/** Tokens that were fetched, in memory only. */
export interface TokenStore {
  /**
   * The token for a request, fetched when there is none that will still be good. Everybody who asks for the same one
   * meanwhile waits for the same fetch, which is aborted once nobody waits any more.
   */
  tokenFor(
    request: TokenRequest,
    now: () => number,
    signal: AbortSignal,
  ): Promise<{ readonly token: string } | TokenFailure>;
  /** Forgets a token that was refused; one that has been fetched since is kept. */
  forget(request: TokenRequest, token: string): void;
}

interface Entry {
  readonly controller: AbortController;
  waiting: number;
  readonly fetched: Promise<{ readonly token: string; readonly goodUntil: number } | TokenFailure>;
  settled?: { readonly token: string; readonly goodUntil: number };
}

/** A token is not used any more when less than this is left of its time, or less than half of it. */
const MARGIN_MS = 30_000;

/** A store without tokens. */
export function createTokenStore(): TokenStore {
  const entries = new Map<string, Entry>();

  const start = (key: string, request: TokenRequest, now: () => number): Entry => {
    const controller = new AbortController();
    const fetching = fetchToken(request, controller.signal).then((result) => {
      if ('problem' in result) {
        if (entries.get(key) === entry) entries.delete(key);
        return result;
      }
      const lifeMs = (result.expiresInSeconds ?? Infinity) * 1000;
      entry.settled = {
        token: result.token,
        goodUntil: now() + lifeMs - (lifeMs === Infinity ? 0 : Math.min(MARGIN_MS, lifeMs / 2)),
      };
      return entry.settled;
    });
    const entry: Entry = { controller, waiting: 0, fetched: fetching };
    entries.set(key, entry);
    return entry;
  };

  return {
    async tokenFor(request, now, signal) {
      const key = keyOf(request);
      const known = entries.get(key);
      const isStale = known?.settled !== undefined && known.settled.goodUntil <= now();
      const entry = known === undefined || isStale ? start(key, request, now) : known;
      if (entry.settled !== undefined) return entry.settled;
      entry.waiting += 1;
      const leave = () => {
        entry.waiting -= 1;
        if (entry.waiting > 0 || entry.settled !== undefined) return;
        if (entries.get(key) === entry) entries.delete(key);
        entry.controller.abort();
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      try {
        return await entry.fetched;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    forget(request, token) {
      const key = keyOf(request);
      if (entries.get(key)?.settled?.token === token) entries.delete(key);
    },
  };
}

/** All that a token depends on. The secret is part of it: who has another one must not get the token. */
function keyOf({ credentials, tokenUrl, scopes }: TokenRequest): string {
  const { clientId, clientSecret, clientAuthentication, parameters } = credentials;
  return JSON.stringify([tokenUrl, clientId, clientSecret, scopes, clientAuthentication, parameters]);
}
