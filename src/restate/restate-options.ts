import type { ServiceOptions } from '../services/service-options.ts';
import type { Clock } from '../services/wait-service.ts';
import type { StoreKeys } from '../server/encrypted-store.ts';
import type { CompiledMachine, SessionEvent } from '../server/sessions-options.ts';

/** What the services and the sessions must agree on. */
interface SharedOptions {
  /**
   * The keys that everything is encrypted with before the Restate server sees it: its state and its journal can be read
   * by whoever can reach its admin port, and they hold what the runs know, tokens included. `false`: nothing is
   * encrypted. Services and sessions need the same keys.
   */
  readonly keys: StoreKeys | false;
  /** The name of the virtual object in Restate. Letters, digits, `_` and `-`; default `arazzo`. */
  readonly name?: string;
  /** Default: the platform's. */
  readonly clock?: Clock;
}

/** What happens in a run on Restate, once it is stored; for logs and metrics. Holds no secrets. */
export interface RestateEvent extends SessionEvent {
  /** The revision of the run that it came with. */
  readonly revision: number;
  /** Its place among what came with that revision, from 0 on. With run and revision it names the event. */
  readonly index: number;
}

/** How the requests of runs on Restate are sent, and how long a run is kept. */
export interface RestateServiceOptions extends ServiceOptions, SharedOptions {
  /** `false`: the machines have the actors of their steps already. Times are waited for all the same. */
  readonly services?: false;
  /** How long a run is kept when it is over; `Infinity`: for ever. Milliseconds, default one day. */
  readonly keepEndedMs?: number;
  /**
   * How long a run waits for a person of whom nothing is heard, before it is cancelled; a shorter limit of its own goes
   * first. The Restate server keeps the time. It holds for runs from their next change on. Milliseconds, default
   * `Infinity`: none is given up.
   */
  readonly keepWaitingMs?: number;
  /**
   * Told by the process that made the change, of each event at least once: again, with the same revision and index,
   * where that process or the Restate server is gone before it is noted that it was told. Those of a run come in order.
   */
  readonly onEvent?: (event: RestateEvent) => void;
  /** Told of what `onEvent` threw, which the run does not mind. */
  readonly onError?: (error: unknown) => void;
  /**
   * How long the Restate server keeps what it noted of calls that are over, for its own page to show. Milliseconds,
   * default 0.
   */
  readonly journalRetentionMs?: number;
}

/** How runs on Restate are reached. */
export interface RestateSessionsOptions extends SharedOptions {
  /** Where the Restate server takes calls: `http://127.0.0.1:8080` on a machine of one's own. */
  readonly ingressUrl: string;
  /** Where its admin interface is, which only `stranded` needs: `http://127.0.0.1:9070` on a machine of one's own. */
  readonly adminUrl?: string;
  /** The machines that new runs start on: those that the services have. */
  readonly workflows: readonly CompiledMachine[];
  /** Headers for every call: a bearer token, where the Restate server asks for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for a call, which waits while no service runs. Default 10,000. */
  readonly timeoutMs?: number;
  /** Told of what went wrong while runs were followed. It is tried again. */
  readonly onError?: (error: unknown) => void;
  /** What sends a call. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}
