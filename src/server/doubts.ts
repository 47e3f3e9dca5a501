import type { Clock } from '../services/wait-service.ts';
import type { DoubtfulChange, LoadedRun, StoredChange } from './run-ledger.ts';

export interface DoubtSettings {
  readonly clock: Clock;
  readonly pollMs: number;
  /** For how long it is asked: what was stored is then anybody's. */
  readonly forMs: number;
  readonly load: (id: string) => Promise<LoadedRun | undefined>;
  readonly settle: (change: StoredChange) => void;
}

/** Finds out what became of changes of which the store gave no answer, and goes on with those that it has. */
export function createDoubts({ clock, pollMs, forMs, load, settle }: DoubtSettings) {
  const byRun = new Map<string, { readonly change: DoubtfulChange; readonly until: number }[]>();
  let isClosed = false;
  const ask = async (id: string): Promise<void> => {
    const open = byRun.get(id) ?? [];
    for (let pauseMs = 50; open.length > 0; pauseMs = Math.min(pauseMs * 2, pollMs)) {
      // What comes in while the store is asked may have been written after it has read.
      const asked = [...open];
      const run = await load(id).catch(() => 'away' as const);
      const isOver = (until: number): boolean => isClosed || clock.now() >= until;
      for (const entry of asked) {
        if (run === 'away' && !isOver(entry.until)) continue;
        open.splice(open.indexOf(entry), 1);
        if (run !== 'away' && run?.record.write === entry.change.write) settle(entry.change.stored());
        entry.change.done();
      }
      if (open.length > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, pauseMs));
    }
    byRun.delete(id);
  };
  return {
    add: (change: DoubtfulChange): void => {
      const entry = { change, until: clock.now() + forMs };
      const open = byRun.get(change.id);
      if (open !== undefined) open.push(entry);
      else {
        byRun.set(change.id, [entry]);
        void ask(change.id);
      }
    },
    close: (): void => {
      isClosed = true;
    },
  };
}
