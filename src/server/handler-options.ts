import type { JsonObject } from '../document/json.ts';
import type { Clock } from '../services/wait-service.ts';
import type { RateLimit, RateLimiter } from './rate-limiter.ts';
import type { Run } from './run.ts';

/** What is counted: starts, submits, repeats, and all other events. */
export type LimitedAction = 'start' | 'submit' | 'repeat' | 'other';

/** How often something may be done. */
export interface ActionLimits {
  /** By one run; a start has none yet. */
  readonly perRun?: RateLimit;
  /** By one address, all its runs together. */
  readonly perAddress?: RateLimit;
}

/** How runs are shown to the web. */
export interface HandlerOptions {
  /** The path that the handler is mounted under, as browsers see it. Default `/runs`. */
  readonly basePath?: string;
  /** The workflows that clients may start. Default: all that are hosted. */
  readonly workflows?: readonly string[];
  /**
   * By workflow, the names of further inputs that clients may give. The required ones they always may; all others are
   * the server's.
   */
  readonly inputs?: Readonly<Record<string, readonly string[]>>;
  /** Inputs that the server gives to a new run; they overrule what the client gives. */
  readonly serverInputs?: (workflowId: string, request: Request) => JsonObject | Promise<JsonObject>;
  /** By workflow, the names of the outputs that clients are shown. Default: none. */
  readonly outputs?: Readonly<Record<string, readonly string[]>>;
  /**
   * Adds headers to each response, streams left out, that shows a client that its run is over: the cookie of a
   * session, say.
   */
  readonly onEnded?: (run: Run, headers: Headers) => void | Promise<void>;
  /**
   * `cookie` (the default): the run's token is in a cookie that no script can read. `bearer`: it is in the response
   * to the start, and the client sends it as a bearer token.
   */
  readonly binding?: 'cookie' | 'bearer';
  /** Default `arazzo-run`. */
  readonly cookieName?: string;
  /** Whether the cookie is for HTTPS only. Default: `true`, except for a loopback host over HTTP. */
  readonly secureCookie?: boolean;
  /** Origins, besides the handler's own, of pages that may use it. CORS headers are not the handler's business. */
  readonly origins?: readonly string[];
  /** The most bytes of a body. Default 16 KiB. */
  readonly maxBodyBytes?: number;
  /** Instead of the default limits; see docs/server.md for those. */
  readonly limits?: Partial<Readonly<Record<LimitedAction, ActionLimits>>>;
  /** What counts. Default: this process's memory. */
  readonly limiter?: RateLimiter;
  /** How many streams may follow one run at once. Default 4. */
  readonly maxStreamsPerRun?: number;
  /**
   * How often a stream that has nothing to say shows that it is there, well before the `silenceMs` of its clients.
   * Milliseconds, default 15,000.
   */
  readonly pingMs?: number;
  /** The longest that a request may ask to wait, with `Prefer: wait=<seconds>`. Default 10. */
  readonly maxWaitSeconds?: number;
  /** Told of what went wrong; the client is told nothing of it. */
  readonly onError?: (error: unknown) => void;
  /** Default: the platform's. */
  readonly clock?: Clock;
}

/** What is known of a connection, which a `Request` does not say. */
export interface ConnectionInfo {
  /** The client's address, for the limits per address. Without it there are none. */
  readonly address?: string;
}

/**
 * Answers requests about runs. It never rejects.
 *
 * @see https://developer.mozilla.org/docs/Web/API/Request
 */
export type RunHandler = (request: Request, connection?: ConnectionInfo) => Promise<Response>;

/** The limits that hold where the options say nothing. */
export const DEFAULT_LIMITS: Readonly<Record<LimitedAction, ActionLimits>> = {
  start: { perAddress: { count: 20, perSeconds: 60 } },
  submit: { perRun: { count: 10, perSeconds: 60 }, perAddress: { count: 60, perSeconds: 60 } },
  repeat: { perRun: { count: 4, perSeconds: 60 }, perAddress: { count: 20, perSeconds: 60 } },
  other: { perRun: { count: 30, perSeconds: 60 }, perAddress: { count: 120, perSeconds: 60 } },
};
