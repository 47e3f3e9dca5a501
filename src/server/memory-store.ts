import type { HeldRun, ListOptions, Store, StoredRun } from './store.ts';

/**
 * A store in this process's memory, for tests and for what may be lost with the process. Finding what is due takes
 * time in proportion to the runs that wait for a time, not to those that wait for a person.
 */
export function createMemoryStore(): Store {
  const runs = new Map<string, StoredRun>();
  const plans = new Map<string, string>();
  /** The runs that have a time. */
  const timed = new Map<string, number>();

  const put = (run: StoredRun): void => {
    runs.set(run.id, run);
    if (run.due === undefined) timed.delete(run.id);
    else timed.set(run.id, run.due);
  };
  const isHeld = ({ id, revision }: HeldRun): boolean => runs.get(id)?.revision === revision;

  return {
    create: async (run) => {
      if (runs.has(run.id)) return false;
      put(run);
      return true;
    },
    load: async (id) => runs.get(id),
    update: async (run, revision) => {
      if (!isHeld({ id: run.id, revision })) return false;
      put(run);
      return true;
    },
    renew: async (held, due) => {
      const kept = held.filter(isHeld).map(({ id }) => id);
      for (const id of kept) {
        const run = runs.get(id);
        if (run !== undefined) put({ ...run, due });
      }
      return kept;
    },
    release: async (owner, due) => {
      for (const run of runs.values()) if (run.owner === owner) put({ ...run, due });
    },
    due: async (now, limit) =>
      [...timed]
        .filter(([, due]) => due <= now)
        .toSorted(([, a], [, b]) => a - b)
        .slice(0, limit)
        .flatMap(([id]) => runs.get(id) ?? []),
    nextDue: async () => {
      let next: number | undefined;
      for (const due of timed.values()) if (next === undefined || due < next) next = due;
      return next;
    },
    revisions: async (ids) => {
      const found = new Map<string, number>();
      for (const id of ids) {
        const run = runs.get(id);
        if (run !== undefined) found.set(id, run.revision);
      }
      return found;
    },
    list: async (options) => page([...runs.values()], options),
    remove: async (held) => {
      if (!isHeld(held)) return false;
      timed.delete(held.id);
      return runs.delete(held.id);
    },
    putPlan: async (hash, data) => {
      if (!plans.has(hash)) plans.set(hash, data);
    },
    plan: async (hash) => plans.get(hash),
    plansInUse: async () => {
      const active = [...runs.values()].filter(({ isEnded }) => !isEnded);
      return [...new Set(active.map(({ plan }) => plan))];
    },
    close: async () => undefined,
  };
}

/** The most runs of a page, where nobody says. */
export const PAGE_SIZE = 100;

function page(
  all: readonly StoredRun[],
  { plan, active, after = '', limit = PAGE_SIZE }: ListOptions,
): readonly StoredRun[] {
  return all
    .filter((run) => run.id > after && (plan === undefined || run.plan === plan))
    .filter(({ isEnded }) => active !== true || !isEnded)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}
