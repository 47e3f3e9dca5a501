import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import { intermediateSessionByToken } from './intermediate-sessions.ts';
import { isPrimaryRequired } from './requirements.ts';
import { readSessionArguments, resolveSession } from './sessions.ts';
import type { SessionArguments } from './sessions.ts';
import type { IntermediateSession, SandboxMember, SandboxOrganization, StoredSession } from './store.ts';
import type { RequestFields } from './validation.ts';

/** The sessions a B2B request brings; none is checked yet. */
export interface MemberProof extends SessionArguments {
  readonly intermediate: string | undefined;
}

/** What a proof turned out to be; neither where none was given. */
export interface ResolvedProof {
  readonly intermediate: IntermediateSession | undefined;
  readonly session: StoredSession | undefined;
}

/** Reads the three members that can say who is asking. */
export function readProof(fields: RequestFields): MemberProof {
  return { ...readSessionArguments(fields), intermediate: fields.text('intermediate_session_token') };
}

/** How many of the three were given. */
export function countProofs({ token, jwt, intermediate }: MemberProof): number {
  return [token, jwt, intermediate].filter((value) => value !== undefined).length;
}

/** Looks up the one that was given; refuses more than one, one that is over, and one of somebody else. */
export function resolveProof(
  context: SandboxContext,
  proof: MemberProof,
  organization: SandboxOrganization,
  member: SandboxMember,
): ResolvedProof {
  const { guesses } = context.settings;
  if (countProofs(proof) > 1) return refuse(guesses.tooManySessionArguments);
  if (proof.intermediate !== undefined) {
    const intermediate = intermediateSessionByToken(context, proof.intermediate);
    const sameMember = intermediate.memberId === undefined || intermediate.memberId === member.member_id;
    if (!sameMember || intermediate.email.toLowerCase() !== member.email_address.toLowerCase()) {
      return refuse(guesses.memberMismatch);
    }
    if (isPrimaryRequired(organization, member)) {
      return refuse('action_available_only_once_primary_authentication_is_met');
    }
    return { intermediate, session: undefined };
  }
  if (proof.token === undefined && proof.jwt === undefined)
    return { intermediate: undefined, session: undefined };
  const session = resolveSession(context, 'member', proof);
  return session.subject === member.member_id
    ? { intermediate: undefined, session }
    : refuse(guesses.memberMismatch);
}
