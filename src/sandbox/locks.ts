import { formatTime } from './context.ts';
import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';

function lockedUntil(context: SandboxContext, key: string): number | undefined {
  const lockedAt = context.state.locks.get(key)?.lockedAt;
  return lockedAt === undefined ? undefined : lockedAt + context.settings.lockMs;
}

/** Whether a user, a member or a discovery address is locked now. */
export function isLocked(context: SandboxContext, key: string): boolean {
  const until = lockedUntil(context, key);
  return until !== undefined && context.now() < until;
}

/** Refuses a request of somebody who is locked, whatever code it brings. */
export function refuseLocked(context: SandboxContext, key: string): void {
  if (isLocked(context, key)) refuse('user_lock_limit_reached');
}

/** Refuses a send to somebody who is locked, where the sandbox is told that locks block sends. */
export function refuseLockedSend(context: SandboxContext, key: string): void {
  if (context.settings.guesses.locksBlockSends) refuseLocked(context, key);
}

/** Counts a failed attempt. The one that reaches the threshold makes the lock; a lock that is over starts again at one. */
export function countFailure(context: SandboxContext, key: string): void {
  const before = context.state.locks.get(key);
  const failures = (before === undefined || before.lockedAt !== undefined ? 0 : before.failures) + 1;
  const lockedAt = failures >= context.settings.lockThreshold ? context.now() : undefined;
  context.state.locks.set(key, { failures, lockedAt });
  if (lockedAt !== undefined && context.settings.guesses.lockingAttempt === 'lock')
    refuseLocked(context, key);
}

/** Forgets failed attempts after a success. */
export function forgetFailures(context: SandboxContext, key: string): void {
  context.state.locks.delete(key);
}

/** The three members of a user or member that tell of a lock. */
export function lockMembers(
  context: SandboxContext,
  key: string,
): {
  readonly is_locked: boolean;
  readonly lock_created_at: string | null;
  readonly lock_expires_at: string | null;
} {
  const lockedAt = context.state.locks.get(key)?.lockedAt;
  if (lockedAt === undefined || !isLocked(context, key)) {
    return { is_locked: false, lock_created_at: null, lock_expires_at: null };
  }
  return {
    is_locked: true,
    lock_created_at: formatTime(lockedAt),
    lock_expires_at: formatTime(lockedAt + context.settings.lockMs),
  };
}
