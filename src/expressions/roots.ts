import { didYouMean } from '../document/did-you-mean.ts';
import { ExpressionError } from './expression-error.ts';

/** The words that an expression begins with, `$` left out. */
export const ROOTS = [
  'url',
  'method',
  'statusCode',
  'self',
  'request',
  'response',
  'message',
  'interaction',
  'inputs',
  'outputs',
  'steps',
  'workflows',
  'sourceDescriptions',
  'components',
] as const;

/** The first word of an expression. */
export type Root = (typeof ROOTS)[number];

/** The root that a text begins with. */
export interface RootMatch {
  readonly root: Root;
  /** How much of the text belongs to the root: what follows begins with `.`, or is read as what it is. */
  readonly length: number;
  /** The form to write, where it is another. */
  readonly warning?: string;
}

/**
 * Finds the root that a text begins with. Roots that documents often misname, and that can mean one thing only,
 * are taken for what they mean.
 *
 * @throws {ExpressionError} where it is none.
 */
export function matchRoot(text: string): RootMatch {
  const word = /^\$([A-Za-z_][A-Za-z0-9_-]*)?/.exec(text);
  if (word === null) throw new ExpressionError('A runtime expression begins with "$".', 0);
  const written = word[1] ?? '';
  const length = word[0].length;
  const root = ROOTS.find((candidate) => candidate === written);
  return root === undefined ? misnamed(written, text.slice(length), length) : { root, length };
}

function misnamed(written: string, rest: string, length: number): RootMatch {
  if (written === 'body' && /^(?:$|[.#[])/.test(rest)) {
    // The word itself is what stands after `$response.`.
    return { root: 'response', length: 1, warning: 'Write "$response.body" for "$body".' };
  }
  if (written === 'responses' && rest.startsWith('.')) {
    return { root: 'response', length, warning: 'Write "$response" for "$responses".' };
  }
  if (written === 'sourceDescription' && rest.startsWith('.')) {
    return {
      root: 'sourceDescriptions',
      length,
      warning: 'Write "$sourceDescriptions" for "$sourceDescription".',
    };
  }
  if (written === 'workflow' && rest.startsWith('.')) {
    const own = /^\.(inputs|outputs)(?=\.)/.exec(rest);
    if (own === null) return { root: 'workflows', length, warning: 'Write "$workflows" for "$workflow".' };
    const root = own[1] === 'inputs' ? 'inputs' : 'outputs';
    const warning = `Write "$${root}" for "$workflow.${root}".`;
    return { root, length: length + own[0].length, warning };
  }
  throw unknownRoot(written, rest);
}

function unknownRoot(written: string, rest: string): ExpressionError {
  const meant = didYouMean(written, ROOTS);
  // `$use` or `$uri` may well be texts; only longer words, and words that go on, are taken for slips.
  const near =
    meant !== undefined &&
    (meant.length > 5 || meant.toLowerCase() === written.toLowerCase() || rest.startsWith('.'));
  if (!near) return new ExpressionError(`"$${written}" is no runtime expression.`, 0, undefined, true);
  const message = `"$${written}" is no runtime expression. Did you mean "$${meant}"?`;
  return new ExpressionError(message, 0, `$${meant}${rest}`);
}
