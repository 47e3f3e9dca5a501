import { describe, expect, it } from 'vitest';
import { demoEmail, demoOrganizations, demoPhoneNumber } from '../../src/sandbox/index.ts';
import { phone, refusal, testApi, wrongCode } from './call-api.ts';
import type { TestApi } from './call-api.ts';

function failTimes({ authenticate, code }: TestApi, methodId: string, times: number): readonly unknown[] {
  return Array.from(
    { length: times },
    () => authenticate(methodId, wrongCode(code(phone))).body['error_type'],
  );
}

describe('locks', () => {
  it('begin after ten failures in a row, and the tenth still gets the error of its code', () => {
    const api = testApi();
    const methodId = api.sendSms(phone);
    expect(failTimes(api, methodId, 10)).toEqual(Array.from({ length: 10 }, () => 'otp_code_not_found'));
    expect(api.authenticate(methodId, api.code(phone))).toMatchObject(
      refusal(429, 'user_lock_limit_reached'),
    );
  });

  it('end after an hour, and the count starts again', () => {
    const api = testApi();
    const methodId = api.sendSms(phone);
    failTimes(api, methodId, 10);
    api.sandbox.advance(3_600_000 - 1);
    api.sendSms(phone);
    expect(failTimes(api, methodId, 1)).toEqual(['user_lock_limit_reached']);
    api.sandbox.advance(1);
    expect(failTimes(api, methodId, 9)).not.toContain('user_lock_limit_reached');
    expect(api.authenticate(methodId, api.code(phone)).status).toBe(200);
  });

  it('do not come while a success interrupts the failures', () => {
    const api = testApi({ lockThreshold: 3 });
    const methodId = api.sendSms(phone);
    failTimes(api, methodId, 2);
    api.authenticate(methodId, api.code(phone));
    api.sendSms(phone);
    failTimes(api, methodId, 2);
    expect(api.authenticate(methodId, api.code(phone)).status).toBe(200);
  });

  it('count codes that are used or expired too', () => {
    const api = testApi({ lockThreshold: 2 });
    const methodId = api.sendSms(phone);
    api.sandbox.advance(120_000);
    api.authenticate(methodId, api.code(phone));
    api.authenticate(methodId, api.code(phone));
    expect(api.authenticate(methodId, api.code(phone))).toMatchObject(
      refusal(429, 'user_lock_limit_reached'),
    );
  });

  it('leave sends alone', () => {
    const api = testApi({ lockThreshold: 1 });
    failTimes(api, api.sendSms(phone), 1);
    expect(api.post('/v1/otps/sms/login_or_create', { phone_number: phone }).status).toBe(200);
  });

  it('block sends and answer the last attempt themselves where the sandbox is told so', () => {
    const api = testApi({ lockThreshold: 2, guesses: { lockingAttempt: 'lock', locksBlockSends: true } });
    const methodId = api.sendSms(phone);
    expect(failTimes(api, methodId, 2)).toEqual(['otp_code_not_found', 'user_lock_limit_reached']);
    expect(api.post('/v1/otps/sms/login_or_create', { phone_number: phone })).toMatchObject(
      refusal(429, 'user_lock_limit_reached'),
    );
  });

  it('are kept by address in discovery', () => {
    const { post, code } = testApi({ lockThreshold: 1 });
    const authenticate = (email_address: string, digits: string): unknown =>
      post('/v1/b2b/otps/email/discovery/authenticate', { email_address, code: digits });
    for (const email_address of [demoEmail, 'nobody@example.com']) {
      post('/v1/b2b/otps/email/discovery/send', { email_address });
    }
    authenticate(demoEmail, wrongCode(code(demoEmail)));
    expect(authenticate(demoEmail.toUpperCase(), code(demoEmail))).toMatchObject(
      refusal(429, 'user_lock_limit_reached'),
    );
    expect(authenticate('nobody@example.com', code('nobody@example.com'))).toMatchObject({ status: 200 });
  });

  it('show in the member that a send returns', () => {
    const { post, sandbox, code } = testApi({ lockThreshold: 1, lockSeconds: 600 });
    const { organizationId: organization_id, memberId: member_id } = demoOrganizations.globex;
    const proof = {
      intermediate_session_token: sandbox.createIntermediateSession({ email: demoEmail })
        .intermediateSessionToken,
    };
    post('/v1/b2b/otps/sms/send', { organization_id, member_id, ...proof });
    const digits = wrongCode(code(demoPhoneNumber));
    post('/v1/b2b/otps/sms/authenticate', { organization_id, member_id, code: digits, ...proof });
    expect(
      post('/v1/b2b/otps/sms/send', { organization_id, member_id, ...proof }).body['member'],
    ).toMatchObject({
      is_locked: true,
      lock_created_at: '2026-11-20T12:00:00Z',
      lock_expires_at: '2026-11-20T12:10:00Z',
    });
  });
});
