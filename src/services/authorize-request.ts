import type { HttpRequest, Operation, RequestValues, SecurityScheme } from '../openapi/operation.ts';
import { applyCredential, chooseSecurity, isSentByStep, type Credential } from '../openapi/security.ts';
import { environmentVariableFor } from './environment-credentials.ts';
import type { ServiceOptions } from './service-options.ts';

/**
 * Adds to a request what the operation's `security` asks for.
 *
 * @returns `problem`, which names sources, schemes and environment variables and never a value, where a credential
 * is missing or the provider fails.
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object
 */
export async function authorizeRequest(
  operation: Operation,
  values: RequestValues,
  request: HttpRequest,
  options: ServiceOptions,
): Promise<{ readonly value: HttpRequest } | { readonly problem: string }> {
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
      return { problem: `The credentials provider failed for the scheme ${nameOf(operation, scheme)}.` };
    }
  }
  const chosen = chooseSecurity(operation, values, (scheme) => credentials.has(scheme.name));
  if ('missing' in chosen) return { problem: missingCredentials(operation, chosen.missing) };
  let authorized = request;
  for (const scheme of chosen.schemes) {
    const credential = credentials.get(scheme.name);
    if (credential === undefined) continue;
    authorized = applyCredential(authorized, scheme, credential);
  }
  return { value: authorized };
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
