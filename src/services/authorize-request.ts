import type { HttpRequest, Operation, RequestValues, SecurityScheme } from '../openapi/operation.ts';
import {
  applyCredential,
  chooseSecurity,
  isSentByStep,
  type ClientCredentials,
  type Credential,
  type SentCredential,
} from '../openapi/security.ts';
import { environmentVariableFor } from './environment-credentials.ts';
import type { TokenFailure, TokenRequest } from './fetch-token.ts';
import { DEFAULT_TIMEOUT_MS, type CredentialsProvider, type ServiceOptions } from './service-options.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';

/** A request with its credentials. */
export interface AuthorizedRequest {
  readonly value: HttpRequest;
  /** Forgets the tokens that were fetched for it; absent where none was. */
  readonly forgetTokens?: () => void;
}

/** A provider's tokens are nobody else's. */
const stores = new WeakMap<CredentialsProvider, TokenStore>();

/**
 * Adds to a request what the operation's `security` asks for. A client id and secret are exchanged for a token first,
 * unless there is one that is still good.
 *
 * @returns `problem`, which names sources, schemes and environment variables and never a value, where a credential
 * is missing, the provider fails or there is no token to be had.
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export async function authorizeRequest(
  operation: Operation,
  values: RequestValues,
  request: HttpRequest,
  options: ServiceOptions,
  signal: AbortSignal,
): Promise<AuthorizedRequest | TokenFailure> {
  if (options.noAuth === true) return { value: request };
  const credentials = new Map<string, Credential>();
  const wanted = new Map(operation.security.flat().map((scheme) => [scheme.name, scheme]));
  for (const scheme of wanted.values()) {
    if (isSentByStep(scheme, values)) continue;
    try {
      const credential = await options.credentials?.(scheme, { source: operation.source });
      if (credential !== undefined) credentials.set(scheme.name, credential);
    } catch {
      // What a provider throws may quote a secret.
      const problem = `The credentials provider failed for the scheme ${nameOf(operation, scheme)}.`;
      return { kind: 'request', problem };
    }
  }
  const chosen = chooseSecurity(operation, values, (scheme) => credentials.has(scheme.name));
  if ('missing' in chosen) return { kind: 'request', problem: missingCredentials(operation, chosen.missing) };
  let authorized = request;
  const forgetting: (() => void)[] = [];
  for (const scheme of chosen.schemes) {
    const credential = credentials.get(scheme.name);
    if (credential === undefined) continue;
    const sent = await exchanged(operation, scheme, credential, options, signal);
    if ('problem' in sent) return sent;
    if (sent.forget !== undefined) forgetting.push(sent.forget);
    authorized = applyCredential(authorized, scheme, sent.credential);
  }
  if (forgetting.length === 0) return { value: authorized };
  return { value: authorized, forgetTokens: () => forgetting.forEach((forget) => forget()) };
}

/** What is sent for a credential: itself, or the token that it is good for. */
async function exchanged(
  operation: Operation,
  scheme: SecurityScheme,
  credential: Credential,
  options: ServiceOptions,
  signal: AbortSignal,
): Promise<{ readonly credential: SentCredential; readonly forget?: () => void } | TokenFailure> {
  if (!('clientId' in credential)) return { credential };
  const request = tokenRequest(scheme, credential, options);
  if (request === undefined) {
    const problem = `The scheme ${nameOf(operation, scheme)} names no token URL: the credentials provider must give one with the client id.`;
    return { kind: 'request', problem };
  }
  const provider = options.credentials;
  const store = (provider === undefined ? undefined : stores.get(provider)) ?? createTokenStore();
  if (provider !== undefined) stores.set(provider, store);
  const result = await store.tokenFor(request, options.now ?? Date.now, signal);
  if ('problem' in result) return result;
  const { token } = result;
  return { credential: { token }, forget: () => store.forget(request, token) };
}

function tokenRequest(
  scheme: SecurityScheme,
  credentials: ClientCredentials,
  options: ServiceOptions,
): TokenRequest | undefined {
  const ofScheme = scheme.kind === 'oauth2' ? scheme : undefined;
  const tokenUrl = credentials.tokenUrl ?? ofScheme?.tokenUrl;
  if (tokenUrl === undefined) return undefined;
  return {
    credentials,
    tokenUrl,
    scopes: credentials.scopes ?? ofScheme?.scopes ?? [],
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  };
}

/** The sentence that says which credentials a source lacks and which environment variables would give them. */
export function missingCredentials(operation: Operation, missing: readonly SecurityScheme[]): string {
  const schemes = missing.map((scheme) => nameOf(operation, scheme)).join(' and ');
  const variables = missing
    .map((scheme) => environmentVariableFor(operation.source, scheme.name))
    .join(' and ');
  return `Credentials are missing for the scheme ${schemes}: give them to the provider (in the environment: ${variables}).`;
}

function nameOf(operation: Operation, scheme: SecurityScheme): string {
  const kind = scheme.kind === 'unsupported' ? scheme.type : scheme.kind;
  return `"${scheme.name}" (${kind}) of the source "${operation.source}"`;
}
