import type { SecurityScheme } from '../openapi/operation.ts';
import { performedSteps } from '../machines/actor-names.ts';
import { createFlow } from '../plan/create-flow.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { ServiceOptions } from '../services/service-options.ts';

/** A credential that a workflow's operations ask for and nobody gives. */
export interface MissingCredential {
  readonly source: string;
  readonly scheme: SecurityScheme;
  /** The first step that needs it. */
  readonly stepId: string;
}

/**
 * Finds, before the first request, the credentials without which a workflow's steps cannot be sent. A parameter that
 * a step sends in a scheme's place stands for it; of alternatives, the first is named.
 */
export async function missingCredentials(
  plan: WorkflowPlan,
  options: ServiceOptions,
): Promise<readonly MissingCredential[]> {
  if (options.noAuth === true) return [];
  const missing = new Map<string, MissingCredential>();
  for (const { step } of performedSteps(createFlow(plan))) {
    const { stepId, operation, parameters } = step;
    const { source, security } = operation;
    if (security.length === 0) continue;
    const alternatives = await Promise.all(
      security.map(async (schemes) => {
        const absent: SecurityScheme[] = [];
        for (const scheme of schemes) {
          if (parameters.some(({ name, in: place }) => standsFor(scheme, name, place))) continue;
          if ((await options.credentials?.(scheme, { source })) === undefined) absent.push(scheme);
        }
        return absent;
      }),
    );
    if (alternatives.some((absent) => absent.length === 0)) continue;
    for (const scheme of alternatives[0] ?? []) {
      const key = `${source} ${scheme.name}`;
      if (!missing.has(key)) missing.set(key, { source, scheme, stepId });
    }
  }
  return [...missing.values()];
}

function standsFor(scheme: SecurityScheme, name: string, place: string): boolean {
  if (scheme.kind === 'apiKey')
    return scheme.in === place && scheme.parameter.toLowerCase() === name.toLowerCase();
  return place === 'header' && name.toLowerCase() === 'authorization';
}
