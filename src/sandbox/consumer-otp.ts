import type { SandboxContext } from './context.ts';
import { refuse } from './errors.ts';
import { emailFactor, phoneFactor, withFactor } from './factors.ts';
import { refuseLocked, refuseLockedSend } from './locks.ts';
import type { PreparedRequest, SandboxOperation } from './operation.ts';
import { issuePasscode, usePasscode } from './passcodes.ts';
import {
  extendSession,
  readSessionArguments,
  resolveSession,
  sessionBody,
  sessionJwt,
  startSession,
} from './sessions.ts';
import type { SessionArguments } from './sessions.ts';
import type { Channel, ContactMethod, DeviceAttributes, IssuedPasscode, StoredSession } from './store.ts';
import {
  contactById,
  findOrCreateContact,
  isSandboxValue,
  userBody,
  userById,
  verifyContact,
} from './users.ts';
import {
  checkLocale,
  isEmailAddress,
  isMethodId,
  isPasscode,
  isPhoneNumber,
  readAttributes,
  readCustomClaims,
  readFields,
  readSessionMinutes,
} from './validation.ts';
import type { RequestFields } from './validation.ts';

const defaultOtpMinutes = 2;

function loginOrCreate(channel: Channel, operationId: string, path: string): SandboxOperation {
  const kind = channel === 'email' ? 'email' : 'phone';
  const prepare = (context: SandboxContext, fields: RequestFields): PreparedRequest => {
    const destination =
      kind === 'email'
        ? fields.required('email', 'invalid_email', isEmailAddress)
        : fields.required('phone_number', 'invalid_phone_number', isPhoneNumber);
    const minutes =
      fields.minutes('expiration_minutes', 1, 10, 'invalid_expiration_otp') ?? defaultOtpMinutes;
    const asPending = fields.flag('create_user_as_pending') ?? false;
    const attributes = readAttributes(fields);
    checkLocale(fields);
    return {
      destination: destination.toLowerCase(),
      perform: () => {
        const { contact, created } = findOrCreateContact(context, kind, destination, asPending);
        refuseLockedSend(context, contact.userId);
        issuePasscode(context, {
          key: contact.methodId,
          channel,
          to: destination,
          operationId,
          minutes,
          attributes,
        });
        const method = kind === 'email' ? { email_id: contact.methodId } : { phone_id: contact.methodId };
        return { user_id: contact.userId, ...method, user_created: created };
      },
    };
  };
  return { operationId, api: 'consumer', method: 'POST', path, prepare };
}

/** Sends a code by SMS and creates its user where there is none. */
export const smsLoginOrCreate = loginOrCreate(
  'sms',
  'api_otp_v1_otp_sms_LoginOrCreate',
  '/v1/otps/sms/login_or_create',
);

/** Sends a code by WhatsApp and creates its user where there is none. */
export const whatsappLoginOrCreate = loginOrCreate(
  'whatsapp',
  'api_otp_v1_otp_whatsapp_LoginOrCreate',
  '/v1/otps/whatsapp/login_or_create',
);

/** Sends a code by email and creates its user where there is none. */
export const emailLoginOrCreate = loginOrCreate(
  'email',
  'api_otp_v1_otp_email_LoginOrCreate',
  '/v1/otps/email/login_or_create',
);

interface MatchRules {
  readonly ip: boolean;
  readonly userAgent: boolean;
}

function readMatchRules(fields: RequestFields): MatchRules {
  const options = readFields(fields.object('options') ?? {}, 'bad_request');
  return {
    ip: options.flag('ip_match_required') ?? false,
    userAgent: options.flag('user_agent_match_required') ?? false,
  };
}

function refuseOtherDevice(passcode: IssuedPasscode, attributes: DeviceAttributes, rules: MatchRules): void {
  const otherAddress = rules.ip && passcode.attributes.ip_address !== attributes.ip_address;
  const otherAgent = rules.userAgent && passcode.attributes.user_agent !== attributes.user_agent;
  if (otherAddress || otherAgent) refuse('attribute_mismatch');
}

function sessionToExtend(
  context: SandboxContext,
  given: SessionArguments,
  contact: ContactMethod,
): StoredSession | undefined {
  const { guesses } = context.settings;
  if (given.token === undefined && given.jwt === undefined) return undefined;
  if (given.token !== undefined && given.jwt !== undefined) return refuse(guesses.tooManySessionArguments);
  const session = resolveSession(context, 'user', given);
  return session.subject === contact.userId ? session : refuse(guesses.userMismatch);
}

/** Checks a consumer code; makes a session only where a duration is asked for or a session is given. */
export const authenticateOtp: SandboxOperation = {
  operationId: 'api_otp_v1_Authenticate',
  api: 'consumer',
  method: 'POST',
  path: '/v1/otps/authenticate',
  prepare: (context, fields) => {
    const methodId = fields.required('method_id', 'invalid_method_id', isMethodId);
    const code = fields.required('code', 'invalid_code', isPasscode);
    const minutes = readSessionMinutes(fields);
    const given = readSessionArguments(fields);
    const customClaims = readCustomClaims(fields);
    const attributes = readAttributes(fields);
    const rules = readMatchRules(fields);
    const perform: PreparedRequest['perform'] = () => {
      const contact = contactById(context, methodId) ?? refuse(context.settings.guesses.unknownMethod);
      refuseLocked(context, contact.userId);
      const existing = sessionToExtend(context, given, contact);
      const passcode = usePasscode(context, {
        key: methodId,
        code,
        lockKey: contact.userId,
        demand: (match) => refuseOtherDevice(match, attributes, rules),
      });
      verifyContact(context, contact);
      const factor =
        contact.kind === 'email'
          ? emailFactor(context, passcode.to, methodId)
          : phoneFactor(context, passcode.channel, contact.value, methodId);
      const wanted =
        minutes !== undefined && (context.settings.guesses.sandboxSession || !isSandboxValue(contact.userId));
      const session =
        existing !== undefined
          ? extendSession(context, existing, {
              factors: withFactor(existing.factors, factor),
              minutes,
              customClaims,
            })
          : wanted
            ? startSession(
                context,
                {
                  kind: 'user',
                  subject: contact.userId,
                  organizationId: '',
                  organizationSlug: '',
                  factors: [factor],
                  attributes,
                  customClaims,
                },
                minutes,
              )
            : undefined;
      const user = userById(context, contact.userId) ?? refuse('user_not_found');
      return {
        user_id: contact.userId,
        method_id: methodId,
        reset_sessions: false,
        session_token: session?.token ?? '',
        session_jwt: session === undefined ? '' : sessionJwt(context, session),
        session: session === undefined ? null : sessionBody(session),
        user: userBody(context, user),
        user_device: null,
      };
    };
    return { perform };
  },
};
