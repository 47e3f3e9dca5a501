import { createHash, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it is let in. */
export interface Knock {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The path and query of the URL. */
  readonly target: string;
}

/** What a server lets in. */
export interface AccessRules {
  readonly port: number;
  /** Stands in every URL. */
  readonly token: string;
  /** Origins beside those of this machine, whose pages may show their machines. */
  readonly allowOrigins: ReadonlySet<string>;
}

/** Who a request is from; a `page` of the server's own, or an `application` that shows its machines. */
export type Admission =
  | { readonly kind: 'refused'; readonly status: 404 | 403 | 421 }
  | { readonly kind: 'in'; readonly path: string };

/**
 * Decides on a request: the host must be this machine's (a page elsewhere could reach it by a name of its own), the
 * token must be right, and the origin one of those that `from` may have. A browser always tells the origin of a socket.
 */
export function admit(knock: Knock, rules: AccessRules, from: 'page' | 'application'): Admission {
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${rules.port}`);
  if (knock.host === undefined || !names.includes(knock.host)) return { kind: 'refused', status: 421 };
  const [path = ''] = knock.target.split('?');
  const [, token = '', ...rest] = path.split('/');
  // 404 for a wrong token: it tells no more than that there is nothing.
  if (!isSame(token, rules.token)) return { kind: 'refused', status: 404 };
  const { origin } = knock;
  const isOwn = origin === undefined || names.some((name) => origin === `http://${name}`);
  const isFriend = from === 'application' && (isLoopback(origin) || rules.allowOrigins.has(origin ?? ''));
  if (!isOwn && !isFriend) return { kind: 'refused', status: 403 };
  return { kind: 'in', path: rest.join('/') };
}

/** Whether an origin is a page of this machine. `null` is none: files, and frames that were shut in. */
function isLoopback(origin: string | undefined): boolean {
  return origin !== undefined && /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/.test(origin);
}

/** Compares in the same time whatever differs. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
