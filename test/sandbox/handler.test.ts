import { describe, expect, it } from 'vitest';
import { assert as assertProperty, constantFrom, dictionary, jsonValue, property } from 'fast-check';
import { createSandbox, demoEmail, demoOrganizations } from '../../src/sandbox/index.ts';
import type { SandboxOptions, SandboxResponse } from '../../src/sandbox/index.ts';
import { basicAuth, phone, refusal, testApi } from './call-api.ts';

const smsPath = '/v1/otps/sms/login_or_create';
const smsOperation = 'api_otp_v1_otp_sms_LoginOrCreate';

function raw(
  request: { method?: string; path?: string; body?: string; headers?: Record<string, string> },
  options: SandboxOptions = {},
): SandboxResponse & { readonly json: Record<string, unknown> } {
  const sandbox = createSandbox(options);
  const response = sandbox.handle({
    method: 'POST',
    path: smsPath,
    body: JSON.stringify({ phone_number: phone }),
    ...request,
    headers: { authorization: basicAuth(sandbox), ...request.headers },
  });
  return {
    ...response,
    json: response.body === '' ? {} : (JSON.parse(response.body) as Record<string, unknown>),
  };
}

describe('the order of checks', () => {
  it('is route, method, credentials, JSON, members', () => {
    const authorization = 'Basic nonsense';
    const body = '{';
    const bad = { headers: { authorization }, body };
    expect(raw({ ...bad, path: '/v1/nothing', method: 'PUT' }).json['error_type']).toBe('route_not_found');
    expect(raw({ ...bad, method: 'PUT' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(raw(bad)).toMatchObject({ status: 401, errorType: 'unauthorized_credentials' });
    expect(raw({ body })).toMatchObject({ status: 400, errorType: 'bad_request' });
    expect(raw({ body: '{"phone_number":"1"}' })).toMatchObject({ errorType: 'invalid_phone_number' });
  });

  it.each(['', '[]', 'null', '"text"', '7'])('calls the body %j a bad request', (body) => {
    expect(raw({ body }).errorType).toBe('bad_request');
  });

  it.each([
    undefined,
    'Bearer x',
    'Basic',
    `Basic ${Buffer.from('project-test-1:secret').toString('base64')}`,
  ])('refuses the credentials %s', (authorization) => {
    const sandbox = createSandbox();
    const response = sandbox.handle({
      method: 'POST',
      path: smsPath,
      headers: { authorization },
      body: '{}',
    });
    expect(response).toMatchObject({ status: 401, errorType: 'unauthorized_credentials' });
  });

  it('takes credentials of its own', () => {
    const options = { projectId: 'project-test-1', secret: 'with:colon' };
    const authorization = basicAuth(options);
    expect(raw({ headers: { authorization } }, options).status).toBe(200);
  });

  it('is then faults, send limits, look-ups, locks, sessions, the code', () => {
    const { sandbox, post } = testApi({ lockThreshold: 1, rateLimits: { perHour: 1 } });
    const { organizationId: organization_id, memberId: member_id } = demoOrganizations.globex;
    const verify = (extra: object): unknown =>
      post('/v1/b2b/otps/sms/authenticate', { organization_id, member_id, code: '123456', ...extra }).body[
        'error_type'
      ];
    sandbox.injectFault({ times: 1, status: 500 });
    expect(verify({ member_id: 'nobody' })).toBe('internal_server_error');
    expect(verify({ member_id: 'nobody' })).toBe('member_not_found');
    expect(verify({})).toBe('no_session_arguments');
    expect(verify({ intermediate_session_token: 'gone' })).toBe('intermediate_session_not_found');
    const { intermediateSessionToken } = sandbox.createIntermediateSession({ email: demoEmail });
    expect(verify({ intermediate_session_token: intermediateSessionToken })).toBe('otp_code_not_found');
    expect(verify({ intermediate_session_token: 'gone' })).toBe('user_lock_limit_reached');
    const send = (): unknown =>
      post('/v1/b2b/otps/sms/send', { organization_id: 'hooli', member_id }).body['error_type'];
    expect([send(), send()]).toEqual(['organization_not_found', 'too_many_requests']);
  });
});

describe('errors', () => {
  it('have five members, and point to the documentation of their half of the API', () => {
    expect(raw({ headers: { authorization: '' } }).json).toEqual({
      status_code: 401,
      request_id: expect.stringMatching(
        /^request-id-test-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/,
      ),
      error_type: 'unauthorized_credentials',
      error_message: 'Unauthorized credentials.',
      error_url: 'https://stytch.com/docs/api/errors/401#unauthorized_credentials',
    });
    expect(raw({ path: '/v1/b2b/otps/email/discovery/send', body: '{}' }).json['error_url']).toBe(
      'https://stytch.com/docs/b2b/api/errors/400#invalid_email',
    );
  });

  it('can be given another status or sentence', () => {
    const errors = { invalid_phone_number: { status: 422, message: 'No.' } };
    expect(raw({ body: '{}' }, { errors }).json).toMatchObject({ status_code: 422, error_message: 'No.' });
  });

  it('call an absent member bad_request where the sandbox is told so', () => {
    expect(raw({ body: '{}' }, { guesses: { missingField: 'bad_request' } }).errorType).toBe('bad_request');
  });

  it('are all that any body leads to', () => {
    const sandbox = createSandbox({ seed: 1 });
    const paths = ['/v1/otps/authenticate', '/v1/b2b/otps/sms/authenticate', smsPath];
    const member = constantFrom(
      'phone_number',
      'method_id',
      'code',
      'attributes',
      'options',
      'session_custom_claims',
    );
    assertProperty(
      property(constantFrom(...paths), dictionary(member, jsonValue()), (path, body) => {
        const response = sandbox.handle({
          method: 'POST',
          path,
          headers: { authorization: basicAuth(sandbox) },
          body: JSON.stringify(body),
        });
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      }),
    );
  });

  it('meet claims that nest too deep to be written', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `{"method_id":"email-test-00000000-0000-4000-8000-000000000000","code":"000000","session_custom_claims":{"a":${deep}}}`;
    expect(raw({ path: '/v1/otps/authenticate', body }).errorType).toBe('custom_claims_too_large');
  });
});

describe('faults', () => {
  it('happen to one operation, so many times', () => {
    const { sandbox, post } = testApi();
    sandbox.injectFault({ operationId: smsOperation, times: 2, status: 503 });
    const types = [1, 2, 3].map(() => post(smsPath, { phone_number: phone }).body['error_type']);
    expect(types).toEqual(['server_unavailable', 'server_unavailable', undefined]);
    expect(sandbox.outbox).toHaveLength(1);
  });

  it('leave other operations alone, and malformed requests too', () => {
    const { sandbox, post } = testApi();
    sandbox.injectFault({ operationId: smsOperation, times: 1, status: 500 });
    expect(post('/v1/otps/email/login_or_create', { email: 'a@b.example' }).status).toBe(200);
    expect(post(smsPath, {}).status).toBe(400);
    expect(post(smsPath, { phone_number: phone }).status).toBe(500);
  });

  it('take their status from the error type, and their type from the status', () => {
    const { sandbox, post } = testApi();
    sandbox.injectFault({ times: 1, errorType: 'unsubscribed_phone_number' });
    sandbox.injectFault({ times: 1, status: 429, retryAfterSeconds: 7 });
    sandbox.injectFault({ times: 1, errorType: 'made_up', status: 418, message: 'Short and stout.' });
    const body = { phone_number: phone };
    expect(post(smsPath, body)).toMatchObject(refusal(400, 'unsubscribed_phone_number'));
    expect(post(smsPath, body)).toMatchObject({
      ...refusal(429, 'too_many_requests'),
      headers: { 'retry-after': '7' },
    });
    expect(post(smsPath, body).body).toMatchObject({
      error_type: 'made_up',
      error_message: 'Short and stout.',
    });
  });

  it('can replace the body by anything', () => {
    const { sandbox, post } = testApi();
    sandbox.injectFault({ times: 1, status: 502, body: '<html>Bad gateway</html>' });
    const sandboxHeaders = { authorization: basicAuth(sandbox) };
    const request = {
      method: 'POST',
      path: smsPath,
      headers: sandboxHeaders,
      body: '{"phone_number":"+12025550143"}',
    };
    expect(sandbox.handle(request)).toMatchObject({ status: 502, body: '<html>Bad gateway</html>' });
    sandbox.injectFault({ times: 1, body: { status_code: 200, phone_id: null } });
    expect(post(smsPath, { phone_number: phone })).toMatchObject({ status: 200, body: { phone_id: null } });
  });

  it('only delay where nothing else is asked for', () => {
    const { sandbox, post } = testApi();
    sandbox.injectFault({ times: 1, delayMs: 250 });
    expect(post(smsPath, { phone_number: phone }).raw).toMatchObject({ status: 200, delayMs: 250 });
  });

  it('lose the answer before or after the code went out', () => {
    const { sandbox } = testApi();
    const request = {
      method: 'POST',
      path: smsPath,
      headers: { authorization: basicAuth(sandbox) },
      body: JSON.stringify({ phone_number: phone }),
    };
    sandbox.injectFault({ times: 1, dropConnection: true });
    expect(sandbox.handle(request)).toMatchObject({ dropConnection: true, status: 0 });
    expect(sandbox.outbox).toHaveLength(0);
    sandbox.injectFault({ times: 1, dropConnection: true, afterEffect: true });
    expect(sandbox.handle(request).dropConnection).toBe(true);
    expect(sandbox.outbox).toHaveLength(1);
  });
});

const send = (api: ReturnType<typeof testApi>, to = phone): object => api.post(smsPath, { phone_number: to });

describe('rate limits', () => {
  it('are off unless asked for', () => {
    const api = testApi();
    expect(Array.from({ length: 20 }, () => send(api))).toMatchObject(
      Array.from({ length: 20 }, () => ({ status: 200 })),
    );
  });

  it('let one send a second through to each destination of each operation', () => {
    const api = testApi({ rateLimits: true });
    expect(send(api)).toMatchObject({ status: 200 });
    expect(send(api)).toMatchObject(refusal(429, 'too_many_requests'));
    expect(send(api, '+12025550144')).toMatchObject({ status: 200 });
    expect(api.post('/v1/otps/whatsapp/login_or_create', { phone_number: phone }).status).toBe(200);
    api.sandbox.advance(1000);
    expect(send(api)).toMatchObject({ status: 200 });
  });

  it('count in fixed windows that begin at the top of the hour', () => {
    const api = testApi({ rateLimits: { perHour: 2 }, retryAfter: true });
    api.sandbox.advance(3_599_000);
    send(api);
    send(api);
    expect(send(api)).toMatchObject({
      ...refusal(429, 'too_many_requests'),
      headers: { 'retry-after': '1' },
    });
    api.sandbox.advance(1000);
    expect(send(api)).toMatchObject({ status: 200 });
  });

  it('send no Retry-After unless asked to', () => {
    const api = testApi({ rateLimits: { perHour: 0 } });
    expect(send(api)).not.toHaveProperty('headers.retry-after');
  });
});

describe('CORS', () => {
  const origin = 'http://localhost:5173';
  const preflight = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };

  it('is off unless asked for', () => {
    expect(raw({ headers: { origin } }).headers).not.toHaveProperty('access-control-allow-origin');
    expect(raw(preflight).status).toBe(405);
  });

  it('answers a preflight without credentials, and lets the page read answers and errors', () => {
    expect(
      raw({ ...preflight, headers: { ...preflight.headers, authorization: '' } }, { cors: true }),
    ).toMatchObject({
      status: 204,
      body: '',
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': expect.stringContaining('authorization'),
      },
    });
    for (const body of ['{', '{"phone_number":"+12025550143"}']) {
      expect(raw({ headers: { origin }, body }, { cors: true }).headers).toMatchObject({
        'access-control-allow-origin': origin,
        vary: 'origin',
      });
    }
  });

  it('knows the origins of a list only', () => {
    const options = { cors: [origin] };
    expect(raw({ headers: { origin } }, options).headers).toHaveProperty(
      'access-control-allow-origin',
      origin,
    );
    expect(raw({ headers: { origin: 'https://example.com' } }, options).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });
});
