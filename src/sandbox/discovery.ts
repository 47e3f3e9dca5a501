import type { JsonObject } from '../document/json.ts';
import type { SandboxContext } from './context.ts';
import { emailFactor } from './factors.ts';
import { startIntermediateSession } from './intermediate-sessions.ts';
import { refuseLocked, refuseLockedSend } from './locks.ts';
import type { SandboxOperation } from './operation.ts';
import { memberBody, organizationBody } from './organizations.ts';
import { issuePasscode, usePasscode } from './passcodes.ts';
import {
  emailDomain,
  isDomainClaimedElsewhere,
  isMfaRequired,
  isPrimaryRequired,
  jitRefusal,
  memberByEmail,
  mfaRequiredBody,
  primaryRequiredBody,
} from './requirements.ts';
import type { SandboxOrganization } from './store.ts';
import { checkLocale, isEmailAddress, isPasscode } from './validation.ts';

const defaultDiscoveryMinutes = 10;

const discoveryKey = (email: string): string => `discovery:${email.toLowerCase()}`;

/** Sends a code to an email address, whether or not any organization knows it. */
export const sendDiscoveryEmail: SandboxOperation = {
  operationId: 'api_b2b_otp_v1_b2b_otp_email_discovery_Send',
  api: 'b2b',
  method: 'POST',
  path: '/v1/b2b/otps/email/discovery/send',
  prepare: (context, fields) => {
    const email = fields.required('email_address', 'invalid_email', isEmailAddress);
    const minutes =
      fields.minutes('discovery_expiration_minutes', 2, 15, 'invalid_expiration') ?? defaultDiscoveryMinutes;
    checkLocale(fields);
    const { operationId } = sendDiscoveryEmail;
    return {
      destination: email.toLowerCase(),
      perform: () => {
        const key = discoveryKey(email);
        refuseLockedSend(context, key);
        issuePasscode(context, { key, channel: 'email', to: email, operationId, minutes });
        return {};
      },
    };
  },
};

/** What an organization means to an address: `undefined` where it is nothing the person could join. */
function discover(
  context: SandboxContext,
  organization: SandboxOrganization,
  email: string,
): JsonObject | undefined {
  const member = memberByEmail(context, organization, email);
  if (isDomainClaimedElsewhere(context, organization, email)) return undefined;
  if (member === undefined && jitRefusal(context, organization, email) !== undefined) return undefined;
  const membership: JsonObject =
    member === undefined
      ? { type: 'eligible_to_join_by_email_domain', details: { domain: emailDomain(email) }, member: null }
      : { type: `${member.status}_member`, details: null, member: memberBody(context, member) };
  return {
    member_authenticated: !isPrimaryRequired(organization, member) && !isMfaRequired(organization, member),
    organization: organizationBody(organization),
    membership,
    primary_required: primaryRequiredBody(organization, member),
    mfa_required: mfaRequiredBody(organization, member, false),
  };
}

/** Checks the code of an address and tells which organizations it leads to. */
export const authenticateDiscoveryEmail: SandboxOperation = {
  operationId: 'api_b2b_otp_v1_b2b_otp_email_discovery_Authenticate',
  api: 'b2b',
  method: 'POST',
  path: '/v1/b2b/otps/email/discovery/authenticate',
  prepare: (context, fields) => {
    const email = fields.required('email_address', 'invalid_email', isEmailAddress);
    const code = fields.required('code', 'invalid_code', isPasscode);
    return {
      perform: () => {
        const key = discoveryKey(email);
        refuseLocked(context, key);
        usePasscode(context, { key, code, lockKey: key });
        const session = startIntermediateSession(context, email, [emailFactor(context, email)]);
        const organizations = [...context.state.organizations.values()];
        return {
          intermediate_session_token: session.token,
          email_address: email,
          discovered_organizations: organizations.flatMap((entry) => discover(context, entry, email) ?? []),
        };
      },
    };
  },
};
