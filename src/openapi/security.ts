import { toBase64 } from './encoded-bytes.ts';
import { encodeStrictly } from './percent-encoding.ts';
import type { HttpRequest, Operation, RequestValues, SecurityScheme } from './operation.ts';

/**
 * What proves who is calling and can be sent as it is: user name and password (`basic`), a token (`bearer`, `oauth2`;
 * for `basic` it is the encoded pair), or a value (`apiKey`; of a scheme that is not known, the whole `Authorization`
 * header).
 */
export type SentCredential =
  | { readonly username: string; readonly password: string }
  | { readonly token: string }
  | { readonly value: string };

/**
 * What a program proves itself with to an authorization server, which gives it a token for that.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where tokens are given out. Default: what the security scheme says. */
  readonly tokenUrl?: string;
  /** Default: those that the operation asks for. */
  readonly scopes?: readonly string[];
  /** Where the secret goes: a Basic `Authorization` header (default), or the request's body. */
  readonly clientAuthentication?: 'basic' | 'body';
  /** Further parameters of the token request, such as `audience`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A credential for a security scheme: one to send, or one to get a token with. */
export type Credential = SentCredential | ClientCredentials;

/**
 * Chooses how a request is authenticated. An alternative is met when each of its schemes is available or the step
 * itself sends a parameter in the scheme's place (a header `Authorization`, the key's own parameter). The first
 * alternative with schemes that is met wins; anonymous access, where it is allowed, is what remains.
 *
 * @returns `schemes`: those to add credentials for, without those that the step takes care of. `missing`: what
 * the alternative that came closest still lacks.
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export function chooseSecurity(
  operation: Operation,
  values: RequestValues,
  has: (scheme: SecurityScheme) => boolean,
): { readonly schemes: readonly SecurityScheme[] } | { readonly missing: readonly SecurityScheme[] } {
  let missing: readonly SecurityScheme[] | undefined;
  for (const alternative of operation.security.filter((schemes) => schemes.length > 0)) {
    const needed = alternative.filter((scheme) => !isSentByStep(scheme, values));
    const lacking = needed.filter((scheme) => !has(scheme));
    if (lacking.length === 0) return { schemes: needed };
    if (missing === undefined || lacking.length < missing.length) missing = lacking;
  }
  if (missing === undefined || operation.security.some((schemes) => schemes.length === 0))
    return { schemes: [] };
  return { missing };
}

/** Whether a step sends a parameter of its own where a scheme's credential would go. */
export function isSentByStep(scheme: SecurityScheme, values: RequestValues): boolean {
  return values.parameters.some(({ name, in: location, value }) => {
    if (value === null) return false;
    if (scheme.kind !== 'apiKey') return location === 'header' && name.toLowerCase() === 'authorization';
    if (location !== scheme.in) return false;
    return location === 'header'
      ? name.toLowerCase() === scheme.parameter.toLowerCase()
      : name === scheme.parameter;
  });
}

/**
 * Adds a credential to a request, where its scheme wants it. The request itself is left as it is, and so are the
 * `query` and `path` that expressions see.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export function applyCredential(
  request: HttpRequest,
  scheme: SecurityScheme,
  credential: SentCredential,
): HttpRequest {
  if (scheme.kind !== 'apiKey') {
    return withHeader(request, 'authorization', authorization(scheme, credential));
  }
  const value = plainValue(credential);
  switch (scheme.in) {
    case 'header':
      return withHeader(request, scheme.parameter.toLowerCase(), value);
    case 'cookie': {
      const pair = `${encodeStrictly(scheme.parameter)}=${value}`;
      const cookie = request.headers['cookie'];
      return withHeader(request, 'cookie', cookie === undefined ? pair : `${cookie}; ${pair}`);
    }
    case 'query': {
      const pair = `${encodeStrictly(scheme.parameter)}=${encodeStrictly(value)}`;
      return { ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}${pair}` };
    }
  }
}

const encoder = new TextEncoder();

function authorization(scheme: SecurityScheme, credential: SentCredential): string {
  if (scheme.kind === 'basic' && !('token' in credential)) {
    return `Basic ${toBase64(encoder.encode(plainValue(credential)))}`;
  }
  if ('value' in credential && scheme.kind === 'unsupported') return credential.value;
  if ('username' in credential) return authorization({ kind: 'basic', name: scheme.name }, credential);
  return `${scheme.kind === 'basic' ? 'Basic' : 'Bearer'} ${plainValue(credential)}`;
}

function plainValue(credential: SentCredential): string {
  if ('value' in credential) return credential.value;
  return 'token' in credential ? credential.token : `${credential.username}:${credential.password}`;
}

function withHeader(request: HttpRequest, name: string, value: string): HttpRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}
