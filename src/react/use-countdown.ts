import { useEffect, useState } from 'react';

const TICK_MS = 250;

/**
 * The whole seconds until a time, counted down: for `repeatAt` and `expiresAt` of a wait. 0 once it is past, and where
 * there is none; then nothing ticks.
 *
 * @param timeMs - epoch milliseconds
 */
export function useCountdown(timeMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now());
  const [counted, setCounted] = useState(timeMs);
  // Another time is counted from now on, and not from when there was last something to count.
  if (!Object.is(counted, timeMs)) {
    setCounted(timeMs);
    setNow(Date.now());
  }
  const left = timeMs === undefined ? 0 : Math.max(0, Math.ceil((timeMs - now) / 1000));
  const running = timeMs !== undefined && timeMs > now;
  useEffect(() => {
    setNow(Date.now());
    if (timeMs === undefined || timeMs <= Date.now()) return undefined;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [timeMs, running]);
  return left;
}
