import { describe, expect, it } from 'vitest';
import { demoEmail, demoOrganizations, demoPhoneNumber } from '../../src/sandbox/index.ts';
import { phone, testApi, textOf } from './call-api.ts';

type Shape = string | readonly Shape[] | { readonly [member: string]: Shape };

/** The members of a value with the names of their types; of a list, its first entry. */
function shapeOf(value: unknown): Shape {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([member, entry]) => [member, shapeOf(entry)]));
}

const members = (names: string, shape: Shape): Record<string, Shape> =>
  Object.fromEntries(names.split(' ').map((name) => [name, shape]));

const envelope = { status_code: 'number', request_id: 'string' };

const emailFactor = {
  ...members('type delivery_method last_authenticated_at created_at updated_at', 'string'),
  email_factor: members('email_id email_address', 'string'),
};
const phoneFactor = {
  ...members('type delivery_method last_authenticated_at created_at updated_at', 'string'),
  phone_number_factor: members('phone_id phone_number', 'string'),
};

const user = {
  ...members('user_id status created_at', 'string'),
  is_locked: 'boolean',
  phone_numbers: [{ phone_id: 'string', phone_number: 'string', verified: 'boolean' }],
  ...members('emails webauthn_registrations providers totps crypto_wallets biometric_registrations', []),
  roles: ['string'],
  name: members('first_name middle_name last_name', 'string'),
  ...members('trusted_metadata untrusted_metadata', {}),
  ...members('password external_id lock_created_at lock_expires_at', 'null'),
};

const session = {
  ...members('session_id user_id started_at last_accessed_at expires_at', 'string'),
  authentication_factors: [phoneFactor],
  roles: ['string'],
  attributes: members('ip_address user_agent', 'string'),
  custom_claims: {},
};

const member = {
  ...members('organization_id member_id email_address status name member_password_id', 'string'),
  ...members('mfa_phone_number totp_registration_id default_mfa_method created_at updated_at', 'string'),
  ...members(
    'email_address_verified is_breakglass mfa_phone_number_verified is_admin is_locked mfa_enrolled',
    'boolean',
  ),
  ...members('sso_registrations oauth_registrations retired_email_addresses', []),
  roles: [{ role_id: 'string', sources: [{ type: 'string', details: {} }] }],
  ...members('trusted_metadata untrusted_metadata', {}),
  ...members('scim_registration external_id lock_created_at lock_expires_at', 'null'),
};

const organization = {
  ...members('organization_id organization_name organization_logo_url organization_slug', 'string'),
  ...members(
    'sso_jit_provisioning email_jit_provisioning email_invites auth_methods mfa_policy mfa_methods',
    'string',
  ),
  ...members('oauth_tenant_jit_provisioning created_at updated_at', 'string'),
  ...members('first_party_connected_apps_allowed_type third_party_connected_apps_allowed_type', 'string'),
  ...members('sso_jit_provisioning_allowed_connections sso_active_connections allowed_auth_methods', []),
  ...members(
    'rbac_email_implicit_role_assignments allowed_mfa_methods claimed_email_domains custom_roles',
    [],
  ),
  ...members('allowed_first_party_connected_apps allowed_third_party_connected_apps', []),
  email_allowed_domains: ['string'],
  ...members('trusted_metadata allowed_oauth_tenants', {}),
  ...members('organization_external_id sso_default_connection_id scim_active_connection', 'null'),
};

const memberSession = (factors: readonly Shape[]): Shape => ({
  ...members('member_session_id member_id organization_id organization_slug', 'string'),
  ...members('started_at last_accessed_at expires_at', 'string'),
  authentication_factors: factors,
  roles: ['string'],
  custom_claims: {},
});

const exchanged = {
  ...envelope,
  ...members('member_id session_token session_jwt intermediate_session_token', 'string'),
  member,
  organization,
  member_authenticated: 'boolean',
  ...members('member_session mfa_required primary_required member_device', 'null'),
};

describe('the bodies', () => {
  it('of login or create have three members', () => {
    const { post } = testApi();
    const sent = { ...envelope, user_id: 'string', user_created: 'boolean' };
    const sms = post('/v1/otps/sms/login_or_create', { phone_number: phone });
    const email = post('/v1/otps/email/login_or_create', { email: 'a@b.example' });
    expect(shapeOf(sms.body)).toEqual({ ...sent, phone_id: 'string' });
    expect(shapeOf(email.body)).toEqual({ ...sent, email_id: 'string' });
  });

  it('of authenticate hold a session, or null', () => {
    const { sendSms, authenticate, code, get } = testApi();
    const authenticated = {
      ...envelope,
      ...members('user_id method_id session_token session_jwt', 'string'),
      reset_sessions: 'boolean',
      user,
      ...members('session user_device', 'null'),
    };
    const methodId = sendSms(phone);
    expect(shapeOf(authenticate(methodId, code(phone)).body)).toEqual(authenticated);
    sendSms(phone);
    const answer = authenticate(methodId, code(phone), { session_duration_minutes: 5 });
    expect(shapeOf(answer.body)).toEqual({ ...authenticated, session });
    const listed = get('/v1/sessions', { user_id: textOf(answer, 'user_id') });
    expect(shapeOf(listed.body)).toEqual({ ...envelope, sessions: [session] });
  });

  it('of discovery hold what each organization asks for', () => {
    const { post, code } = testApi();
    post('/v1/b2b/otps/email/discovery/send', { email_address: demoEmail });
    const { body } = post('/v1/b2b/otps/email/discovery/authenticate', {
      email_address: demoEmail,
      code: code(demoEmail),
    });
    expect(shapeOf(body)).toEqual({
      ...envelope,
      ...members('intermediate_session_token email_address', 'string'),
      discovered_organizations: [
        {
          member_authenticated: 'boolean',
          organization,
          membership: { type: 'string', details: 'null', member },
          ...members('primary_required mfa_required', 'null'),
        },
      ],
    });
  });

  it('of an exchange differ by the branch they take', () => {
    const { post, sandbox } = testApi();
    const exchange = (organization_id: string): Shape => {
      const token = sandbox.createIntermediateSession({ email: demoEmail }).intermediateSessionToken;
      const body = { intermediate_session_token: token, organization_id };
      return shapeOf(post('/v1/b2b/discovery/intermediate_sessions/exchange', body).body);
    };
    const withoutDomains = { ...organization, email_allowed_domains: [] };
    const options = members('mfa_phone_number totp_registration_id', 'string');
    expect(exchange('acme')).toEqual({ ...exchanged, member_session: memberSession([emailFactor]) });
    expect(exchange('globex')).toEqual({
      ...exchanged,
      mfa_required: { member_options: options, secondary_auth_initiated: 'string' },
    });
    expect(exchange('initech')).toEqual({
      ...exchanged,
      organization: { ...withoutDomains, allowed_auth_methods: ['string'] },
      primary_required: { allowed_auth_methods: ['string'] },
    });
    expect(exchange('umbrella')).toEqual({
      ...exchanged,
      organization: { ...withoutDomains, claimed_email_domains: ['string'] },
      mfa_required: members('member_options secondary_auth_initiated', 'null'),
    });
  });

  it('of the second factor hold member and organization, and a session at the end', () => {
    const { post, sandbox, code } = testApi();
    const { organizationId: organization_id, memberId: member_id } = demoOrganizations.globex;
    const token = sandbox.createIntermediateSession({ email: demoEmail }).intermediateSessionToken;
    const request = { organization_id, member_id, intermediate_session_token: token };
    const sent = { ...envelope, member_id: 'string', member, organization };
    expect(shapeOf(post('/v1/b2b/otps/sms/send', request).body)).toEqual(sent);
    const answer = post('/v1/b2b/otps/sms/authenticate', { ...request, code: code(demoPhoneNumber) });
    expect(shapeOf(answer.body)).toEqual({
      ...sent,
      ...members('session_token session_jwt', 'string'),
      member_session: memberSession([emailFactor]),
      member_device: 'null',
    });
    expect(answer.body['member_session']).toMatchObject({ authentication_factors: [{}, phoneFactorValues] });
  });
});

const phoneFactorValues = {
  type: 'otp',
  delivery_method: 'sms',
  phone_number_factor: { phone_number: demoPhoneNumber },
};
