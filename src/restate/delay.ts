/** A hundred years. */
const LONGEST_MS = 100 * 365 * 24 * 60 * 60 * 1000;

/** A time as Restate takes it, which wants whole milliseconds and not any number of them; 0 for what is no time. */
export function delayOf(ms: number): number {
  return ms > 0 ? Math.min(Math.ceil(ms), LONGEST_MS) : 0;
}
