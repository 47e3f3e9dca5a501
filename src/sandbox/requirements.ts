import type { JsonObject } from '../document/json.ts';
import type { SandboxContext } from './context.ts';
import type { SandboxErrorType } from './errors.ts';
import { membersOf } from './organizations.ts';
import type { SandboxMember, SandboxOrganization } from './store.ts';

/** Whether an email code is no way into an organization. A break-glass member may use any way. */
export function isPrimaryRequired(
  organization: SandboxOrganization,
  member: SandboxMember | undefined,
): boolean {
  return (
    organization.auth_methods === 'RESTRICTED' &&
    !organization.allowed_auth_methods.includes('email_otp') &&
    member?.is_breakglass !== true
  );
}

/** Whether a second factor is due: the organization wants it of everybody, or the member is enrolled. */
export function isMfaRequired(organization: SandboxOrganization, member: SandboxMember | undefined): boolean {
  return organization.mfa_policy === 'REQUIRED_FOR_ALL' || member?.mfa_enrolled === true;
}

/** Whether a member has a number that was verified, so that a code can be sent without asking for one. */
export function hasSmsFactor(member: SandboxMember): boolean {
  return member.mfa_phone_number !== '' && member.mfa_phone_number_verified;
}

/** `primary_required` of a response. */
export function primaryRequiredBody(
  organization: SandboxOrganization,
  member: SandboxMember | undefined,
): JsonObject | null {
  return isPrimaryRequired(organization, member)
    ? { allowed_auth_methods: organization.allowed_auth_methods }
    : null;
}

/** `mfa_required` of a response; the phone number in it shows its last four digits only. */
export function mfaRequiredBody(
  organization: SandboxOrganization,
  member: SandboxMember | undefined,
  smsSent: boolean,
): JsonObject | null {
  if (!isMfaRequired(organization, member)) return null;
  const enrolled = member !== undefined && (hasSmsFactor(member) || member.totp_registration_id !== '');
  return {
    member_options: enrolled
      ? {
          mfa_phone_number: hasSmsFactor(member) ? maskPhoneNumber(member.mfa_phone_number) : '',
          totp_registration_id: member.totp_registration_id,
        }
      : null,
    secondary_auth_initiated: smsSent ? 'sms_otp' : null,
  };
}

function maskPhoneNumber(phoneNumber: string): string {
  return phoneNumber.replace('+', '').replace(/\d(?=\d{4})/g, 'X');
}

/** The domain of an email address, in lower case. */
export function emailDomain(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** The member of an organization with an email address. */
export function memberByEmail(
  context: SandboxContext,
  organization: SandboxOrganization,
  email: string,
): SandboxMember | undefined {
  return membersOf(context, organization).find(
    (member) => member.email_address.toLowerCase() === email.toLowerCase(),
  );
}

/** Why an address may not join an organization by itself, or `undefined` where it may. */
export function jitRefusal(
  context: SandboxContext,
  organization: SandboxOrganization,
  email: string,
): SandboxErrorType | undefined {
  const domain = emailDomain(email);
  if (organization.email_jit_provisioning !== 'RESTRICTED') return 'email_jit_provisioning_not_allowed';
  const vouched = membersOf(context, organization).some(
    (member) => member.email_address_verified && emailDomain(member.email_address) === domain,
  );
  const allowed = organization.email_allowed_domains.some((entry) => entry.toLowerCase() === domain);
  return allowed && vouched ? undefined : 'invalid_email_for_jit_provisioning';
}

/** Whether other organizations have claimed the domain of an address and this one has not. */
export function isDomainClaimedElsewhere(
  context: SandboxContext,
  organization: SandboxOrganization,
  email: string,
): boolean {
  const domain = emailDomain(email);
  const claims = (entry: SandboxOrganization): boolean => entry.claimed_email_domains.includes(domain);
  return !claims(organization) && [...context.state.organizations.values()].some(claims);
}
