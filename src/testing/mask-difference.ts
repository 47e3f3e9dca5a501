import { MASK } from '../machines/mask.ts';
import { runtimeOf } from '../machines/registry.ts';
import { isSecretName } from '../plan/secret-name.ts';
import type { PathDifference } from './path-difference.ts';

/**
 * Whether a name is that of a secret of a machine's workflows: an input, an output or a member of an answer that is marked as one, or a name
 * that looks like it.
 */
export function secretNamesOf(machine: { readonly config: object }): (name: string) => boolean {
  const marked = new Set(
    [...runtimeOf(machine).frames.values()].flatMap(({ plan }) =>
      [
        ...plan.inputs,
        ...plan.outputs,
        ...plan.steps.flatMap(({ outputs }) => outputs),
        ...plan.steps.flatMap((step) => (step.kind === 'interaction' ? step.fields : [])),
      ]
        .filter(({ secret }) => secret)
        .map(({ name }) => name),
    ),
  );
  return (name) => marked.has(name) || isSecretName(name);
}

/** A difference without the values of secrets, which in a run against a real API are real ones. */
export function maskDifference(
  difference: PathDifference,
  isSecret: (name: string) => boolean,
): PathDifference {
  const masked = (text: string): string =>
    text
      .replaceAll(/"((?:[^"\\]|\\.)*)":"(?:[^"\\]|\\.)*"/g, (whole, name: string) =>
        isSecret(name) ? `"${name}":"${MASK}"` : whole,
      )
      .replaceAll(/([^\s&?=]+)=([^\s&]*)/g, (whole, name: string) =>
        isSecret(name) ? `${name}=${MASK}` : whole,
      )
      .replaceAll(/^([\w-]+): .*$/gm, (whole, name: string) => (isSecret(name) ? `${name}: ${MASK}` : whole));
  const { expected, actual, request } = difference;
  return {
    ...difference,
    ...(request === undefined ? {} : { request: masked(request) }),
    expected: masked(expected),
    actual: masked(actual),
  };
}
