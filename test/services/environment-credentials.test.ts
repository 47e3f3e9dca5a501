import { describe, expect, it } from 'vitest';
import type { SecurityScheme } from '../../src/openapi/operation.ts';
import { credentialsFrom, environmentVariableFor } from '../../src/services/environment-credentials.ts';

const given = (record: Record<string, string>, scheme: SecurityScheme) =>
  credentialsFrom(record)(scheme, { source: 'my-api' });

describe('credentials out of the environment', () => {
  it('stand in a variable named for source and scheme', () => {
    expect(environmentVariableFor('my-api', 'basicAuth')).toBe('ARAZZO_AUTH_MY_API_BASICAUTH');
    expect(environmentVariableFor('été', 'a b')).toBe('ARAZZO_AUTH__T__A_B');
  });

  it('split user and password at the first colon', () => {
    const scheme: SecurityScheme = { kind: 'basic', name: 'b' };
    expect(given({ ARAZZO_AUTH_MY_API_B: 'u:p:q' }, scheme)).toEqual({ username: 'u', password: 'p:q' });
    expect(given({ ARAZZO_AUTH_MY_API_B: 'u' }, scheme)).toEqual({ username: 'u', password: '' });
  });

  it('are a token or a value as the scheme wants it', () => {
    const record = { ARAZZO_AUTH_MY_API_B: 'x' };
    expect(given(record, { kind: 'bearer', name: 'b' })).toEqual({ token: 'x' });
    expect(given(record, { kind: 'oauth2', name: 'b', scopes: [] })).toEqual({ token: 'x' });
    expect(given(record, { kind: 'apiKey', name: 'b', in: 'header', parameter: 'k' })).toEqual({
      value: 'x',
    });
  });

  it('are a client and its secret for oauth2 when they hold a colon', () => {
    const record = { ARAZZO_AUTH_MY_API_B: 'id:se:cret' };
    expect(given(record, { kind: 'oauth2', name: 'b', scopes: [] })).toEqual({
      clientId: 'id',
      clientSecret: 'se:cret',
    });
    expect(given(record, { kind: 'bearer', name: 'b' })).toEqual({ token: 'id:se:cret' });
  });

  it('are absent when the variable is absent or empty', () => {
    expect(given({}, { kind: 'bearer', name: 'b' })).toBeUndefined();
    expect(given({ ARAZZO_AUTH_MY_API_B: '' }, { kind: 'bearer', name: 'b' })).toBeUndefined();
  });
});
