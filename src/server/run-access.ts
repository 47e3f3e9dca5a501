import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who has a run's token may use the run. The store has the token's hash only. */
export interface RunAccess {
  readonly runId: string;
  readonly token: string;
  /** What is kept with the run. */
  readonly binding: string;
}

/** A key that a client makes up for a start must be as long as a UUID at least. */
export const SHORTEST_START_KEY = 32;

/**
 * A run id and a token for a new run, 256 bits each.
 *
 * @param key - a secret that the client made up: with the same one, the same come out, so that a start whose answer
 * was lost can be sent again
 */
export function newAccess(key?: string): RunAccess {
  const derive = (purpose: string): Buffer =>
    key === undefined
      ? randomBytes(32)
      : createHmac('sha256', key).update(`arazzo-xstate ${purpose}`).digest();
  const token = derive('token').toString('base64url');
  return { runId: derive('run').toString('base64url'), token, binding: hashOf(token).toString('base64url') };
}

/** Whether a token is that of a run, told in a time that says nothing of it. */
export function isTokenOf(token: string, binding: string | undefined): boolean {
  if (binding === undefined) return false;
  const kept = Buffer.from(binding, 'base64url');
  const given = hashOf(token);
  return kept.length === given.length && timingSafeEqual(kept, given);
}

/** The tokens that a request brings: as a bearer token, which may be for something else, and in the cookie. */
export function tokensIn(headers: Headers, cookieName: string): readonly string[] {
  const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const tokens = bearer === undefined ? [] : [bearer];
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === cookieName) tokens.push(pair.slice(at + 1).trim());
  }
  return tokens;
}

/** The cookie that holds a run's token: for this run's path only, and for no script. */
export function cookieOf(name: string, token: string, path: string, isSecure: boolean): string {
  return `${name}=${token}; Path=${path}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
