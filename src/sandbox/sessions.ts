import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { formatTime } from './context.ts';
import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import type { AuthenticationFactor, StoredSession } from './store.ts';
import { isOpaqueToken } from './validation.ts';
import type { RequestFields } from './validation.ts';

/** A JWT lives five minutes, however long its session is. */
const jwtSeconds = 300;

const sessionClaim = 'https://stytch.com/session';
const organizationClaim = 'https://stytch.com/organization';

/** A session token or a session JWT as a request brings it; neither is checked yet. */
export interface SessionArguments {
  readonly token: string | undefined;
  readonly jwt: string | undefined;
}

/** What a new session is made of, apart from ids and times. */
export type NewSession = Pick<
  StoredSession,
  'kind' | 'subject' | 'organizationId' | 'organizationSlug' | 'factors' | 'attributes' | 'customClaims'
>;

/** What a further authentication adds to a session. */
export interface SessionExtension {
  readonly factors: readonly AuthenticationFactor[];
  /** From now on; `undefined` leaves the end where it is. */
  readonly minutes: number | undefined;
  readonly customClaims: JsonObject;
}

/** Reads `session_token` and `session_jwt`; the token must look like one. */
export function readSessionArguments(fields: RequestFields): SessionArguments {
  const token = fields.text('session_token');
  if (token !== undefined && !isOpaqueToken(token)) refuse('invalid_session_token');
  return { token, jwt: fields.text('session_jwt') };
}

/** Starts a session that ends in so many minutes. */
export function startSession(context: SandboxContext, values: NewSession, minutes: number): StoredSession {
  const at = context.now();
  const session: StoredSession = {
    ...values,
    id: context.ids.id('session'),
    token: context.ids.token(),
    startedAt: at,
    lastAccessedAt: at,
    expiresAt: at + minutes * 60_000,
  };
  context.state.sessions.set(session.id, session);
  return session;
}

/** Adds factors and custom claims to a session and, where minutes are given, moves its end. */
export function extendSession(
  context: SandboxContext,
  session: StoredSession,
  { factors, minutes, customClaims }: SessionExtension,
): StoredSession {
  const at = context.now();
  const extended: StoredSession = {
    ...session,
    factors,
    lastAccessedAt: at,
    expiresAt: minutes === undefined ? session.expiresAt : at + minutes * 60_000,
    customClaims: Object.fromEntries([
      ...Object.entries(session.customClaims),
      ...Object.entries(customClaims),
    ]),
  };
  context.state.sessions.set(session.id, extended);
  return extended;
}

/** The live session that a token or a JWT stands for; refused where there is none of this kind. */
export function resolveSession(
  context: SandboxContext,
  kind: StoredSession['kind'],
  { token, jwt }: SessionArguments,
): StoredSession {
  const live = liveSessions(context, kind);
  if (jwt === undefined)
    return live.find((session) => session.token === token) ?? refuse('session_not_found');
  const claims = context.signer.verify(jwt) ?? refuse('unable_to_parse_session_jwt');
  const claim = memberOf(claims, sessionClaim);
  const id = isJsonObject(claim) ? memberOf(claim, 'id') : undefined;
  return live.find((session) => session.id === id) ?? refuse('session_not_found');
}

/** The sessions of a kind that are not over, and of one user or member if a subject is given. */
export function liveSessions(
  context: SandboxContext,
  kind: StoredSession['kind'],
  subject?: string,
): readonly StoredSession[] {
  return [...context.state.sessions.values()].filter(
    (session) =>
      session.kind === kind &&
      session.expiresAt > context.now() &&
      (subject === undefined || session.subject === subject),
  );
}

/** A signed JWT for a session, good for five minutes from now. */
export function sessionJwt(context: SandboxContext, session: StoredSession): string {
  const { projectId } = context.settings;
  const issuedAt = Math.floor(context.now() / 1000);
  const stamps = sessionTimes(session);
  return context.signer.sign({
    ...session.customClaims,
    aud: [projectId],
    exp: issuedAt + jwtSeconds,
    [sessionClaim]: {
      id: session.id,
      ...stamps,
      attributes: { user_agent: session.attributes.user_agent, ip_address: session.attributes.ip_address },
      authentication_factors: session.factors.map(({ created_at: _c, updated_at: _u, ...factor }) => factor),
      roles: sessionRoles(session),
    },
    ...(session.kind === 'member'
      ? { [organizationClaim]: { organization_id: session.organizationId, slug: session.organizationSlug } }
      : {}),
    iat: issuedAt,
    iss: `stytch.com/${projectId}`,
    nbf: issuedAt,
    sub: session.subject,
  });
}

/** A consumer session as a response holds it. */
export function sessionBody(session: StoredSession): JsonObject {
  return {
    session_id: session.id,
    user_id: session.subject,
    authentication_factors: session.factors,
    roles: sessionRoles(session),
    ...sessionTimes(session),
    attributes: session.attributes,
    custom_claims: session.customClaims,
  };
}

/** A member session as a response holds it. */
export function memberSessionBody(session: StoredSession): JsonObject {
  return {
    member_session_id: session.id,
    member_id: session.subject,
    organization_id: session.organizationId,
    organization_slug: session.organizationSlug,
    ...sessionTimes(session),
    authentication_factors: session.factors,
    roles: sessionRoles(session),
    custom_claims: session.customClaims,
  };
}

function sessionRoles(session: StoredSession): readonly string[] {
  return session.kind === 'user' ? ['stytch_user'] : ['stytch_member'];
}

function sessionTimes(session: StoredSession): {
  readonly started_at: string;
  readonly last_accessed_at: string;
  readonly expires_at: string;
} {
  return {
    started_at: formatTime(session.startedAt),
    last_accessed_at: formatTime(session.lastAccessedAt),
    expires_at: formatTime(session.expiresAt),
  };
}
