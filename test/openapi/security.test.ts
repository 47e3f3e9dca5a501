import { describe, expect, it } from 'vitest';
import type { HttpRequest, ParameterValue, SecurityScheme } from '../../src/openapi/operation.ts';
import { applyCredential, chooseSecurity } from '../../src/openapi/security.ts';
import { operationOf } from './operation-of.ts';

const basic: SecurityScheme = { kind: 'basic', name: 'basicAuth' };
const bearer: SecurityScheme = { kind: 'bearer', name: 'token' };
const key: SecurityScheme = { kind: 'apiKey', name: 'key', in: 'query', parameter: 'api key' };
const headerKey: SecurityScheme = { kind: 'apiKey', name: 'headerKey', in: 'header', parameter: 'X-Key' };

function choose(
  security: SecurityScheme[][],
  available: SecurityScheme[],
  parameters: ParameterValue[] = [],
) {
  return chooseSecurity(operationOf({ security }), { parameters }, (scheme) => available.includes(scheme));
}

describe('choosing', () => {
  it('needs nothing where nothing is asked for', () => {
    expect(choose([], [basic])).toEqual({ schemes: [] });
  });

  it('takes the first alternative that is met whole', () => {
    expect(choose([[basic, key], [bearer]], [basic, bearer])).toEqual({ schemes: [bearer] });
    expect(choose([[basic, key], [bearer]], [basic, bearer, key])).toEqual({ schemes: [basic, key] });
  });

  it('says what the nearest alternative lacks', () => {
    expect(
      choose(
        [
          [basic, bearer],
          [headerKey, key],
        ],
        [key],
      ),
    ).toEqual({ missing: [headerKey] });
  });

  it('prefers credentials to anonymous access, which is met always', () => {
    expect(choose([[], [basic]], [basic])).toEqual({ schemes: [basic] });
    expect(choose([[], [basic]], [])).toEqual({ schemes: [] });
  });

  it('leaves to the step what the step sends in a place of a scheme', () => {
    const authorization: ParameterValue = { name: 'AUTHORIZATION', in: 'header', value: 'Bearer x' };
    expect(choose([[bearer]], [], [authorization])).toEqual({ schemes: [] });
    expect(choose([[bearer]], [bearer], [authorization])).toEqual({ schemes: [] });
    expect(choose([[headerKey, bearer]], [bearer], [{ name: 'x-key', in: 'header', value: 'k' }])).toEqual({
      schemes: [bearer],
    });
    expect(choose([[key]], [], [{ name: 'api key', in: 'header', value: 'k' }])).toEqual({ missing: [key] });
    expect(choose([[bearer]], [], [{ ...authorization, value: null }])).toEqual({ missing: [bearer] });
  });
});

describe('applying', () => {
  const request: HttpRequest = {
    method: 'GET',
    url: 'http://a.test/x?a=1',
    headers: {},
    query: {},
    path: {},
  };

  it('encodes user and password as UTF-8', () => {
    const applied = applyCredential(request, basic, { username: 'zoë', password: 'p:ß' });
    expect(applied.headers['authorization']).toBe(
      `Basic ${Buffer.from('zoë:p:ß', 'utf8').toString('base64')}`,
    );
    expect(request.headers).toEqual({});
  });

  it('sends tokens as bearer', () => {
    expect(applyCredential(request, bearer, { token: 't' }).headers['authorization']).toBe('Bearer t');
    const oauth: SecurityScheme = { kind: 'oauth2', name: 'o', scopes: [] };
    expect(applyCredential(request, oauth, { token: 't' }).headers['authorization']).toBe('Bearer t');
  });

  it('puts keys into the query, a header or a cookie', () => {
    expect(applyCredential(request, key, { value: 'a&b' }).url).toBe('http://a.test/x?a=1&api%20key=a%26b');
    expect(applyCredential(request, headerKey, { value: 'k' }).headers['x-key']).toBe('k');
    const cookie: SecurityScheme = { kind: 'apiKey', name: 'c', in: 'cookie', parameter: 'sid' };
    const withCookie = { ...request, headers: { cookie: 'a=1' } };
    expect(applyCredential(withCookie, cookie, { value: 'k' }).headers['cookie']).toBe('a=1; sid=k');
  });

  it('leaves what expressions see of the request alone', () => {
    expect(applyCredential(request, key, { value: 's' }).query).toEqual({});
  });
});
