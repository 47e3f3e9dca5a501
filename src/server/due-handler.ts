import type { EventObject } from 'xstate';
import { completion, failureOfTask, INTERRUPTED, isAtMostOnce, isTimer, timeOf } from './advance.ts';
import type { Flights } from './flights.ts';
import { givenUpAt, type LoadedRun, type RunLedger, type StoredChange } from './run-ledger.ts';
import { decodeRun, type RunTask } from './run-record.ts';
import type { HeldRun, Store, StoredRun } from './store.ts';

export interface DueHandlerSettings {
  readonly store: Pick<Store, 'remove' | 'renew'>;
  readonly ledger: Pick<RunLedger, 'read' | 'apply' | 'takeOver'>;
  readonly flights: Pick<Flights, 'has' | 'size'>;
  readonly now: () => number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly maxInFlight: number;
  readonly keepWaitingMs: number;
  /** What comes of a change, now that it is stored. */
  readonly settle: (change: StoredChange) => void;
  /** Applies what a task came to, if the run is still busy with it. */
  readonly applyEnd: (run: LoadedRun, task: RunTask, event: EventObject) => Promise<void>;
}

const STRANDED_AGAIN_MS = 60_000;
/** How long a run is left alone that was to be given up by what other options said. */
const KEPT_AGAIN_MS = 24 * 60 * 60 * 1000;

/**
 * Handles runs whose time has come: an end of a wait, a request that others have left, a run that is given up, one
 * that is over and no longer kept, one that cannot be gone on with here.
 *
 * @returns a function that gives the run back where there is no room for its request now
 */
export function createDueHandler(
  settings: DueHandlerSettings,
): (stored: StoredRun) => Promise<HeldRun | undefined> {
  const { store, ledger, flights, now, leaseMs, pollMs, maxInFlight, keepWaitingMs, settle, applyEnd } =
    settings;
  /** How many requests of others are just being taken over. */
  let takingOver = 0;

  /**
   * How long a run is left alone that cannot be gone on with here: the longer, the longer nobody else has either. Who
   * can may just be starting.
   */
  const strandedFor = (stored: StoredRun): number => {
    const { task, changedAt = 0 } = decodeRun(stored) ?? {};
    if (task === undefined) return STRANDED_AGAIN_MS;
    const overdueMs = now() - (isTimer(task) ? timeOf(task) : changedAt + leaseMs);
    return Math.min(Math.max(overdueMs, pollMs), STRANDED_AGAIN_MS);
  };
  /** A run that waits: for a person, for a time, or for both. */
  const handleWaiting = async (run: LoadedRun): Promise<void> => {
    const { id, revision, task } = run.record;
    const endsAt = task === undefined ? Number.POSITIVE_INFINITY : timeOf(task);
    const keptUntil = givenUpAt(run.record, run.snapshot, keepWaitingMs);
    const next = Math.min(endsAt, keptUntil);
    if (next > now())
      await store.renew([{ id, revision }], Number.isFinite(next) ? next : now() + KEPT_AGAIN_MS);
    else if (task !== undefined && endsAt <= keptUntil)
      await applyEnd(run, task, completion(task.id, undefined));
    else {
      const change = await ledger.apply(run, { type: 'cancel' });
      if (change !== undefined) settle(change);
    }
  };

  return async (stored) => {
    const { id, revision, isEnded } = stored;
    if (isEnded) {
      await store.remove({ id, revision });
      return;
    }
    const run = await ledger.read(stored);
    const task = run?.record.task;
    if (run === undefined) await store.renew([{ id, revision }], now() + strandedFor(stored));
    else if (task === undefined || isTimer(task)) await handleWaiting(run);
    else if (flights.has(id, task)) await store.renew([{ id, revision }], now() + leaseMs);
    else if (isAtMostOnce(task)) await applyEnd(run, task, failureOfTask(task.id, INTERRUPTED));
    // What is waited for does not wait for requests to end: only what others left is put off.
    else if (flights.size + takingOver >= maxInFlight) return { id, revision };
    else {
      takingOver += 1;
      const change = await ledger.takeOver(run).finally(() => (takingOver -= 1));
      if (change !== undefined) settle(change);
    }
  };
}
