import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import type { Happening } from '../../src/testing/situation.ts';
import { createAlphabet } from './create-alphabet.ts';

type Response = Extract<Happening, { type: 'response' }>;

const ok = (body: JsonObject): Response => ({
  type: 'response',
  statusCode: 200,
  body: { status_code: 200, request_id: 'request-id-test-1', ...body },
});

const error = (statusCode: number, errorType: string, headers: Record<string, string> = {}): Response => ({
  type: 'response',
  statusCode,
  headers,
  body: {
    status_code: statusCode,
    request_id: 'request-id-test-1',
    error_type: errorType,
    error_message: `It is ${errorType}.`,
    error_url: 'https://stytch.com/docs',
  },
});

const lost = (kind: 'network' | 'timeout' | 'interrupted'): Happening => ({ type: 'lost', kind });

/** What every operation may answer when it does not succeed. */
const ERRORS: readonly Happening[] = [
  error(429, 'too_many_requests', { 'retry-after': '3' }),
  error(429, 'too_many_requests', { 'retry-after': '86400' }),
  error(503, 'server_unavailable'),
  lost('network'),
  error(429, 'user_lock_limit_reached'),
  error(401, 'unauthorized_credentials'),
  error(500, 'internal_server_error'),
];

const USER = { user_id: 'user-test-1' };
const SESSION = { session_token: 'token-1', session_jwt: 'jwt-1' };
const NO_SESSION = { session_token: '', session_jwt: '', session: null };
const MEMBER = { member_id: 'member-test-1', organization: { organization_id: 'organization-test-1' } };
const ORGANIZATIONS = [
  {
    organization: { organization_id: 'organization-test-1', organization_name: 'Acme' },
    membership: { type: 'active_member' },
  },
];

const ANSWERS: Readonly<Record<string, readonly Happening[]>> = {
  sendSmsOtp: [
    ok({ ...USER, ...MEMBER, phone_id: 'phone-number-test-1', user_created: false }),
    error(400, 'invalid_phone_number'),
    error(404, 'member_not_found'),
    error(404, 'intermediate_session_not_found'),
    error(400, 'duplicate_member_phone_number'),
    lost('interrupted'),
  ],
  sendWhatsappOtp: [
    ok({ ...USER, phone_id: 'phone-number-test-1', user_created: false }),
    error(400, 'invalid_phone_number'),
    lost('interrupted'),
  ],
  sendEmailOtp: [
    ok({ ...USER, email_id: 'email-test-1', user_created: true }),
    error(400, 'invalid_email'),
    lost('interrupted'),
  ],
  authenticateOtp: [
    ok({ ...USER, ...SESSION }),
    ok({ ...USER, ...NO_SESSION }),
    error(404, 'otp_code_not_found'),
    error(401, 'unable_to_auth_otp_code'),
  ],
  getSession: [ok({ sessions: [{ session_id: 'session-test-1' }] }), ok({ sessions: [] })],
  authenticateSmsOtp: [
    ok({ ...MEMBER, ...SESSION, member_session: {} }),
    error(404, 'otp_code_not_found'),
    error(401, 'unable_to_auth_otp_code'),
    error(404, 'session_not_found'),
    error(404, 'organization_not_found'),
    error(400, 'no_session_arguments'),
  ],
  sendDiscoveryOtp: [ok({}), error(400, 'invalid_email'), lost('interrupted')],
  authenticateDiscoveryOtp: [
    ok({
      intermediate_session_token: 'ist-1',
      email_address: 'a@example.com',
      discovered_organizations: ORGANIZATIONS,
    }),
    ok({ intermediate_session_token: 'ist-1', email_address: 'a@example.com', discovered_organizations: [] }),
    error(404, 'otp_code_not_found'),
    error(401, 'unable_to_auth_otp_code'),
  ],
  exchangeIntoOrg: [
    ok({ ...MEMBER, ...SESSION, member_authenticated: true, mfa_required: null, primary_required: null }),
    ok({
      ...MEMBER,
      ...NO_SESSION,
      member_authenticated: false,
      mfa_required: { member_options: null },
      primary_required: null,
    }),
    ok({
      ...MEMBER,
      ...NO_SESSION,
      member_authenticated: false,
      mfa_required: null,
      primary_required: { allowed_auth_methods: ['sso'] },
    }),
    error(404, 'intermediate_session_not_found'),
    error(404, 'organization_not_found'),
  ],
};

/** A good and a bad value for each input of the logins. */
const VALUES: Readonly<Record<string, readonly [good: JsonValue, bad: JsonValue]>> = {
  phone_number: ['+15005550006', '12'],
  email: ['a@example.com', 'a'],
  email_address: ['a@example.com', 'a'],
  code: ['123456', '12'],
  organization_id: ['organization-test-1', 7],
  member_id: ['member-test-1', 7],
};

/** What may happen in the logins: good, partial and bad values, repeats, revisions, and the API's answers. */
export const LOGIN_ALPHABET = createAlphabet({ values: VALUES, answers: ANSWERS, errors: ERRORS });
