import type { Clock } from '../services/wait-service.ts';

/** Who is told of a run's changes. */
export interface Subscriptions<Value extends { readonly id: string; readonly revision: number }> {
  /** Tells of each later revision than `after`; some may be left out, the last never is. */
  add(id: string, after: number, listener: (value: Value) => void): () => void;
  has(id: string): boolean;
  tell(value: Value): void;
  close(): void;
}

export interface SubscriptionSettings<Value> {
  readonly clock: Clock;
  /** How often is looked for what other processes wrote. */
  readonly pollMs: number;
  readonly revisions: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly load: (id: string) => Promise<Value | undefined>;
  readonly report: (error: unknown) => void;
}

interface Listener<Value> {
  seen: number;
  readonly tell: (value: Value) => void;
}

/** Listeners are told of what this process writes at once, and of what others write by looking. */
export function createSubscriptions<Value extends { readonly id: string; readonly revision: number }>({
  clock,
  pollMs,
  revisions,
  load,
  report,
}: SubscriptionSettings<Value>): Subscriptions<Value> {
  const listeners = new Map<string, Set<Listener<Value>>>();
  let timer: unknown;

  const tell = (value: Value): void => {
    for (const listener of listeners.get(value.id) ?? []) {
      if (listener.seen >= value.revision) continue;
      listener.seen = value.revision;
      try {
        listener.tell(value);
      } catch (error) {
        report(error);
      }
    }
  };
  const look = async (): Promise<void> => {
    const known = await revisions([...listeners.keys()]);
    for (const [id, revision] of known) {
      if (![...(listeners.get(id) ?? [])].some(({ seen }) => seen < revision)) continue;
      // One run that cannot be read keeps nobody from being told of the others.
      try {
        const value = await load(id);
        if (value !== undefined) tell(value);
      } catch (error) {
        report(error);
      }
    }
  };
  const next = (): void => {
    if (timer !== undefined || listeners.size === 0) return;
    timer = clock.setTimeout(() => {
      void look()
        .catch(report)
        .finally(() => {
          timer = undefined;
          next();
        });
    }, pollMs);
  };

  return {
    add: (id, after, listener) => {
      const entry: Listener<Value> = { seen: after, tell: listener };
      const all = listeners.get(id) ?? new Set();
      listeners.set(id, all.add(entry));
      next();
      return () => {
        all.delete(entry);
        if (all.size === 0 && listeners.get(id) === all) listeners.delete(id);
      };
    },
    has: (id) => listeners.has(id),
    tell,
    close: () => {
      listeners.clear();
      clock.clearTimeout(timer);
    },
  };
}
