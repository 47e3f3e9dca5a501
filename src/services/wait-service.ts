import { fromPromise, type PromiseActorLogic } from 'xstate';
import type { WaitUntil } from '../plan/step-call.ts';

/** Time, as it can be injected: `now` in epoch milliseconds, and the timers of the platform. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (id) => clearTimeout(id as Parameters<typeof clearTimeout>[0]),
};

/** Timers of the platform fire at once above this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The actor `wait`: it resolves once an absolute time has come, at once when it has passed. The time is kept by the
 * clock and not by a count of milliseconds, so that a machine may be stored and restored in between. Stopping the
 * actor clears the timer.
 */
export function createWaitService(clock: Clock = systemClock): PromiseActorLogic<void, WaitUntil> {
  return fromPromise<void, WaitUntil>(
    ({ input, signal }) =>
      new Promise((resolve, reject) => {
        let timer: unknown;
        const stop = () => {
          clock.clearTimeout(timer);
          reject(new Error('The wait was aborted.'));
        };
        const next = () => {
          const remainingMs = input.until - clock.now();
          // Also where `until` is not a number: a wait never hangs.
          if (!(remainingMs > 0)) {
            signal.removeEventListener('abort', stop);
            resolve();
            return;
          }
          timer = clock.setTimeout(next, Math.min(remainingMs, LONGEST_TIMER_MS));
        };
        if (signal.aborted) {
          stop();
          return;
        }
        signal.addEventListener('abort', stop, { once: true });
        next();
      }),
  );
}
