import { memberOf } from '../document/json.ts';
import type { SecurityScheme } from '../openapi/operation.ts';
import type { CredentialsProvider } from './service-options.ts';

/** The name of the environment variable for a scheme of a source: `ARAZZO_AUTH_<SOURCE>_<SCHEME>`. */
export function environmentVariableFor(source: string, scheme: string): string {
  return `ARAZZO_AUTH_${source}_${scheme}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
}

/**
 * A provider that reads `ARAZZO_AUTH_<SOURCE>_<SCHEME>` out of a record such as `process.env`. The value of a
 * `basic` scheme is `user:password`, that of `bearer` the token, that of `oauth2` a token or `client_id:client_secret`.
 * An empty value counts as absent.
 */
export function credentialsFrom(record: Readonly<Record<string, string | undefined>>): CredentialsProvider {
  return (scheme: SecurityScheme, { source }) => {
    const value = memberOf(record, environmentVariableFor(source, scheme.name));
    if (value === undefined || value === '') return undefined;
    if (scheme.kind === 'basic') {
      const colon = value.indexOf(':');
      if (colon === -1) return { username: value, password: '' };
      return { username: value.slice(0, colon), password: value.slice(colon + 1) };
    }
    const colon = value.indexOf(':');
    if (scheme.kind === 'oauth2' && colon !== -1)
      return { clientId: value.slice(0, colon), clientSecret: value.slice(colon + 1) };
    return scheme.kind === 'bearer' || scheme.kind === 'oauth2' ? { token: value } : { value };
  };
}
