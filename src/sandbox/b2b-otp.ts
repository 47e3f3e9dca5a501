import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import { phoneFactor, withFactor } from './factors.ts';
import { consumeIntermediateSession } from './intermediate-sessions.ts';
import { refuseLocked, refuseLockedSend } from './locks.ts';
import type { SandboxOperation } from './operation.ts';
import {
  memberBody,
  memberByReference,
  membersOf,
  organizationBody,
  organizationByReference,
  updateMember,
} from './organizations.ts';
import { issuePasscode, usePasscode } from './passcodes.ts';
import { hasSmsFactor } from './requirements.ts';
import { countProofs, readProof, resolveProof } from './member-proof.ts';
import { defaultMemberSessionMinutes, startMemberSession } from './member-sessions.ts';
import { extendSession, memberSessionBody, sessionJwt } from './sessions.ts';
import type { SandboxMember, SandboxOrganization } from './store.ts';
import {
  checkLocale,
  isPasscode,
  isPhoneNumber,
  readCustomClaims,
  readSessionMinutes,
} from './validation.ts';

/** A code for a second factor lives two minutes, fixed. */
export const mfaOtpMinutes = 2;

function findMember(
  context: SandboxContext,
  organizationReference: string,
  memberReference: string,
): { readonly organization: SandboxOrganization; readonly member: SandboxMember } {
  const organization = organizationByReference(context, organizationReference);
  return { organization, member: memberByReference(context, organization, memberReference) };
}

/** The number to send to: the member's own, or the given one where the member has none. */
function numberToUse(
  context: SandboxContext,
  organization: SandboxOrganization,
  member: SandboxMember,
  given: string | undefined,
): string {
  const { guesses } = context.settings;
  const own = member.mfa_phone_number;
  if (own !== '') return given === undefined || given === own ? own : refuse(guesses.phoneNumberMismatch);
  if (given === undefined) return refuse(guesses.memberWithoutPhoneNumber);
  const taken = membersOf(context, organization).some((entry) => entry.mfa_phone_number === given);
  return taken ? refuse('duplicate_member_phone_number') : given;
}

/** Sends a member a code for the second factor, and links the number to a member who had none. */
export const sendMemberSms: SandboxOperation = {
  operationId: 'api_b2b_otp_v1_b2b_otp_sms_Send',
  api: 'b2b',
  method: 'POST',
  path: '/v1/b2b/otps/sms/send',
  prepare: (context, fields) => {
    const organizationReference = fields.required('organization_id', 'invalid_organization_id');
    const memberReference = fields.required('member_id', 'member_not_found');
    const given = fields.text('mfa_phone_number');
    if (given !== undefined && !isPhoneNumber(given)) refuse('invalid_phone_number');
    const proof = readProof(fields);
    checkLocale(fields);
    return {
      destination: `${organizationReference} ${memberReference}`,
      perform: () => {
        const { organization, member } = findMember(context, organizationReference, memberReference);
        refuseLockedSend(context, member.member_id);
        if (member.status !== 'active') refuse('action_available_only_for_active_members');
        const hasFactor = hasSmsFactor(member) || member.totp_registration_id !== '';
        if (hasFactor && countProofs(proof) === 0 && !context.settings.lenientMfa) {
          refuse(context.settings.guesses.noSessionArgument);
        }
        resolveProof(context, proof, organization, member);
        const to = numberToUse(context, organization, member, given);
        const linked = updateMember(context, member, { mfa_phone_number: to });
        sendMfaPasscode(context, linked, sendMemberSms.operationId);
        return {
          member_id: member.member_id,
          member: memberBody(context, linked),
          organization: organizationBody(organization),
        };
      },
    };
  },
};

/** Sends a code to the number that a member has. */
export function sendMfaPasscode(context: SandboxContext, member: SandboxMember, operationId: string): void {
  issuePasscode(context, {
    key: `member:${member.member_id}`,
    channel: 'sms',
    to: member.mfa_phone_number,
    operationId,
    minutes: mfaOtpMinutes,
  });
}

/** `set_mfa_enrollment`, where the organization leaves it to the member; a policy for all enrols. */
function enrolledAfter(
  organization: SandboxOrganization,
  member: SandboxMember,
  wish: string | undefined,
): boolean {
  if (organization.mfa_policy === 'REQUIRED_FOR_ALL') return true;
  return wish === undefined ? member.mfa_enrolled : wish === 'enroll';
}

/** Checks a member's code and makes or extends the member's session. */
export const authenticateMemberSms: SandboxOperation = {
  operationId: 'api_b2b_otp_v1_b2b_otp_sms_Authenticate',
  api: 'b2b',
  method: 'POST',
  path: '/v1/b2b/otps/sms/authenticate',
  prepare: (context, fields) => {
    const organizationReference = fields.required('organization_id', 'invalid_organization_id');
    const memberReference = fields.required('member_id', 'member_not_found');
    const code = fields.required('code', 'invalid_code', isPasscode);
    const minutes = readSessionMinutes(fields);
    const proof = readProof(fields);
    const customClaims = readCustomClaims(fields);
    const wish = fields.text('set_mfa_enrollment');
    if (wish !== undefined && wish !== 'enroll' && wish !== 'unenroll') refuse('bad_request');
    const setDefault = fields.flag('set_default_mfa') ?? false;
    return {
      perform: () => {
        const { organization, member } = findMember(context, organizationReference, memberReference);
        refuseLocked(context, member.member_id);
        if (countProofs(proof) === 0 && !context.settings.lenientMfa) {
          refuse(context.settings.guesses.noSessionArgument);
        }
        const { intermediate, session } = resolveProof(context, proof, organization, member);
        const passcode = usePasscode(context, {
          key: `member:${member.member_id}`,
          code,
          lockKey: member.member_id,
        });
        if (intermediate !== undefined) consumeIntermediateSession(context, intermediate);
        const verified = updateMember(context, member, {
          mfa_phone_number_verified: true,
          mfa_enrolled: enrolledAfter(organization, member, wish),
          default_mfa_method:
            setDefault || member.default_mfa_method === '' ? 'sms_otp' : member.default_mfa_method,
        });
        const earlier = intermediate?.factors ?? session?.factors ?? [];
        const factors = withFactor(earlier, phoneFactor(context, 'sms', passcode.to));
        const lifetime = minutes ?? defaultMemberSessionMinutes;
        const current =
          session === undefined
            ? startMemberSession(context, organization, member, { factors, customClaims, minutes: lifetime })
            : extendSession(context, session, { factors, customClaims, minutes: lifetime });
        return {
          member_id: member.member_id,
          member: memberBody(context, verified),
          organization: organizationBody(organization),
          session_token: current.token,
          session_jwt: sessionJwt(context, current),
          member_session: memberSessionBody(current),
          member_device: null,
        };
      },
    };
  },
};
