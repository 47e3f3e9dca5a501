import type { Clock } from '../services/wait-service.ts';

/** A clock that goes on only when it is told to. */
export interface ManualClock extends Clock {
  /** Goes on by so many milliseconds and runs the timers that are due. */
  advance(milliseconds: number): void;
  /** Goes on to a time, epoch milliseconds; or back to it, when no timer runs. */
  set(time: number): void;
}

export function createManualClock(start: number): ManualClock {
  let now = start;
  let lastId = 0;
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      lastId += 1;
      timers.set(lastId, { at: now + delayMs, callback });
      return lastId;
    },
    clearTimeout(id) {
      timers.delete(id as number);
    },
    advance(milliseconds) {
      this.set(now + milliseconds);
    },
    set(time) {
      now = time;
      for (const [id, timer] of [...timers].toSorted(([, a], [, b]) => a.at - b.at)) {
        if (timer.at > now || !timers.delete(id)) continue;
        timer.callback();
      }
    },
  };
}
