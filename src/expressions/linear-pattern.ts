import { RE2JS } from 're2js';

/** A text that a pattern of this size takes too long to search. */
export class PatternTooCostly extends RangeError {}

/** A regular expression whose matching takes time linear in the text, whatever the pattern. */
export interface LinearPattern {
  /** Whether the pattern is found anywhere in the text. @throws PatternTooCostly */
  test(text: string): boolean;
  /** Whether the pattern matches the text as a whole. @throws PatternTooCostly */
  matches(text: string): boolean;
}

const MAX_LENGTH = 10_000;

/** Counted repeats are written out by the engine: no more than this, if everything were repeated as often as they say. */
const MAX_WRITTEN_OUT = 1_000_000;

/** The engine's instructions times the characters of a text: at worst about three seconds. */
const MAX_WORK = 100_000_000;

/**
 * Compiles a pattern in the syntax of ECMA-262 as far as a linear-time engine can take it: no backreferences, no
 * look-around, no repeat count above 1000.
 *
 * @returns The pattern, or one sentence on why there is none.
 */
export function compilePattern(
  source: string,
): { readonly value: LinearPattern } | { readonly problem: string } {
  if (source.length > MAX_LENGTH) return { problem: `The pattern is longer than ${MAX_LENGTH} characters.` };
  if (repeats(source) * source.length > MAX_WRITTEN_OUT)
    return { problem: 'The pattern repeats too much too often to be searched for.' };
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    const size = compiled.programSize();
    const affordable = (text: string): string => {
      if (size * text.length > MAX_WORK)
        throw new PatternTooCostly('The text is too long for a pattern of this size.');
      return text;
    };
    return {
      value: {
        test: (text) => compiled.test(affordable(text)),
        matches: (text) => compiled.matches(affordable(text)),
      },
    };
  } catch (error) {
    return { problem: reason(source, error) };
  }
}

/** The sum of what stands in `{…}`. */
function repeats(source: string): number {
  let sum = 0;
  for (const [, least, most] of source.matchAll(/\{(\d+)(?:,(\d*))?\}/g))
    sum += Math.max(Number(least), Number(most ?? 0));
  return sum;
}

function reason(source: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(source)) return 'Look-ahead and look-behind are not supported in patterns.';
  if (/\\(?:[1-9]|k<)/.test(source)) return 'Backreferences are not supported in patterns.';
  const message =
    error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
  // The engine repeats the pattern in its message, however long it is.
  return `The pattern is not valid: ${message.length > 120 ? message.replace(/:? `.*`$/s, '') : message}.`;
}
