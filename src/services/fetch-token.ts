import ky from 'ky';
import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { toBase64 } from '../openapi/encoded-bytes.ts';
import { formEncode } from '../openapi/media-type.ts';
import type { ClientCredentials } from '../openapi/security.ts';
import { createDeadline } from './deadline.ts';
import { describeNetworkFailure } from './network-failure.ts';
import { readBytes } from './read-response.ts';

/** A token that an authorization server gave. */
export interface FetchedToken {
  readonly token: string;
  /** Seconds from when it was given; absent where the server does not say. */
  readonly expiresInSeconds?: number;
}

/** Why there is no token. `network`, `timeout`: the server did not answer, or could not. */
export interface TokenFailure {
  readonly kind: 'request' | 'network' | 'timeout';
  /** One sentence without any secret. */
  readonly problem: string;
}

/** What a token is asked for with. */
export interface TokenRequest {
  readonly credentials: ClientCredentials;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

const MAX_TOKEN_BYTES = 1024 * 1024;

/**
 * Asks an authorization server for a token, once, with a client's own credentials. Redirects are not followed: the
 * secret goes where it is meant to go. Never rejects.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export async function fetchToken(
  request: TokenRequest,
  signal: AbortSignal,
): Promise<FetchedToken | TokenFailure> {
  const { credentials, tokenUrl, scopes, timeoutMs } = request;
  if (!/^https?:$/.test(URL.canParse(tokenUrl) ? new URL(tokenUrl).protocol : '')) {
    return { kind: 'request', problem: 'The token URL is not an absolute http(s) URL.' };
  }
  const place = `The authorization server on ${new URL(tokenUrl).host}`;
  const { clientId, clientSecret, clientAuthentication = 'basic', parameters = {} } = credentials;
  const inBody = clientAuthentication === 'body';
  const body = formEncode({
    grant_type: 'client_credentials',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(inBody ? { client_id: clientId, client_secret: clientSecret } : {}),
    ...parameters,
  });
  const deadline = createDeadline(timeoutMs, signal);
  try {
    const response = await deadline.race(
      ky.post(tokenUrl, {
        body,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(inBody ? {} : { authorization: basic(clientId, clientSecret) }),
        },
        retry: 0,
        throwHttpErrors: false,
        timeout: false,
        redirect: 'manual',
        credentials: 'omit',
        signal: deadline.signal,
        ...(request.fetch === undefined ? {} : { fetch: request.fetch }),
      }),
    );
    const bytes = await deadline.race(readBytes(response, MAX_TOKEN_BYTES));
    const answer = parsed(new TextDecoder().decode(bytes));
    if (!response.ok) return refusal(place, response.status, answer);
    return tokenOf(place, answer);
  } catch (error) {
    if (deadline.ended() === 'timeout')
      return { kind: 'timeout', problem: `${place} gave no token within ${timeoutMs} ms.` };
    return { kind: 'network', problem: `No token: ${describeNetworkFailure(error, tokenUrl).message}` };
  } finally {
    deadline.clear();
  }
}

function tokenOf(place: string, answer: JsonValue | undefined): FetchedToken | TokenFailure {
  const token = isJsonObject(answer) ? memberOf(answer, 'access_token') : undefined;
  if (!isJsonObject(answer) || typeof token !== 'string' || token === '')
    return { kind: 'request', problem: `${place} answered with no access token.` };
  const type = answer['token_type'];
  if (typeof type === 'string' && type.toLowerCase() !== 'bearer')
    return { kind: 'request', problem: `${place} gives tokens that are not bearer tokens.` };
  const seconds = answer['expires_in'];
  // Some servers write the number as a string.
  const known = typeof seconds === 'number' || typeof seconds === 'string' ? Number(seconds) : Number.NaN;
  return Number.isFinite(known) ? { token, expiresInSeconds: known } : { token };
}

function refusal(place: string, status: number, answer: JsonValue | undefined): TokenFailure {
  const code = isJsonObject(answer) ? answer['error'] : undefined;
  // A description of the error may quote what was sent; the code is one of a list.
  const shown = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? `, ${code}` : '';
  const kind = status >= 500 || status === 429 ? 'network' : 'request';
  return { kind, problem: `${place} gave no token (status ${status}${shown}).` };
}

/** Both are form-encoded first, as OAuth wants it. */
function basic(clientId: string, clientSecret: string): string {
  const [id, secret] = [clientId, clientSecret].map((text) => formEncode({ x: text }).slice(2));
  return `Basic ${toBase64(new TextEncoder().encode(`${id}:${secret}`))}`;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
