/** So many in so much time: that many at once, and then one after the other as time goes by. */
export interface RateLimit {
  readonly count: number;
  readonly perSeconds: number;
}

/** Counts what somebody does. Give one of your own where several servers shall count together. */
export interface RateLimiter {
  /** @returns after how many seconds it may be tried again; 0: it may be done, and is counted */
  take(key: string, limit: RateLimit): number | Promise<number>;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** How many keys are counted at once; those that were not heard of for the longest time are forgotten first. */
const KEPT = 100_000;

/** Counts in this process's memory. */
export function createRateLimiter(now: () => number = Date.now): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take: (key, { count, perSeconds }) => {
      const at = now();
      const perMs = count / (perSeconds * 1000);
      const known = buckets.get(key);
      const tokens =
        known === undefined ? count : Math.min(count, known.tokens + Math.max(0, at - known.at) * perMs);
      const isOver = tokens < 1;
      buckets.delete(key);
      buckets.set(key, { tokens: isOver ? tokens : tokens - 1, at });
      const [oldest] = buckets.keys();
      if (buckets.size > KEPT && oldest !== undefined) buckets.delete(oldest);
      return isOver ? Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)) : 0;
    },
  };
}

/**
 * The part of an address that one party has for itself: of IPv6 the first half, of which they may use any address.
 */
export function partyOf(address: string): string {
  const [text = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  if (!text.includes(':')) return text;
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined
      ? []
      : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
