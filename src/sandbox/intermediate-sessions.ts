import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import type { AuthenticationFactor, IntermediateSession } from './store.ts';

const lifetimeMs = 10 * 60_000;

/** Starts an intermediate session: ten minutes, fixed. */
export function startIntermediateSession(
  context: SandboxContext,
  email: string,
  factors: readonly AuthenticationFactor[],
): IntermediateSession {
  const started: IntermediateSession = {
    token: context.ids.token(),
    email,
    factors,
    expiresAt: context.now() + lifetimeMs,
    memberId: undefined,
  };
  context.state.intermediateSessions.set(started.token, started);
  return started;
}

/** The intermediate session of a token; refused where it is unknown, over or consumed. */
export function intermediateSessionByToken(context: SandboxContext, token: string): IntermediateSession {
  const found = context.state.intermediateSessions.get(token);
  if (found === undefined || context.now() >= found.expiresAt)
    return refuse('intermediate_session_not_found');
  return found;
}

/** Ties an intermediate session to the member it is to become a session of. It stays valid. */
export function bindIntermediateSession(
  context: SandboxContext,
  session: IntermediateSession,
  memberId: string,
): void {
  context.state.intermediateSessions.set(session.token, { ...session, memberId });
}

/** Ends an intermediate session: it has become a session. */
export function consumeIntermediateSession(context: SandboxContext, session: IntermediateSession): void {
  context.state.intermediateSessions.delete(session.token);
}
