import { describe, expect, it } from 'vitest';
import { createSandbox, demoEmail, demoOrganizations } from '../../src/sandbox/index.ts';
import { phone, startTime, testApi, textOf } from './call-api.ts';

function run(): unknown {
  const { sendSms, authenticate, code, sandbox } = testApi();
  const { session_jwt: _, ...body } = authenticate(sendSms(phone), code(phone), {
    session_duration_minutes: 5,
  }).body;
  return { body, outbox: sandbox.outbox };
}

describe('createSandbox', () => {
  it('gives the same ids, tokens and codes for the same seed', () => {
    expect(run()).toEqual(run());
  });

  it('gives other codes without a seed', () => {
    const codes = Array.from({ length: 8 }, () => {
      const sandbox = createSandbox();
      return sandbox.createIntermediateSession({ email: demoEmail }).intermediateSessionToken;
    });
    expect(new Set(codes).size).toBe(8);
  });

  it('sends the codes it is told to, but for the sandbox destinations', () => {
    const { sendSms, code } = testApi({ generateCode: (to) => to.slice(-6) });
    sendSms(phone);
    sendSms('+10000000000');
    expect([code(phone), code('+10000000000')]).toEqual(['550143', '000000']);
  });

  it('keeps the newest code by destination, whatever its case', () => {
    const { post, sandbox } = testApi();
    expect(sandbox.lastCodeFor(demoEmail)).toBeUndefined();
    post('/v1/b2b/otps/email/discovery/send', { email_address: demoEmail.toUpperCase() });
    expect(sandbox.lastCodeFor(demoEmail)).toBe(sandbox.outbox[0]?.code);
  });

  it('remembers what was asked, without the credentials', () => {
    const { sandbox, post } = testApi();
    post('/v1/otps/sms/login_or_create', { phone_number: '1' });
    expect(sandbox.requests).toEqual([
      {
        method: 'POST',
        path: '/v1/otps/sms/login_or_create',
        query: {},
        headers: { 'content-type': 'application/json' },
        body: '{"phone_number":"1"}',
        at: startTime,
        status: 400,
        operationId: 'api_otp_v1_otp_sms_LoginOrCreate',
        errorType: 'invalid_phone_number',
      },
    ]);
  });

  it('keeps the last thousand requests and messages', () => {
    const { sandbox, sendSms } = testApi();
    for (let count = 0; count < 1005; count += 1) sendSms(phone);
    expect(sandbox.requests).toHaveLength(1000);
    expect(sandbox.outbox).toHaveLength(1000);
  });

  it('forgets everything but the demo data on reset', () => {
    const { sandbox, sendSms } = testApi();
    sendSms(phone);
    sandbox.addOrganization({ organization_name: 'Hooli' });
    sandbox.injectFault({ times: 9, status: 500 });
    sandbox.advance(1000);
    sandbox.reset();
    expect(sandbox.outbox).toEqual([]);
    expect(sandbox.users).toEqual([]);
    expect(sandbox.requests).toEqual([]);
    expect(sandbox.organizations.map((entry) => entry.organization_slug)).toEqual([
      'acme',
      'globex',
      'initech',
      'umbrella',
    ]);
    expect(sandbox.now()).toBe(startTime);
    expect(() => sendSms(phone)).not.toThrow();
  });

  it('is empty without demo data', () => {
    const sandbox = createSandbox({ demoData: false });
    expect([...sandbox.organizations, ...sandbox.members]).toEqual([]);
  });

  it('has the demo member in all four organizations', () => {
    const { members } = createSandbox();
    const found = members.filter((member) => member.email_address === demoEmail);
    expect(
      found.map(({ organization_id, member_id }) => ({
        organizationId: organization_id,
        memberId: member_id,
      })),
    ).toEqual(Object.values(demoOrganizations));
  });

  it('gives an intermediate session that can be bound to a member', () => {
    const { sandbox, post } = testApi();
    const { memberId } = demoOrganizations.umbrella;
    const { intermediateSessionToken, expiresAt } = sandbox.createIntermediateSession({
      email: demoEmail,
      memberId,
    });
    expect(expiresAt).toBe(startTime + 600_000);
    const answer = post('/v1/b2b/otps/sms/send', {
      organization_id: 'globex',
      member_id: demoOrganizations.globex.memberId,
      intermediate_session_token: intermediateSessionToken,
    });
    expect(answer.body['error_type']).toBe('member_session_member_id_mismatch');
  });

  it('throws when asked for a session of nobody', () => {
    const sandbox = createSandbox();
    expect(() => sandbox.createMemberSession({ organizationId: 'acme', memberId: 'nobody' })).toThrow(
      'Member could not be found.',
    );
  });
});

describe('guesses', () => {
  it('name the error of a replaced code and of an unknown method', () => {
    const { sendSms, authenticate, code } = testApi({
      guesses: { supersededCode: 'otp_code_not_found', unknownMethod: 'invalid_method_id' },
    });
    sendSms(phone);
    const older = code(phone);
    const methodId = sendSms(phone);
    expect(authenticate(methodId, older).body['error_type']).toBe('otp_code_not_found');
    const unknown = 'email-test-00000000-0000-4000-8000-000000000000';
    expect(authenticate(unknown, older).body['error_type']).toBe('invalid_method_id');
  });

  it('decide about the sandbox destinations', () => {
    const open = testApi({ guesses: { sandboxUserCreated: true, sandboxCodeReusable: true } });
    const sent = open.post('/v1/otps/sms/login_or_create', { phone_number: '+10000000000' });
    expect(sent.body['user_created']).toBe(true);
    const methodId = textOf(sent, 'phone_id');
    const again = [1, 2].map(() => open.authenticate(methodId, '000000', { session_duration_minutes: 5 }));
    expect(again.map((answer) => answer.status)).toEqual([200, 200]);
    expect(again[0]?.body['session']).not.toBeNull();
    const closed = testApi({ guesses: { sandboxSession: false } });
    const closedId = closed.sendSms('+10000000000');
    const answer = closed.authenticate(closedId, '000000', { session_duration_minutes: 5 });
    expect(answer.body['session']).toBeNull();
    expect(closed.authenticate(closedId, '000000').body['error_type']).toBe('unable_to_auth_otp_code');
  });
});
