import {
  SendOpts,
  type InvocationId,
  type ObjectContext,
  type VirtualObjectDefinition,
} from '@restatedev/restate-sdk';
import type { Run } from '../server/run.ts';
import { delayOf } from './delay.ts';
import type { RestateServiceOptions } from './restate-options.ts';
import type { InnerHandlers } from './run-handlers-interface.ts';

/** How long runs are kept, milliseconds; `null`: for ever, for which JSON has no number. */
export interface Keeping {
  /** When they are over. */
  readonly endedMs: number | null;
  /** When they wait for a person of whom nothing is heard. */
  readonly waitingMs: number | null;
}

/** How long a run is left alone that was to be given up, and is not to be or cannot be. */
export const KEPT_AGAIN_MS = 24 * 60 * 60 * 1000;

export function readKeeping({
  keepEndedMs = 24 * 60 * 60 * 1000,
  keepWaitingMs = Number.POSITIVE_INFINITY,
}: Pick<RestateServiceOptions, 'keepEndedMs' | 'keepWaitingMs'>): Keeping {
  const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
  return { endedMs: finite(keepEndedMs), waitingMs: finite(keepWaitingMs) };
}

/**
 * When a run is given up that waits for a person and of which nothing is heard; `Infinity`: never, as where its own
 * limit is over no later.
 */
export function givenUpAt({ tags, wait, changedAt }: Run, { waitingMs }: Keeping): number {
  if (waitingMs === null || !tags.includes('waiting')) return Number.POSITIVE_INFINITY;
  const at = changedAt + waitingMs;
  return (wait?.expiresAt ?? Number.POSITIVE_INFINITY) <= at ? Number.POSITIVE_INFINITY : at;
}

/**
 * Has the Restate server look after a run as it is now, when nobody else does: it is given up, or removed, when its
 * time has come. A run has one such timer at most, the one of its last change.
 */
export async function setTimer(
  ctx: ObjectContext,
  self: VirtualObjectDefinition<string, InnerHandlers>,
  run: Run,
  keeping: Keeping,
  now: number,
): Promise<void> {
  const before = await ctx.get<InvocationId>('timer');
  if (before !== null) ctx.cancel(before);
  const until = run.status === 'active' ? givenUpAt(run, keeping) : Number.POSITIVE_INFINITY;
  if (Number.isFinite(until)) await giveUpAfter(ctx, self, run.revision, until - now);
  else if (before !== null) ctx.clear('timer');
  if (run.status !== 'active' && keeping.endedMs !== null)
    ctx.objectSendClient(self, ctx.key).cleanupState(after(keeping.endedMs));
}

/** Has it given up then, unless it is at another revision. */
export async function giveUpAfter(
  ctx: ObjectContext,
  self: VirtualObjectDefinition<string, InnerHandlers>,
  revision: number,
  delayMs: number,
): Promise<void> {
  const { invocationId } = ctx.objectSendClient(self, ctx.key).giveUp({ revision }, after(delayMs));
  ctx.set('timer', await invocationId);
}

function after<Request>(delayMs: number): SendOpts<Request> {
  return SendOpts.from({ delay: delayOf(delayMs) });
}
