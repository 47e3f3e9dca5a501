import { describe, expect, it } from 'vitest';
import { demoEmail, demoOrganizations, demoPhoneNumber } from '../../src/sandbox/index.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { refusal, testApi, textOf } from './call-api.ts';
import type { Answer, TestApi } from './call-api.ts';

const { acme, globex, initech, umbrella } = demoOrganizations;

interface DiscoveryApi extends TestApi {
  readonly discover: (email: string) => Answer;
  readonly exchange: (token: string, organization: string, extra?: object) => Answer;
  /** Discovers and exchanges in one go. */
  readonly join: (email: string, organization: string) => Answer;
}

function discoveryApi(options: SandboxOptions = {}): DiscoveryApi {
  const api = testApi(options);
  const discover: DiscoveryApi['discover'] = (email_address) => {
    api.post('/v1/b2b/otps/email/discovery/send', { email_address });
    const code = api.code(email_address);
    return api.post('/v1/b2b/otps/email/discovery/authenticate', { email_address, code });
  };
  const exchange: DiscoveryApi['exchange'] = (intermediate_session_token, organization_id, extra = {}) =>
    api.post('/v1/b2b/discovery/intermediate_sessions/exchange', {
      intermediate_session_token,
      organization_id,
      ...extra,
    });
  return {
    ...api,
    discover,
    exchange,
    join: (email, organization) =>
      exchange(textOf(discover(email), 'intermediate_session_token'), organization),
  };
}

/** Somebody of an allowed domain joins an organization that wants a password. */
function joinRestricted(api: DiscoveryApi): Answer {
  const { organization_id } = api.sandbox.addOrganization({
    organization_name: 'Hooli',
    email_jit_provisioning: 'RESTRICTED',
    email_allowed_domains: ['hooli.example'],
    auth_methods: 'RESTRICTED',
    allowed_auth_methods: ['password'],
  });
  api.sandbox.addMember({ organization_id, email_address: 'gavin@hooli.example' });
  return api.join('richard@hooli.example', 'hooli');
}

describe('discovery', () => {
  it('sends a code for ten minutes and says nothing about the address', () => {
    const { post, sandbox } = discoveryApi();
    const answer = post('/v1/b2b/otps/email/discovery/send', { email_address: 'nobody@example.com' });
    expect(Object.keys(answer.body)).toEqual(['status_code', 'request_id']);
    expect(sandbox.outbox).toMatchObject([{ channel: 'email', expiresAt: sandbox.now() + 600_000 }]);
  });

  it.each([
    [{ email_address: 'x' }, 'invalid_email'],
    [{ email_address: demoEmail, discovery_expiration_minutes: 1 }, 'invalid_expiration'],
    [{ email_address: demoEmail, discovery_expiration_minutes: 16 }, 'invalid_expiration'],
    [{ email_address: demoEmail, locale: 'xx' }, 'invalid_locale'],
  ])('refuses to send for %j', (body, errorType) => {
    expect(discoveryApi().post('/v1/b2b/otps/email/discovery/send', body)).toMatchObject(
      refusal(400, errorType),
    );
  });

  it('lists one organization for each branch of the exchange', () => {
    const { discover } = discoveryApi();
    expect(discover(demoEmail).body['discovered_organizations']).toMatchObject([
      {
        organization: { organization_id: acme.organizationId },
        member_authenticated: true,
        membership: { type: 'active_member', details: null },
        primary_required: null,
        mfa_required: null,
      },
      {
        organization: { organization_id: globex.organizationId },
        member_authenticated: false,
        mfa_required: {
          member_options: { mfa_phone_number: 'XXXXXXX0162', totp_registration_id: '' },
          secondary_auth_initiated: null,
        },
      },
      {
        organization: { organization_id: initech.organizationId },
        member_authenticated: false,
        primary_required: { allowed_auth_methods: ['sso'] },
        mfa_required: null,
      },
      {
        organization: { organization_id: umbrella.organizationId },
        member_authenticated: false,
        mfa_required: { member_options: null, secondary_auth_initiated: null },
      },
    ]);
  });

  it.each([
    ['nobody@example.com', []],
    ['newcomer@globex.example', []],
    ['newcomer@umbrella.example', []],
    [
      'newcomer@acme.example',
      [{ type: 'eligible_to_join_by_email_domain', details: { domain: 'acme.example' } }],
    ],
    ['invited@example.com', [{ type: 'invited_member' }]],
    ['pending@example.com', [{ type: 'pending_member' }]],
  ])('finds for %s the memberships %j', (email, memberships) => {
    const found = discoveryApi().discover(email).body['discovered_organizations'];
    expect(found).toHaveLength(memberships.length);
    expect(found).toMatchObject(memberships.map((membership) => ({ membership })));
  });

  it('refuses a wrong code and one for another address', () => {
    const { post, code } = discoveryApi();
    post('/v1/b2b/otps/email/discovery/send', { email_address: demoEmail });
    const body = { email_address: 'nobody@example.com', code: code(demoEmail) };
    expect(post('/v1/b2b/otps/email/discovery/authenticate', body)).toMatchObject(
      refusal(404, 'otp_code_not_found'),
    );
  });
});

describe('exchange', () => {
  it('gives a session and consumes the intermediate session', () => {
    const { discover, exchange } = discoveryApi();
    const token = textOf(discover(demoEmail), 'intermediate_session_token');
    const answer = exchange(token, 'acme');
    expect(answer).toMatchObject({
      status: 200,
      body: {
        member_authenticated: true,
        intermediate_session_token: '',
        mfa_required: null,
        primary_required: null,
        member_session: { organization_id: acme.organizationId, expires_at: '2026-11-20T13:00:00Z' },
      },
    });
    expect(textOf(answer, 'session_token')).toMatch(/^[\w-]{44}$/);
    expect(exchange(token, 'acme')).toMatchObject(refusal(404, 'intermediate_session_not_found'));
  });

  it('answers 200 without a session, and sends the SMS, where a second factor is due', () => {
    const { discover, exchange, sandbox } = discoveryApi();
    const token = textOf(discover(demoEmail), 'intermediate_session_token');
    expect(exchange(token, 'globex')).toMatchObject({
      status: 200,
      body: {
        member_authenticated: false,
        session_token: '',
        session_jwt: '',
        member_session: null,
        intermediate_session_token: token,
        mfa_required: {
          secondary_auth_initiated: 'sms_otp',
          member_options: { mfa_phone_number: 'XXXXXXX0162' },
        },
      },
    });
    expect(sandbox.outbox.at(-1)).toMatchObject({
      to: demoPhoneNumber,
      operationId: 'api_discovery_v1_discovery_intermediate_sessions_Exchange',
    });
  });

  it('leaves the intermediate session good for another organization after an incomplete exchange', () => {
    const { discover, exchange } = discoveryApi();
    const token = textOf(discover(demoEmail), 'intermediate_session_token');
    exchange(token, 'globex');
    expect(exchange(token, 'acme').body['member_authenticated']).toBe(true);
  });

  it('sends nothing to a member without a number, and says so', () => {
    const { join, sandbox } = discoveryApi();
    expect(join(demoEmail, 'umbrella').body['mfa_required']).toEqual({
      member_options: null,
      secondary_auth_initiated: null,
    });
    expect(sandbox.outbox).toHaveLength(1);
  });

  it('asks an enrolled member for the second factor where the organization leaves it open', () => {
    const { join, sandbox } = discoveryApi();
    const email_address = 'careful@example.com';
    const number = { mfa_phone_number: '+12025550188', mfa_phone_number_verified: true };
    sandbox.addMember({ organization_id: 'acme', email_address, mfa_enrolled: true, ...number });
    expect(join(email_address, 'acme').body['mfa_required']).toMatchObject({
      secondary_auth_initiated: 'sms_otp',
    });
    expect(sandbox.outbox.at(-1)?.to).toBe('+12025550188');
  });

  it('sends nothing to a number that was never verified', () => {
    const { join, sandbox } = discoveryApi();
    const email_address = 'new@example.com';
    sandbox.addMember({ organization_id: 'globex', email_address, mfa_phone_number: '+12025550188' });
    expect(join(email_address, 'globex').body['mfa_required']).toEqual({
      member_options: null,
      secondary_auth_initiated: null,
    });
    expect(sandbox.outbox.map((entry) => entry.channel)).toEqual(['email']);
  });

  it('sends no SMS while another first factor is due', () => {
    const { join, sandbox } = discoveryApi();
    const email_address = 'chief@example.com';
    const number = { mfa_phone_number: '+12025550188', mfa_phone_number_verified: true };
    sandbox.addMember({ organization_id: 'initech', email_address, mfa_enrolled: true, ...number });
    expect(join(email_address, 'initech').body).toMatchObject({
      primary_required: { allowed_auth_methods: ['sso'] },
      mfa_required: { secondary_auth_initiated: null },
    });
    expect(sandbox.outbox).toHaveLength(1);
  });

  it('ties the intermediate session to the member it could not log in yet', () => {
    const { discover, exchange, post } = discoveryApi();
    const token = textOf(discover(demoEmail), 'intermediate_session_token');
    exchange(token, 'globex');
    const body = {
      organization_id: 'umbrella',
      member_id: umbrella.memberId,
      intermediate_session_token: token,
    };
    expect(post('/v1/b2b/otps/sms/authenticate', { ...body, code: '123456' })).toMatchObject(
      refusal(400, 'member_session_member_id_mismatch'),
    );
  });

  it('refuses a member who is locked', () => {
    const { discover, exchange, post } = discoveryApi({ lockThreshold: 1 });
    const token = textOf(discover(demoEmail), 'intermediate_session_token');
    const body = { organization_id: 'acme', member_id: acme.memberId, intermediate_session_token: token };
    post('/v1/b2b/otps/sms/authenticate', { ...body, code: '123456' });
    expect(exchange(token, 'acme')).toMatchObject(refusal(429, 'user_lock_limit_reached'));
  });

  it('asks for another first factor', () => {
    const { join } = discoveryApi();
    expect(join(demoEmail, 'initech').body).toMatchObject({
      member_authenticated: false,
      primary_required: { allowed_auth_methods: ['sso'] },
      mfa_required: null,
    });
  });

  it('lets a break-glass member in without the first factor that others need', () => {
    const { join, sandbox } = discoveryApi();
    sandbox.addMember({
      organization_id: 'initech',
      email_address: 'chief@example.com',
      is_breakglass: true,
    });
    expect(join('chief@example.com', 'initech').body['member_authenticated']).toBe(true);
  });

  it.each(['invited@example.com', 'pending@example.com'])('makes %s an active member', (email) => {
    const { join } = discoveryApi();
    expect(join(email, 'acme').body['member']).toMatchObject({
      status: 'active',
      email_address_verified: true,
    });
  });

  it('adds somebody of an allowed domain', () => {
    const { join, sandbox } = discoveryApi();
    const before = sandbox.members.length;
    expect(join('newcomer@acme.example', 'acme').body['member_authenticated']).toBe(true);
    expect(sandbox.members).toHaveLength(before + 1);
  });

  it.each([
    ['newcomer@globex.example', 'globex', 'invalid_email_for_jit_provisioning'],
    ['nobody@example.com', 'acme', 'invalid_email_for_jit_provisioning'],
    ['nobody@example.com', 'umbrella', 'email_jit_provisioning_not_allowed'],
    ['newcomer@umbrella.example', 'umbrella', 'email_jit_provisioning_not_allowed'],
    ['newcomer@umbrella.example', 'acme', 'action_not_allowed_email_domain_is_claimed'],
  ])('refuses %s in %s with %s', (email, organization, errorType) => {
    const { join, sandbox } = discoveryApi();
    const before = sandbox.members.length;
    expect(join(email, organization)).toMatchObject(refusal(400, errorType));
    expect(sandbox.members).toHaveLength(before);
  });

  it.each([
    ['x'.repeat(44), 'acme', {}, 404, 'intermediate_session_not_found'],
    [undefined, 'hooli', {}, 404, 'organization_not_found'],
    [undefined, '', {}, 400, 'invalid_organization_id'],
    [undefined, 'acme', { session_duration_minutes: 1 }, 400, 'invalid_session_duration_minutes'],
  ])('refuses token %s, organization %j, %j', (token, organization, extra, status, errorType) => {
    const { discover, exchange } = discoveryApi();
    const usable = token ?? textOf(discover(demoEmail), 'intermediate_session_token');
    expect(exchange(usable, organization, extra)).toMatchObject(refusal(status, errorType));
  });

  it('refuses joining an organization with another first factor where the sandbox is told so', () => {
    expect(joinRestricted(discoveryApi()).body['primary_required']).toEqual({
      allowed_auth_methods: ['password'],
    });
    expect(joinRestricted(discoveryApi({ guesses: { jitIntoRestricted: 'refuse' } }))).toMatchObject(
      refusal(400, 'email_jit_provisioning_not_allowed'),
    );
  });
});
