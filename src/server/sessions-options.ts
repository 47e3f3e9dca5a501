import type { WorkflowEmitted } from '../machines/context.ts';
import type { Clock } from '../services/wait-service.ts';
import type { ServiceOptions } from '../services/service-options.ts';
import type { Store } from './store.ts';

/** What happens in a run, once it is stored; for logs and metrics. Holds no secrets. */
export interface SessionEvent {
  readonly runId: string;
  readonly workflowId: string;
  readonly event: WorkflowEmitted;
}

/** Any machine that was compiled from a workflow. */
export interface CompiledMachine {
  readonly id: string;
  readonly config: object;
}

/** How runs are hosted. What is said of requests goes for the requests of all workflows. */
export interface SessionsOptions extends ServiceOptions {
  /**
   * The machines that new runs start on, of `compileMachine`. A run that is under way stays with the plan that it
   * started on, which the store has.
   */
  readonly workflows: readonly CompiledMachine[];
  /** Where runs are kept. It stays the caller's, who closes it. */
  readonly store: Store;
  /** `false`: the machines have the actors of their steps already. Times are waited for all the same. */
  readonly services?: false;
  /**
   * Names this process among those that share the store. A process that starts under the name of one that is gone
   * takes up its requests at once and not when their leases are over; so no two living processes may have one name.
   * Default: random.
   */
  readonly instance?: string;
  /**
   * How long a process may be silent before others take up the requests that it was sending. The clocks of the
   * processes must agree within less than that. Milliseconds, default 10,000.
   */
  readonly leaseMs?: number;
  /** How often is looked for what other processes have written. Milliseconds, default 1,000. */
  readonly pollMs?: number;
  /** How many requests may be in flight before no more runs are taken up that others left. Default 500. */
  readonly maxInFlight?: number;
  /** How long a run is kept when it is over; `Infinity`: for ever. Milliseconds, default one day. */
  readonly keepEndedMs?: number;
  /**
   * How long a run waits for a person of whom nothing is heard, before it is cancelled; a shorter limit of its own goes
   * first. It holds for runs from their next change on. Milliseconds, default `Infinity`: none is given up.
   */
  readonly keepWaitingMs?: number;
  readonly onEvent?: (event: SessionEvent) => void;
  /** Told of what went wrong behind the scenes: a store that did not answer, above all. It is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Default: the platform's. */
  readonly clock?: Clock;
}
