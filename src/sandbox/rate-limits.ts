import type { SandboxContext } from './context.ts';
import { SandboxRefusal } from './errors.ts';

/**
 * Counts a send and refuses it when its window is full. Windows are fixed: they start at the top of the second and of
 * the hour. A refused send does not count.
 */
export function countSend(context: SandboxContext, operationId: string, destination: string): void {
  const { rateLimits, retryAfter } = context.settings;
  const { windows } = context.state;
  const now = context.now();
  const limits = [
    { limit: rateLimits.perSecond, lengthMs: 1000 },
    { limit: rateLimits.perHour, lengthMs: 3_600_000 },
  ];
  const counts = limits.flatMap(({ limit, lengthMs }) => {
    if (limit === undefined) return [];
    const key = `${operationId} ${destination} ${lengthMs}`;
    const index = Math.floor(now / lengthMs);
    const known = windows.get(key);
    const count = (known?.index === index ? known.count : 0) + 1;
    return [{ key, index, count, full: count > limit, endsInMs: (index + 1) * lengthMs - now }];
  });
  const full = counts.filter((window) => window.full);
  if (full.length > 0) {
    const seconds = Math.ceil(Math.max(...full.map((window) => window.endsInMs)) / 1000);
    throw new SandboxRefusal('too_many_requests', retryAfter ? seconds : undefined);
  }
  for (const { key, index, count } of counts) windows.set(key, { index, count });
}
