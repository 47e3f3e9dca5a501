import type { Clock } from '../services/wait-service.ts';
import type { HeldRun, Store, StoredRun } from './store.ts';

/** Looks at runs when they are due. One timer serves all of them. */
export interface DueRuns {
  /** A run was written that is due at a time. */
  expect(due: number): void;
  close(): Promise<void>;
}

export interface DueSettings {
  readonly clock: Clock;
  /** The longest time between two looks: what other processes write is found by looking. */
  readonly pollMs: number;
  /** Gives the run where there is no room for it now. */
  readonly handle: (run: StoredRun) => Promise<HeldRun | undefined>;
  /** Makes runs due later that there was no room for, so that what is due after them is seen. */
  readonly putOff: (runs: readonly HeldRun[]) => Promise<unknown>;
  readonly report: (error: unknown) => void;
}

const BATCH = 100;

export function createDueRuns(store: Pick<Store, 'due' | 'nextDue'>, settings: DueSettings): DueRuns {
  const { clock, pollMs, handle, putOff, report } = settings;
  let timer: unknown;
  let at = Number.POSITIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let isClosed = false;

  const schedule = (due: number): void => {
    if (isClosed || looking !== undefined || due >= at) return;
    clock.clearTimeout(timer);
    at = due;
    timer = clock.setTimeout(look, Math.max(0, due - clock.now()));
  };
  /** The earliest time that was expected while all were looked at. */
  let expected = Number.POSITIVE_INFINITY;
  const look = (): void => {
    at = Number.POSITIVE_INFINITY;
    looking = lookAtAll().then((next) => {
      looking = undefined;
      schedule(Math.min(next, expected));
      expected = Number.POSITIVE_INFINITY;
    });
  };
  const lookAtAll = async (): Promise<number> => {
    const latest = clock.now() + pollMs;
    try {
      for (;;) {
        if (isClosed) return latest;
        const runs = await store.due(clock.now(), BATCH);
        const outcomes = await Promise.allSettled(runs.map(handle));
        const later = outcomes.flatMap((outcome) =>
          outcome.status === 'fulfilled' && outcome.value !== undefined ? [outcome.value] : [],
        );
        if (later.length > 0) await putOff(later);
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) {
          // It stays due: not before some time has passed is it tried again.
          report(failed.reason);
          return latest;
        }
        if (runs.length < BATCH) break;
      }
      return Math.min(latest, (await store.nextDue()) ?? latest);
    } catch (error) {
      report(error);
      return latest;
    }
  };
  schedule(clock.now());

  return {
    expect: (due) => {
      if (looking === undefined) schedule(due);
      else expected = Math.min(expected, due);
    },
    close: async () => {
      isClosed = true;
      clock.clearTimeout(timer);
      await looking;
    },
  };
}
