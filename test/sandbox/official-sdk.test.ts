import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as stytch from 'stytch';
import { demoEmail, demoOrganizations, demoPhoneNumber, startSandbox } from '../../src/sandbox/index.ts';
import type { SandboxServer } from '../../src/sandbox/index.ts';

let server: SandboxServer;
let consumer: stytch.Client;
let b2b: stytch.B2BClient;

const phone_number = '+12025550143';
const email = 'person@example.org';

const refused = (status_code: number, error_type: string): object => ({ status_code, error_type });
const code = (to: string): string => server.sandbox.lastCodeFor(to) ?? '';
const otherCode = (digits: string): string => (digits === '999999' ? '999998' : '999999');

beforeAll(async () => {
  server = await startSandbox();
  const { projectId: project_id, secret } = server.sandbox;
  // The client warns about every environment that is not Stytch's own.
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  consumer = new stytch.Client({ project_id, secret, env: `${server.url}/` });
  b2b = new stytch.B2BClient({ project_id, secret, env: `${server.url}/` });
  warn.mockRestore();
});

beforeEach(() => server.sandbox.reset());

afterAll(() => server.close());

describe('the official client for consumers', () => {
  it('logs in by SMS', async () => {
    const sent = await consumer.otps.sms.loginOrCreate({ phone_number, expiration_minutes: 5, locale: 'en' });
    const answer = await consumer.otps.authenticate({
      method_id: sent.phone_id,
      code: code(phone_number),
      session_duration_minutes: 60,
    });
    expect(answer.user.user_id).toBe(sent.user_id);
    expect(answer.session?.authentication_factors[0]?.delivery_method).toBe('sms');
  });

  it('logs in by WhatsApp', async () => {
    const sent = await consumer.otps.whatsapp.loginOrCreate({ phone_number });
    const answer = await consumer.otps.authenticate({ method_id: sent.phone_id, code: code(phone_number) });
    expect(answer.session_token).toBe('');
  });

  it('logs in by email and lists the session', async () => {
    const sent = await consumer.otps.email.loginOrCreate({ email });
    const answer = await consumer.otps.authenticate({
      method_id: sent.email_id,
      code: code(email),
      session_duration_minutes: 60,
    });
    const { sessions } = await consumer.sessions.get({ user_id: answer.user_id });
    expect(sessions.map((session) => session.session_id)).toEqual([answer.session?.session_id]);
  });

  it('verifies a session JWT by itself', async () => {
    const sent = await consumer.otps.sms.loginOrCreate({ phone_number });
    const { session_jwt, session } = await consumer.otps.authenticate({
      method_id: sent.phone_id,
      code: code(phone_number),
      session_duration_minutes: 60,
      session_custom_claims: { plan: 'free' },
    });
    const local = await consumer.sessions.authenticateJwtLocal({ session_jwt });
    expect(local.session_id).toBe(session?.session_id);
    expect(local.user_id).toBe(sent.user_id);
    expect(local.custom_claims).toEqual({ plan: 'free' });
    const later = new Date(Date.now() + 301_000);
    await expect(
      consumer.sessions.authenticateJwtLocal({ session_jwt, current_date: later }),
    ).rejects.toMatchObject({ code: 'jwt_invalid' });
    const [header, payload, signature = ''] = session_jwt.split('.');
    const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    await expect(consumer.sessions.authenticateJwtLocal({ session_jwt: forged })).rejects.toMatchObject({
      code: 'jwt_invalid',
    });
  });

  it('reads the keys', async () => {
    const { keys } = await consumer.sessions.getJWKS({ project_id: server.sandbox.projectId });
    expect(keys).toHaveLength(1);
  });

  it('throws a StytchError for each kind of refusal', async () => {
    const sent = await consumer.otps.sms.loginOrCreate({ phone_number });
    const attempt = (digits: string): Promise<unknown> =>
      consumer.otps.authenticate({ method_id: sent.phone_id, code: digits });
    const right = code(phone_number);
    await expect(attempt(otherCode(right))).rejects.toBeInstanceOf(stytch.StytchError);
    await expect(attempt(otherCode(right))).rejects.toMatchObject(refused(404, 'otp_code_not_found'));
    await expect(attempt('12')).rejects.toMatchObject(refused(400, 'invalid_code'));
    server.sandbox.advance(120_000);
    await expect(attempt(right)).rejects.toMatchObject(refused(401, 'unable_to_auth_otp_code'));
    await Promise.allSettled(Array.from({ length: 7 }, () => attempt(otherCode(right))));
    await expect(attempt(right)).rejects.toMatchObject(refused(429, 'user_lock_limit_reached'));
    await expect(consumer.sessions.get({ user_id: 'somebody' })).rejects.toMatchObject(
      refused(404, 'user_not_found'),
    );
    await expect(consumer.otps.email.loginOrCreate({ email: 'x' })).rejects.toMatchObject(
      refused(400, 'invalid_email'),
    );
    await expect(consumer.otps.whatsapp.loginOrCreate({ phone_number: '1' })).rejects.toMatchObject(
      refused(400, 'invalid_phone_number'),
    );
  });

  it('is refused with another secret', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const stranger = new stytch.Client({
      project_id: server.sandbox.projectId,
      secret: 'another',
      env: `${server.url}/`,
    });
    warn.mockRestore();
    await expect(stranger.otps.sms.loginOrCreate({ phone_number })).rejects.toMatchObject({
      ...refused(401, 'unauthorized_credentials'),
      error_url: 'https://stytch.com/docs/api/errors/401#unauthorized_credentials',
    });
  });
});

async function discover(): Promise<stytch.B2BOTPEmailDiscoveryAuthenticateResponse> {
  await b2b.otps.email.discovery.send({ email_address: demoEmail });
  return b2b.otps.email.discovery.authenticate({ email_address: demoEmail, code: code(demoEmail) });
}

describe('the official client for businesses', () => {
  it('discovers the organizations of an address and exchanges into one', async () => {
    const { intermediate_session_token, discovered_organizations } = await discover();
    expect(discovered_organizations.map((entry) => entry.organization?.organization_name)).toEqual([
      'Acme',
      'Globex',
      'Initech',
      'Umbrella',
    ]);
    const answer = await b2b.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: demoOrganizations.acme.organizationId,
    });
    expect(answer.member_authenticated).toBe(true);
    const local = await b2b.sessions.authenticateJwtLocal({ session_jwt: answer.session_jwt });
    expect(local).toMatchObject({
      member_session_id: answer.member_session?.member_session_id,
      member_id: demoOrganizations.acme.memberId,
      organization_id: demoOrganizations.acme.organizationId,
      organization_slug: 'acme',
    });
  });

  it('goes on to the second factor where the exchange asks for it', async () => {
    const { intermediate_session_token } = await discover();
    const half = await b2b.discovery.intermediateSessions.exchange({
      intermediate_session_token,
      organization_id: 'globex',
    });
    expect(half.mfa_required?.secondary_auth_initiated).toBe('sms_otp');
    const who = { organization_id: half.organization.organization_id, member_id: half.member_id };
    const done = await b2b.otps.sms.authenticate({
      ...who,
      code: code(demoPhoneNumber),
      intermediate_session_token: half.intermediate_session_token,
    });
    expect(done.member_session?.authentication_factors.map((factor) => factor.type)).toEqual([
      'email_otp',
      'otp',
    ]);
  });

  it('sends another code for the second factor', async () => {
    const { organizationId: organization_id, memberId: member_id } = demoOrganizations.globex;
    const made = server.sandbox.createMemberSession(demoOrganizations.globex);
    const sent = await b2b.otps.sms.send({ organization_id, member_id, session_token: made.sessionToken });
    expect(sent.member.mfa_phone_number).toBe(demoPhoneNumber);
    const done = await b2b.otps.sms.authenticate({
      organization_id,
      member_id,
      code: code(demoPhoneNumber),
      session_token: made.sessionToken,
    });
    expect(done.member_session?.member_session_id).toBe(made.sessionId);
  });

  it('throws a StytchError for each kind of refusal', async () => {
    const { organizationId: organization_id, memberId: member_id } = demoOrganizations.globex;
    await expect(b2b.otps.sms.send({ organization_id: 'hooli', member_id })).rejects.toMatchObject({
      ...refused(404, 'organization_not_found'),
      error_url: 'https://stytch.com/docs/b2b/api/errors/404#organization_not_found',
    });
    await expect(
      b2b.otps.sms.authenticate({ organization_id, member_id, code: '123456' }),
    ).rejects.toMatchObject(refused(400, 'no_session_arguments'));
    await expect(b2b.otps.email.discovery.send({ email_address: 'x' })).rejects.toMatchObject(
      refused(400, 'invalid_email'),
    );
    await expect(
      b2b.otps.email.discovery.authenticate({ email_address: demoEmail, code: '123456' }),
    ).rejects.toMatchObject(refused(404, 'otp_code_not_found'));
    await expect(
      b2b.discovery.intermediateSessions.exchange({ intermediate_session_token: 'gone', organization_id }),
    ).rejects.toMatchObject(refused(404, 'intermediate_session_not_found'));
  });
});
