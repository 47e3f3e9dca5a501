import { describe, expect, it } from 'vitest';
import { phone, refusal, startTime, testApi, textOf, wrongCode } from './call-api.ts';

const email = 'person@example.org';

describe('login or create', () => {
  it('creates a user once and gives the same ids for the same number by SMS and by WhatsApp', () => {
    const { post } = testApi();
    const first = post('/v1/otps/sms/login_or_create', { phone_number: phone });
    const second = post('/v1/otps/whatsapp/login_or_create', { phone_number: phone });
    expect(first.body['user_created']).toBe(true);
    expect(second.body['user_created']).toBe(false);
    expect(second.body['user_id']).toBe(first.body['user_id']);
    expect(second.body['phone_id']).toBe(first.body['phone_id']);
  });

  it('finds an email address whatever its case', () => {
    const { post } = testApi();
    const first = post('/v1/otps/email/login_or_create', { email });
    const second = post('/v1/otps/email/login_or_create', { email: email.toUpperCase() });
    expect(second.body['email_id']).toBe(first.body['email_id']);
    expect(second.body['user_created']).toBe(false);
  });

  it('puts each code into the outbox with its channel, operation and end', () => {
    const { post, sandbox, code } = testApi();
    post('/v1/otps/whatsapp/login_or_create', { phone_number: phone, expiration_minutes: 10 });
    expect(sandbox.outbox).toEqual([
      {
        channel: 'whatsapp',
        to: phone,
        code: code(phone),
        at: startTime,
        operationId: 'api_otp_v1_otp_whatsapp_LoginOrCreate',
        expiresAt: startTime + 600_000,
      },
    ]);
    expect(code(phone)).toMatch(/^\d{6}$/);
  });

  it.each([
    [{ phone_number: '2025550143' }, 'invalid_phone_number'],
    [{ phone_number: '+0123456789' }, 'invalid_phone_number'],
    [{}, 'invalid_phone_number'],
    [{ phone_number: '' }, 'invalid_phone_number'],
    [{ phone_number: null }, 'invalid_phone_number'],
    [{ phone_number: 12 }, 'bad_request'],
    [{ phone_number: phone, expiration_minutes: 0 }, 'invalid_expiration_otp'],
    [{ phone_number: phone, expiration_minutes: 11 }, 'invalid_expiration_otp'],
    [{ phone_number: phone, expiration_minutes: 1.5 }, 'bad_request'],
    [{ phone_number: phone, locale: 'tlh' }, 'invalid_locale'],
  ])('refuses %j with %s and sends nothing', (body, errorType) => {
    const { post, sandbox } = testApi();
    expect(post('/v1/otps/sms/login_or_create', body)).toMatchObject(refusal(400, errorType));
    expect(sandbox.outbox).toHaveLength(0);
    expect(sandbox.users).toHaveLength(0);
  });

  it.each(['person', 'person@', '@example.org', 'a@b', 'a b@example.org', `${'a'.repeat(250)}@example.org`])(
    'refuses the address %j',
    (address) => {
      expect(testApi().post('/v1/otps/email/login_or_create', { email: address })).toMatchObject(
        refusal(400, 'invalid_email'),
      );
    },
  );

  it('keeps names of the prototype harmless', () => {
    const { sandbox, post } = testApi();
    const body = JSON.parse('{"__proto__":{"phone_number":"+12025550143"},"constructor":1}') as unknown;
    expect(post('/v1/otps/sms/login_or_create', body)).toMatchObject(refusal(400, 'invalid_phone_number'));
    expect(sandbox.outbox).toHaveLength(0);
  });
});

describe('authenticate', () => {
  it('answers 200 without a session when no duration is asked for', () => {
    const { sendSms, authenticate, code } = testApi();
    const answer = authenticate(sendSms(phone), code(phone));
    expect(answer).toMatchObject({
      status: 200,
      body: { session_token: '', session_jwt: '', session: null, reset_sessions: false, user_device: null },
    });
  });

  it('makes a session of the length asked for', () => {
    const { sendSms, authenticate, code, get } = testApi();
    const answer = authenticate(sendSms(phone), code(phone), { session_duration_minutes: 5 });
    expect(textOf(answer, 'session_token')).toMatch(/^[\w-]{44}$/);
    expect(answer.body['session']).toMatchObject({
      started_at: '2026-11-20T12:00:00Z',
      expires_at: '2026-11-20T12:05:00Z',
      authentication_factors: [{ type: 'otp', delivery_method: 'sms' }],
    });
    const listed = get('/v1/sessions', { user_id: textOf(answer, 'user_id') });
    expect(listed.body['sessions']).toEqual([answer.body['session']]);
  });

  it('lists a session no longer once it is over', () => {
    const { sendSms, authenticate, code, get, sandbox } = testApi();
    const answer = authenticate(sendSms(phone), code(phone), { session_duration_minutes: 5 });
    sandbox.advance(300_000);
    expect(get('/v1/sessions', { user_id: textOf(answer, 'user_id') }).body['sessions']).toEqual([]);
  });

  it('verifies the number and makes a pending user active', () => {
    const { sendSms, authenticate, code, sandbox } = testApi();
    const methodId = sendSms(phone, { create_user_as_pending: true });
    expect(sandbox.users[0]).toMatchObject({ status: 'pending', phone_numbers: [{ verified: false }] });
    authenticate(methodId, code(phone));
    expect(sandbox.users[0]).toMatchObject({ status: 'active', phone_numbers: [{ verified: true }] });
  });

  it('calls a wrong code otp_code_not_found and keeps the right one good', () => {
    const { sendSms, authenticate, code } = testApi();
    const methodId = sendSms(phone);
    expect(authenticate(methodId, wrongCode(code(phone)))).toMatchObject(refusal(404, 'otp_code_not_found'));
    expect(authenticate(methodId, code(phone)).status).toBe(200);
  });

  it('calls a code that was used unable_to_auth_otp_code', () => {
    const { sendSms, authenticate, code } = testApi();
    const methodId = sendSms(phone);
    authenticate(methodId, code(phone));
    expect(authenticate(methodId, code(phone))).toMatchObject(refusal(401, 'unable_to_auth_otp_code'));
  });

  it.each([
    [undefined, 120_000],
    [1, 60_000],
    [10, 600_000],
  ])('takes a code for expiration_minutes %s until just before %i ms', (minutes, lifetimeMs) => {
    const extra = minutes === undefined ? {} : { expiration_minutes: minutes };
    const early = testApi();
    const earlyId = early.sendSms(phone, extra);
    early.sandbox.advance(lifetimeMs - 1);
    expect(early.authenticate(earlyId, early.code(phone)).status).toBe(200);
    const late = testApi();
    const lateId = late.sendSms(phone, extra);
    late.sandbox.advance(lifetimeMs);
    expect(late.authenticate(lateId, late.code(phone))).toMatchObject(
      refusal(401, 'unable_to_auth_otp_code'),
    );
  });

  it('takes only the newest code of a method', () => {
    const { sendSms, authenticate, code } = testApi();
    sendSms(phone);
    const older = code(phone);
    const methodId = sendSms(phone);
    expect(authenticate(methodId, older)).toMatchObject(refusal(401, 'unable_to_auth_otp_code'));
    expect(authenticate(methodId, code(phone)).status).toBe(200);
  });

  it('tells the channel the code really took', () => {
    const { post, authenticate, code } = testApi();
    const sent = post('/v1/otps/whatsapp/login_or_create', { phone_number: phone });
    const answer = authenticate(textOf(sent, 'phone_id'), code(phone), { session_duration_minutes: 5 });
    expect(answer.body['session']).toMatchObject({
      authentication_factors: [{ delivery_method: 'whatsapp' }],
    });
  });

  it('adds the factor to a session that is given, by token or by JWT, and moves its end only when asked to', () => {
    const { sendSms, authenticate, code, sandbox } = testApi();
    const methodId = sendSms(phone);
    const first = authenticate(methodId, code(phone), { session_duration_minutes: 60 });
    sandbox.advance(60_000);
    sendSms(phone);
    const second = authenticate(methodId, code(phone), { session_token: textOf(first, 'session_token') });
    expect(second.body['session_token']).toBe(first.body['session_token']);
    expect(second.body['session']).toMatchObject({
      expires_at: '2026-11-20T13:00:00Z',
      last_accessed_at: '2026-11-20T12:01:00Z',
      authentication_factors: [{ last_authenticated_at: '2026-11-20T12:01:00Z' }],
    });
    sendSms(phone);
    const third = authenticate(methodId, code(phone), {
      session_jwt: textOf(second, 'session_jwt'),
      session_duration_minutes: 120,
    });
    expect(third.body['session']).toMatchObject({ expires_at: '2026-11-20T14:01:00Z' });
  });

  it('keeps custom claims and ignores the reserved ones', () => {
    const { sendSms, authenticate, code } = testApi();
    const answer = authenticate(sendSms(phone), code(phone), {
      session_duration_minutes: 5,
      session_custom_claims: { plan: 'free', sub: 'somebody else', 'https://stytch.com/session': {} },
    });
    expect(answer.body['session']).toMatchObject({ custom_claims: { plan: 'free' } });
    const payload = textOf(answer, 'session_jwt').split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      plan: 'free',
      sub: answer.body['user_id'],
    });
  });

  it('refuses another device where a match is required, and keeps the code good', () => {
    const { sendSms, authenticate, code } = testApi();
    const methodId = sendSms(phone, { attributes: { ip_address: '203.0.113.1', user_agent: 'a' } });
    const options = { ip_match_required: true, user_agent_match_required: false };
    const other = { options, attributes: { ip_address: '203.0.113.2' } };
    expect(authenticate(methodId, code(phone), other)).toMatchObject(refusal(401, 'attribute_mismatch'));
    const same = { options, attributes: { ip_address: '203.0.113.1' } };
    expect(authenticate(methodId, code(phone), same).status).toBe(200);
  });

  const unknownMethod = 'phone-number-test-00000000-0000-4000-8000-000000000000';
  it.each([
    [{ code: '12345' }, 400, 'invalid_code'],
    [{ code: '12345a' }, 400, 'invalid_code'],
    [{ method_id: 'phone' }, 400, 'invalid_method_id'],
    [{ session_duration_minutes: 4 }, 400, 'invalid_session_duration_minutes'],
    [{ session_duration_minutes: 527_041 }, 400, 'invalid_session_duration_minutes'],
    [{ session_duration_minutes: '60' }, 400, 'bad_request'],
    [{ session_token: 'short' }, 400, 'invalid_session_token'],
    [{ session_token: '59cnLELtq5cFVS6uYK9f-pAWzBkhqZl8AvLhbhOvKNWw' }, 404, 'session_not_found'],
    [{ session_jwt: 'a.b.c' }, 400, 'unable_to_parse_session_jwt'],
    [{ session_jwt: 'a.b.c', session_token: 'a'.repeat(44) }, 400, 'too_many_session_arguments'],
    [{ session_custom_claims: { long: 'x'.repeat(4096) } }, 400, 'custom_claims_too_large'],
    [{ method_id: unknownMethod }, 404, 'otp_code_not_found'],
  ])('refuses %j with %i %s', (extra, status, errorType) => {
    const { sendSms, authenticate, code } = testApi();
    expect(authenticate(sendSms(phone), code(phone), extra)).toMatchObject(refusal(status, errorType));
  });

  it('refuses the session of another user', () => {
    const { sendSms, authenticate, code } = testApi();
    const first = authenticate(sendSms(phone), code(phone), { session_duration_minutes: 60 });
    const other = '+12025550144';
    const methodId = sendSms(other);
    expect(
      authenticate(methodId, code(other), { session_token: textOf(first, 'session_token') }),
    ).toMatchObject(refusal(400, 'user_id_mismatch'));
  });
});

describe('sandbox destinations', () => {
  it.each([
    ['/v1/otps/sms/login_or_create', { phone_number: '+10000000000' }, 'phone_id'],
    ['/v1/otps/whatsapp/login_or_create', { phone_number: '+10000000000' }, 'phone_id'],
    ['/v1/otps/email/login_or_create', { email: 'sandbox@stytch.com' }, 'email_id'],
  ])('take the code 000000 after %s', (path, body, idMember) => {
    const { post, authenticate, sandbox } = testApi();
    const sent = post(path, body);
    expect(sent.body['user_id']).toBe('user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd');
    const answer = authenticate(textOf(sent, idMember), '000000');
    expect(answer).toMatchObject({
      status: 200,
      body: { session: null, user: { status: '', name: null, password: null, created_at: null } },
    });
    expect(sandbox.users).toHaveLength(0);
  });

  it('belong to a user that GET /v1/sessions does not find', () => {
    const { get } = testApi();
    const query = { user_id: 'user-test-e3795c81-f849-4167-bfda-e4a6e9c280fd' };
    expect(get('/v1/sessions', query)).toMatchObject(refusal(404, 'user_not_found'));
  });

  it('refuse any other code', () => {
    const { sendSms, authenticate } = testApi();
    expect(authenticate(sendSms('+10000000000'), '000001')).toMatchObject(refusal(404, 'otp_code_not_found'));
  });
});

describe('GET /v1/sessions', () => {
  it.each([
    [{}, 400, 'invalid_user_id'],
    [{ user_id: 'user-test-7' }, 400, 'invalid_user_id'],
    [{ user_id: 'user-test-00000000-0000-4000-8000-000000000000' }, 404, 'user_not_found'],
    [{ user_id: 'my-own-id' }, 404, 'user_not_found'],
    [{ user_id: '__proto__' }, 404, 'user_not_found'],
  ])('refuses the query %j with %i %s', (query, status, errorType) => {
    expect(testApi().get('/v1/sessions', query as Record<string, string>)).toMatchObject(
      refusal(status, errorType),
    );
  });
});
