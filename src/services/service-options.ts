import type { Credential } from '../openapi/security.ts';
import type { SecurityScheme } from '../openapi/operation.ts';
import type { Timers } from './deadline.ts';

/**
 * Gives the credential for a security scheme of a source description, or `undefined` where there is none. It is
 * asked anew for each request, and only for schemes whose place the step does not fill itself.
 *
 * For the client id and secret that it gives, a token is fetched and kept until shortly before it expires: together
 * with the provider, so the same function must not speak for two parties.
 */
export type CredentialsProvider = (
  scheme: SecurityScheme,
  context: { readonly source: string },
) => Credential | undefined | Promise<Credential | undefined>;

/** How requests are sent. */
export interface ServiceOptions {
  /** Where credentials come from; without it none are there. */
  readonly credentials?: CredentialsProvider;
  /** Send without credentials, whatever the API description asks for. Default `false`. */
  readonly noAuth?: boolean;
  /**
   * By source description name, the server's URL instead of the description's. One record may serve several machines:
   * names that a workflow's document does not have are ignored, so a misspelt one leaves the description's own server.
   */
  readonly servers?: Readonly<Record<string, string>>;
  /** By source description name, values for the variables of its server. */
  readonly serverVariables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What sends a request: it is given the URL and all else beside it. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds for one attempt, body included, where the document does not say. Default 30,000. */
  readonly timeoutMs?: number;
  /** The most bytes of a response's body, decompressed. Default 16 MiB. */
  readonly maxResponseBytes?: number;
  /** Send the call's key in a header: `true` for `Idempotency-Key`, or the header's name. Default `false`. */
  readonly idempotencyHeader?: boolean | string;
  /** Epoch milliseconds, to tell when a token expires. Default: the platform's clock. */
  readonly now?: () => number;
  /** What measures the time of an attempt. Default: the platform's timers. */
  readonly timers?: Timers;
  /** Headers for every request, unless the step sends its own of that name. Not seen by expressions. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Milliseconds for one attempt, where neither document nor options say. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** The most bytes of a body that is read, where the options do not say: 16 MiB. */
export const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
