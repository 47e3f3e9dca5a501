import type { JsonObject } from '../document/json.ts';
import type { Rejection, WorkflowEvent } from '../machines/context.ts';
import type { Run } from './run.ts';

/** What a run is started with. */
export interface StartOptions {
  /** The inputs that are known; the others are asked for when they are needed. */
  readonly inputs?: JsonObject;
  /**
   * The run's id, which must be as hard to guess as a random one. To start a run twice with one id starts it once.
   * Default: 256 random bits.
   */
  readonly runId?: string;
  /** A text that is kept with the run, for the caller to recognize whose it is. */
  readonly binding?: string;
}

/** `existing`: there was a run with this id · `refused`: its inputs were, and nothing was stored or sent. */
export type StartResult =
  | { readonly kind: 'started' | 'existing'; readonly run: Run }
  | { readonly kind: 'refused'; readonly rejection: readonly Rejection[] };

/** Keeps an event from being applied twice, or to another state than the one it is meant for. */
export interface SendOptions {
  /** Names the event, in at most 128 characters. The run remembers its last 32 and takes none of them again. */
  readonly eventId?: string;
  /** The revision that the event is an answer to. */
  readonly revision?: number;
}

/**
 * `taken`: the event is applied and stored; values that the workflow did not take are in `run.rejection` ·
 * `repeated`: it was taken before · `refused`: the run's state does not take it · `conflict`: the run is at another
 * revision · `unknown`: there is no such run · `stranded`: see {@link Sessions.stranded}.
 */
export type SendResult =
  | { readonly kind: 'taken' | 'repeated' | 'refused' | 'conflict'; readonly run: Run }
  | { readonly kind: 'unknown' | 'stranded' };

/** A run that this version of the package cannot go on with. */
export interface StrandedRun {
  readonly id: string;
  readonly workflowId: string;
  readonly plan: string;
}

/** A workflow that can be started. */
export interface HostedWorkflow {
  readonly workflowId: string;
  /** The names of the inputs that it needs, given at the start or asked for later, in document order. */
  readonly required: readonly string[];
}

/**
 * Runs of workflows that outlive this process. Each transition is stored before anything comes of it: before its
 * request is sent, its subscribers are told and `send` resolves. Methods reject with what the store rejects with;
 * then it is not known whether the transition was stored, and sending again with the same `eventId` is safe.
 */
export interface Sessions {
  /**
   * Starts a run.
   *
   * @throws UsageError with code `unknown-workflow`
   */
  start(workflowId: string, options?: StartOptions): Promise<StartResult>;
  /** Applies an event to a run. The requests that come of it go on in the background. */
  send(
    runId: string,
    event: WorkflowEvent | { readonly type: 'decline' },
    options?: SendOptions,
  ): Promise<SendResult>;
  /** The run as it is stored now. */
  get(runId: string): Promise<Run | 'unknown' | 'stranded'>;
  /**
   * Tells of a run as it is now and of its later revisions, also of those that other processes write, in order. Some
   * may be left out; the last never is.
   *
   * @param after - the revision that the listener has seen; default 0
   * @returns what ends it
   */
  subscribe(runId: string, listener: (run: Run) => void, after?: number): () => void;
  /** Cancels a run: its request is aborted, and it ends in `cancelled`. Of one that is over nothing changes. */
  stop(runId: string): Promise<SendResult>;
  /**
   * The runs that are not over and on a plan of which this version of the package makes another machine, or none.
   * They are left as they are, for the version that can go on with them.
   */
  stranded(): Promise<readonly StrandedRun[]>;
  /** The workflows that can be started. */
  readonly workflows: readonly HostedWorkflow[];
  /**
   * Ends this process's part: nothing is taken up any more. Requests in flight have some time to end, 5,000 ms unless
   * told otherwise; what is then still under way is left to other processes, or to the next one. A store that does not
   * answer is waited for as long, and for a second or two in any case.
   *
   * @throws UsageError with code `invalid-option`
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
  /** Aborted once these sessions are closed and tell their subscribers nothing more. */
  readonly closed: AbortSignal;
}
