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
    maskMembers(text, isSecret)
      .replaceAll(TEXT, (literal) => {
        const inner = literal.includes('\\"') ? textIn(literal) : undefined;
        return inner === undefined ? literal : JSON.stringify(masked(inner));
      })
      .replaceAll(/(?<![^\s&?=])([^\s&?=]+)=([^\s&]*)/g, (whole, name: string) =>
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

/** Also one that does not end, so that none is looked through twice. */
const TEXT = /"(?:[^"\\]|\\.)*"?/g;

/** The text of JSON that a string of JSON holds. */
function textIn(literal: string): string | undefined {
  try {
    const text: unknown = JSON.parse(literal);
    return typeof text === 'string' && /^\s*[[{]/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

const MEMBER = /"((?:[^"\\]|\\.){0,200})":(?!null\b)/g;
const PIECE = /"(?:[^"\\]|\\.)*"|[^"[\]{},]+|[[\]{},]/y;

/** Masks what members of JSON in a text have for values, whatever these are. */
function maskMembers(text: string, isSecret: (name: string) => boolean): string {
  let masked = '';
  let at = 0;
  for (const match of text.matchAll(MEMBER)) {
    if (match.index < at || !isSecret(match[1] ?? '')) continue;
    const start = match.index + match[0].length;
    masked += `${text.slice(at, start)}"${MASK}"`;
    at = valueEnd(text, start);
  }
  return masked + text.slice(at);
}

/** Where the JSON value ends that begins at an offset. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  PIECE.lastIndex = start;
  for (let piece = PIECE.exec(text); piece !== null; piece = PIECE.exec(text)) {
    if (piece[0] === '[' || piece[0] === '{') depth += 1;
    if (piece[0] === ']' || piece[0] === '}') depth -= 1;
    if (depth <= 0) return PIECE.lastIndex;
  }
  return text.length;
}
