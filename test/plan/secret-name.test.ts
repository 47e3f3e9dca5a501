import { expect, it } from 'vitest';
import { isSecretName } from '../../src/plan/secret-name.ts';

it.each([
  'token',
  'session_token',
  'sessionToken',
  'intermediateSessionToken',
  'sessionJwt',
  'JWT',
  'password',
  'clientSecret',
  'api-key',
  'apiKey',
  'x-api-key',
  'privateKey',
  'user.password',
  'Authorization',
  'APIToken',
  'set-cookie',
])('"%s" looks like the name of a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

it.each([
  'tokenize',
  'secretary',
  'passwordless',
  'code',
  'email',
  'keyboard',
  'api',
  'cookieless',
  '',
  '__proto__',
  'monkey',
])('"%s" does not', (name) => {
  expect(isSecretName(name)).toBe(false);
});

it('looks at a long name at once', () => {
  const started = performance.now();
  expect(isSecretName('A'.repeat(200_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(2000);
});
