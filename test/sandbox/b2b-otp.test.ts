import { describe, expect, it } from 'vitest';
import { demoEmail, demoOrganizations, demoPhoneNumber } from '../../src/sandbox/index.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { refusal, testApi, textOf, wrongCode } from './call-api.ts';
import type { Answer, TestApi } from './call-api.ts';

const { acme, globex, initech, umbrella } = demoOrganizations;
const freshNumber = '+12025550177';

interface MfaApi extends TestApi {
  readonly proof: () => { readonly intermediate_session_token: string };
  readonly send: (who: Who, extra?: object) => Answer;
  readonly verify: (who: Who, code: string, extra?: object) => Answer;
}

type Who = { readonly organizationId: string; readonly memberId: string };

const ids = (who: Who): object => ({ organization_id: who.organizationId, member_id: who.memberId });

function mfaApi(options: SandboxOptions = {}): MfaApi {
  const api = testApi(options);
  return {
    ...api,
    proof: () => ({
      intermediate_session_token: api.sandbox.createIntermediateSession({ email: demoEmail })
        .intermediateSessionToken,
    }),
    send: (who, extra = {}) => api.post('/v1/b2b/otps/sms/send', { ...ids(who), ...extra }),
    verify: (who, code, extra = {}) =>
      api.post('/v1/b2b/otps/sms/authenticate', { ...ids(who), code, ...extra }),
  };
}

describe('b2b sms send', () => {
  it('sends to the number the member has', () => {
    const { send, proof, sandbox } = mfaApi();
    expect(send(globex, proof())).toMatchObject({ status: 200, body: { member_id: globex.memberId } });
    expect(sandbox.outbox).toMatchObject([{ channel: 'sms', to: demoPhoneNumber }]);
  });

  it('links a given number, not verified, to a member who has none', () => {
    const { send, sandbox } = mfaApi();
    const answer = send(umbrella, { mfa_phone_number: freshNumber });
    expect(answer.body['member']).toMatchObject({
      mfa_phone_number: freshNumber,
      mfa_phone_number_verified: false,
      mfa_enrolled: false,
    });
    expect(sandbox.outbox).toMatchObject([{ to: freshNumber }]);
  });

  it('finds the organization by its slug', () => {
    const { send, proof } = mfaApi();
    expect(send({ ...globex, organizationId: 'globex' }, proof()).status).toBe(200);
  });

  it('wants a proof as soon as the member has an active factor, unless it is lenient', () => {
    expect(mfaApi().send(globex)).toMatchObject(refusal(400, 'no_session_arguments'));
    expect(mfaApi({ lenientMfa: true }).send(globex).status).toBe(200);
  });

  it.each([
    ['an unknown organization', { ...globex, organizationId: 'hooli' }, {}, 404, 'organization_not_found'],
    ['an unknown member', { ...globex, memberId: 'member-test-0' }, {}, 404, 'member_not_found'],
    ['a member of another organization', { ...globex, memberId: acme.memberId }, {}, 404, 'member_not_found'],
    ['a malformed number', umbrella, { mfa_phone_number: '123' }, 400, 'invalid_phone_number'],
    ['no number at all', umbrella, {}, 404, 'member_phone_number_not_found'],
    [
      'a number of another',
      umbrella,
      { mfa_phone_number: '+12025550178' },
      400,
      'duplicate_member_phone_number',
    ],
    [
      'an invited member',
      { ...acme, memberId: 'member-test-11111111-0000-4000-8000-000000000003' },
      { mfa_phone_number: freshNumber },
      400,
      'action_available_only_for_active_members',
    ],
    [
      'an unknown intermediate session',
      umbrella,
      { mfa_phone_number: freshNumber, intermediate_session_token: 'x' },
      404,
      'intermediate_session_not_found',
    ],
  ])('refuses %s', (_, who, extra, status, errorType) => {
    const { send, sandbox } = mfaApi();
    sandbox.addMember({
      organization_id: umbrella.organizationId,
      email_address: 'other@example.com',
      mfa_phone_number: '+12025550178',
    });
    expect(send(who, extra)).toMatchObject(refusal(status, errorType));
    expect(sandbox.outbox).toHaveLength(0);
  });

  it('refuses a number that is not the one the member has', () => {
    const { send, proof } = mfaApi();
    expect(send(globex, { ...proof(), mfa_phone_number: freshNumber })).toMatchObject(
      refusal(400, 'duplicate_member_phone_number_for_member'),
    );
  });

  it('refuses an intermediate session of another address', () => {
    const { send, sandbox } = mfaApi();
    const other = sandbox.createIntermediateSession({ email: 'nobody@example.com' });
    expect(send(globex, { intermediate_session_token: other.intermediateSessionToken })).toMatchObject(
      refusal(400, 'member_session_member_id_mismatch'),
    );
  });
});

describe('b2b sms authenticate', () => {
  it('turns an intermediate session into a session with both factors, once', () => {
    const { send, verify, proof, code } = mfaApi();
    const token = proof();
    send(globex, token);
    const answer = verify(globex, code(demoPhoneNumber), token);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        member_session: {
          organization_slug: 'globex',
          expires_at: '2026-11-20T13:00:00Z',
          authentication_factors: [{ type: 'email_otp' }, { type: 'otp', delivery_method: 'sms' }],
        },
      },
    });
    send(globex, proof());
    expect(verify(globex, code(demoPhoneNumber), token)).toMatchObject(
      refusal(404, 'intermediate_session_not_found'),
    );
  });

  it('keeps the intermediate session when the code is wrong', () => {
    const { send, verify, proof, code } = mfaApi();
    const token = proof();
    send(globex, token);
    expect(verify(globex, wrongCode(code(demoPhoneNumber)), token)).toMatchObject(
      refusal(404, 'otp_code_not_found'),
    );
    expect(verify(globex, code(demoPhoneNumber), token).status).toBe(200);
  });

  it('verifies the number and, by the policy of the organization, enrols the member', () => {
    const { send, verify, proof, code } = mfaApi();
    const token = proof();
    send(umbrella, { ...token, mfa_phone_number: freshNumber });
    expect(
      verify(umbrella, code(freshNumber), { ...token, set_mfa_enrollment: 'unenroll' }).body['member'],
    ).toMatchObject({ mfa_phone_number_verified: true, mfa_enrolled: true, default_mfa_method: 'sms_otp' });
  });

  it.each([
    [undefined, false],
    ['enroll', true],
  ])('with set_mfa_enrollment %s leaves the member enrolled: %s', (set_mfa_enrollment, enrolled) => {
    const { send, verify, proof, code } = mfaApi();
    const token = proof();
    send(acme, { ...token, mfa_phone_number: freshNumber });
    const extra = set_mfa_enrollment === undefined ? {} : { set_mfa_enrollment };
    expect(verify(acme, code(freshNumber), { ...token, ...extra }).body['member']).toMatchObject({
      mfa_enrolled: enrolled,
    });
  });

  it('adds the factor to a session that is given', () => {
    const { send, verify, code, sandbox } = mfaApi();
    const made = sandbox.createMemberSession(globex);
    send(globex, { session_token: made.sessionToken });
    const byToken = verify(globex, code(demoPhoneNumber), { session_token: made.sessionToken });
    expect(byToken.body['member_session']).toMatchObject({ member_session_id: made.sessionId });
    send(globex, { session_jwt: textOf(byToken, 'session_jwt') });
    const byJwt = verify(globex, code(demoPhoneNumber), {
      session_jwt: textOf(byToken, 'session_jwt'),
      session_duration_minutes: 5,
    });
    expect(byJwt.body['member_session']).toMatchObject({
      member_session_id: made.sessionId,
      expires_at: '2026-11-20T12:05:00Z',
      authentication_factors: [{ type: 'email_otp' }, { type: 'otp' }],
    });
  });

  it('wants exactly one proof', () => {
    const { send, verify, proof, code, sandbox } = mfaApi();
    send(globex, proof());
    const both = { ...proof(), session_token: sandbox.createMemberSession(globex).sessionToken };
    expect(verify(globex, code(demoPhoneNumber))).toMatchObject(refusal(400, 'no_session_arguments'));
    expect(verify(globex, code(demoPhoneNumber), both)).toMatchObject(
      refusal(400, 'too_many_session_arguments'),
    );
  });

  it('makes a session without a proof where it is lenient', () => {
    const { send, verify, code } = mfaApi({ lenientMfa: true });
    send(globex);
    expect(verify(globex, code(demoPhoneNumber)).body['member_session']).toMatchObject({
      authentication_factors: [{ type: 'otp' }],
    });
  });

  it('refuses the session of another member', () => {
    const { send, verify, proof, code, sandbox } = mfaApi();
    send(globex, proof());
    const other = sandbox.createMemberSession(acme);
    expect(verify(globex, code(demoPhoneNumber), { session_token: other.sessionToken })).toMatchObject(
      refusal(400, 'member_session_member_id_mismatch'),
    );
  });

  it('refuses where the first factor is not the one the organization wants', () => {
    const { verify, proof } = mfaApi();
    expect(verify(initech, '123456', proof())).toMatchObject(
      refusal(400, 'action_available_only_once_primary_authentication_is_met'),
    );
  });

  it('takes a code for two minutes, and only the newest', () => {
    const { send, verify, proof, code, sandbox } = mfaApi();
    const token = proof();
    send(globex, token);
    const older = code(demoPhoneNumber);
    send(globex, token);
    expect(verify(globex, older, token)).toMatchObject(refusal(401, 'unable_to_auth_otp_code'));
    sandbox.advance(120_000);
    expect(verify(globex, code(demoPhoneNumber), token)).toMatchObject(
      refusal(401, 'unable_to_auth_otp_code'),
    );
  });

  it('refuses an intermediate session after ten minutes', () => {
    const { send, verify, proof, code, sandbox } = mfaApi();
    const token = proof();
    sandbox.advance(599_999);
    expect(send(globex, token).status).toBe(200);
    sandbox.advance(1);
    expect(verify(globex, code(demoPhoneNumber), token)).toMatchObject(
      refusal(404, 'intermediate_session_not_found'),
    );
  });
});
