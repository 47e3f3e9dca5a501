import { sendMfaPasscode } from './b2b-otp.ts';
import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import {
  bindIntermediateSession,
  consumeIntermediateSession,
  intermediateSessionByToken,
} from './intermediate-sessions.ts';
import { refuseLocked } from './locks.ts';
import { defaultMemberSessionMinutes, startMemberSession } from './member-sessions.ts';
import type { SandboxOperation } from './operation.ts';
import {
  addMember,
  memberBody,
  organizationBody,
  organizationByReference,
  updateMember,
} from './organizations.ts';
import {
  hasSmsFactor,
  isDomainClaimedElsewhere,
  isMfaRequired,
  isPrimaryRequired,
  jitRefusal,
  memberByEmail,
  mfaRequiredBody,
  primaryRequiredBody,
} from './requirements.ts';
import { memberSessionBody, sessionJwt } from './sessions.ts';
import type { IntermediateSession, SandboxMember, SandboxOrganization } from './store.ts';
import { checkLocale, readCustomClaims, readSessionMinutes } from './validation.ts';

/** The active member that an address is or becomes: an invitation is accepted, a domain may join by itself. */
function joinOrganization(
  context: SandboxContext,
  organization: SandboxOrganization,
  { email }: IntermediateSession,
): SandboxMember {
  const member = memberByEmail(context, organization, email);
  if (member !== undefined) {
    refuseLocked(context, member.member_id);
    if (member.status === 'active') return member;
    return updateMember(context, member, { status: 'active', email_address_verified: true });
  }
  const refusal = jitRefusal(context, organization, email);
  if (refusal !== undefined) return refuse(refusal);
  if (context.settings.guesses.jitIntoRestricted === 'refuse' && isPrimaryRequired(organization, undefined)) {
    return refuse('email_jit_provisioning_not_allowed');
  }
  return addMember(context, { organization_id: organization.organization_id, email_address: email });
}

/**
 * Exchanges an intermediate session for a session in an organization. Where the organization wants another first
 * factor, or a second one, it answers 200 without a session, and the intermediate session stays valid.
 */
export const exchangeIntermediateSession: SandboxOperation = {
  operationId: 'api_discovery_v1_discovery_intermediate_sessions_Exchange',
  api: 'b2b',
  method: 'POST',
  path: '/v1/b2b/discovery/intermediate_sessions/exchange',
  prepare: (context, fields) => {
    const token = fields.required('intermediate_session_token', 'intermediate_session_not_found');
    const reference = fields.required('organization_id', 'invalid_organization_id');
    const minutes = readSessionMinutes(fields) ?? defaultMemberSessionMinutes;
    const customClaims = readCustomClaims(fields);
    checkLocale(fields);
    return {
      perform: () => {
        const intermediate = intermediateSessionByToken(context, token);
        const organization = organizationByReference(context, reference);
        if (isDomainClaimedElsewhere(context, organization, intermediate.email)) {
          refuse('action_not_allowed_email_domain_is_claimed');
        }
        const member = joinOrganization(context, organization, intermediate);
        const primaryDue = isPrimaryRequired(organization, member);
        const mfaDue = isMfaRequired(organization, member);
        const complete = !primaryDue && !mfaDue;
        const smsSent = mfaDue && !primaryDue && hasSmsFactor(member);
        if (smsSent) sendMfaPasscode(context, member, exchangeIntermediateSession.operationId);
        if (complete) consumeIntermediateSession(context, intermediate);
        else bindIntermediateSession(context, intermediate, member.member_id);
        const { factors } = intermediate;
        const session = complete
          ? startMemberSession(context, organization, member, { factors, customClaims, minutes })
          : undefined;
        return {
          member_id: member.member_id,
          session_token: session?.token ?? '',
          session_jwt: session === undefined ? '' : sessionJwt(context, session),
          member: memberBody(context, member),
          organization: organizationBody(organization),
          member_authenticated: complete,
          intermediate_session_token: complete ? '' : token,
          member_session: session === undefined ? null : memberSessionBody(session),
          mfa_required: mfaRequiredBody(organization, member, smsSent),
          primary_required: primaryRequiredBody(organization, member),
          member_device: null,
        };
      },
    };
  },
};
