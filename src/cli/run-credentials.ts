import { didYouMean } from '../document/did-you-mean.ts';
import type { SecurityScheme } from '../openapi/operation.ts';
import type { Credential } from '../openapi/security.ts';
import { operationsOf } from '../machines/actor-names.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { missingCredentials } from '../run/missing-credentials.ts';
import { credentialsFrom, environmentVariableFor } from '../services/environment-credentials.ts';
import type { CredentialsProvider } from '../services/service-options.ts';
import { CommandError } from './command-error.ts';
import { splitPair } from './input-options.ts';

/** Where a run's credentials come from. */
export interface CredentialOptions {
  /** Each as `source.scheme=value`. */
  readonly auth: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Used for what neither `auth` nor the environment has; instead of the environment with `onlyThese`. */
  readonly basic?: { readonly username: string; readonly password: string; readonly onlyThese: boolean };
}

function schemesOf(plan: WorkflowPlan): ReadonlyMap<string, { source: string; scheme: SecurityScheme }> {
  const found = new Map<string, { source: string; scheme: SecurityScheme }>();
  for (const { source, security } of operationsOf(plan)) {
    for (const scheme of security.flat()) {
      found.set(`${source}.${scheme.name}`, { source, scheme });
    }
  }
  return found;
}

/**
 * The credentials of a run: `--auth`, then the environment's `ARAZZO_AUTH_…`, then those of the sandbox or the
 * Stytch project.
 *
 * @throws CommandError for an `--auth` that names no scheme which the workflow's operations ask for.
 */
export function createCredentials(plan: WorkflowPlan, options: CredentialOptions): CredentialsProvider {
  const schemes = schemesOf(plan);
  const record: Record<string, string | undefined> =
    options.basic?.onlyThese === true ? {} : { ...options.env };
  for (const pair of options.auth) {
    // What stands behind the "=" is a secret and must not be in a message.
    const [name, value] = splitPair(pair, 'A credential (--auth)');
    const known = schemes.get(name);
    if (known === undefined) {
      const suggestion = didYouMean(name, schemes.keys());
      throw new CommandError(
        `No operation of the workflow asks for "${name}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
        {
          hint:
            schemes.size === 0
              ? 'None of them needs credentials.'
              : `They ask for: ${[...schemes.keys()].join(', ')}.`,
        },
      );
    }
    record[environmentVariableFor(known.source, known.scheme.name)] = value;
  }
  const given = credentialsFrom(record);
  const { basic } = options;
  return async (scheme, context): Promise<Credential | undefined> => {
    const credential = await given(scheme, context);
    if (credential !== undefined || basic === undefined || scheme.kind !== 'basic') return credential;
    return { username: basic.username, password: basic.password };
  };
}

function howToGive(source: string, scheme: SecurityScheme): string {
  const form = scheme.kind === 'basic' ? ' to "user:password"' : '';
  return `Set ${environmentVariableFor(source, scheme.name)}${form}, give --auth ${source}.${scheme.name}=…, or send without with --no-auth.`;
}

/**
 * Refuses a run before its first request when a step's operation asks for credentials that nobody has.
 *
 * @throws CommandError that names source, scheme and environment variable.
 */
export async function requireCredentials(
  plan: WorkflowPlan,
  credentials: CredentialsProvider,
): Promise<void> {
  const [missing] = await missingCredentials(plan, { credentials });
  if (missing === undefined) return;
  const { source, scheme, stepId } = missing;
  throw new CommandError(
    `Step "${stepId}" needs credentials for the security scheme "${scheme.name}" of the source "${source}".`,
    { hint: howToGive(source, scheme) },
  );
}
