import type { JsonValue } from '../document/json.ts';
import type { CredentialsProvider } from '../services/service-options.ts';
import type { ScriptedServer } from './node-scripted-server.ts';
import type { PathUser } from './user-stage.ts';

/** Values for inputs, by name; a function is asked when its value is needed. */
export type RealValues = Readonly<Record<string, JsonValue | (() => JsonValue | Promise<JsonValue>)>>;

/** Where a path is run. */
export interface RunPathOptions {
  /**
   * - `http`, the default: the machine sends its requests over HTTP to a scripted server on the loopback
   * - `stubs`: the machine runs with actors that answer in its place: no HTTP
   */
  readonly over?: 'http' | 'stubs';
  /**
   * Whether the path is played a second time, stored and restored in each of its states: what is in flight goes out again
   * with the same idempotency key, and what goes out once at most is lost. Default: `isRestored` of the path. Nothing that
   * runs elsewhere (`baseUrl`, `user`) can be restored.
   */
  readonly restore?: boolean;
  /**
   * A real API: its URL, or one for each source description. The machine sends its requests there, in real time; what
   * comes back is told to the reference interpreter.
   */
  readonly baseUrl?: string | Readonly<Record<string, string>>;
  /** With `baseUrl`: where credentials come from. Without it requests are sent without any. */
  readonly credentials?: CredentialsProvider;
  /** With `baseUrl`: real values for inputs, say the code that a message brought. Wrong ones of the path stay. */
  readonly values?: RealValues;
  /**
   * Plays the user's part on something of one's own, say a page: the scripted server `server` plays the API's, and the
   * requests that come to it are compared.
   */
  readonly user?: PathUser;
  /** With `user`: the server that the requests come to. */
  readonly server?: ScriptedServer;
}
