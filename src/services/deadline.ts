import { systemClock, type Clock } from './wait-service.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The end of a call that does not end by itself. */
export interface Deadline {
  readonly timeoutMs: number;
  /** Aborted when the time is up and when the caller aborts. */
  readonly signal: AbortSignal;
  /** Rejects as soon as the time is up or the caller aborts, even where `promise` does not heed the signal. */
  race<Value>(promise: Promise<Value>): Promise<Value>;
  /** Why it ended, `undefined` while it has not. */
  ended(): 'timeout' | 'aborted' | undefined;
  /** Stops the timer and forgets the caller's signal. */
  clear(): void;
}

/** Timers other than those of the platform. */
export type Timers = Pick<Clock, 'setTimeout' | 'clearTimeout'>;

/** Starts the time that a call has. Above 2³¹−1 ms a call has no limit of its own. */
export function createDeadline(
  timeoutMs: number,
  outer?: AbortSignal,
  timers: Timers = systemClock,
): Deadline {
  const controller = new AbortController();
  let reason: 'timeout' | 'aborted' | undefined;
  let rejectOver: (error: Error) => void = () => undefined;
  const over = new Promise<never>((_, reject) => {
    rejectOver = reject;
  });
  // Rejects with nobody listening when the call is done with waiting.
  over.catch(() => undefined);
  const end = (why: 'timeout' | 'aborted') => {
    reason ??= why;
    rejectOver(new Error('The call is over.'));
    controller.abort(new Error(why));
  };
  const abort = () => end('aborted');
  const timer =
    timeoutMs <= LONGEST_TIMER_MS ? timers.setTimeout(() => end('timeout'), timeoutMs) : undefined;
  if (outer?.aborted === true) abort();
  else outer?.addEventListener('abort', abort, { once: true });
  return {
    timeoutMs,
    signal: controller.signal,
    race: async (promise) => {
      promise.catch(() => undefined);
      return Promise.race([promise, over]);
    },
    ended: () => reason,
    clear: () => {
      timers.clearTimeout(timer);
      outer?.removeEventListener('abort', abort);
    },
  };
}
