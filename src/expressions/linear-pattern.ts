import { RE2JS } from 're2js';

/** A regular expression whose matching takes time linear in the text, whatever the pattern. */
export interface LinearPattern {
  /** Whether the pattern is found anywhere in the text. */
  test(text: string): boolean;
  /** Whether the pattern matches the text as a whole. */
  matches(text: string): boolean;
}

const MAX_LENGTH = 10_000;

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
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return { value: { test: (text) => compiled.test(text), matches: (text) => compiled.matches(text) } };
  } catch (error) {
    return { problem: reason(source, error) };
  }
}

function reason(source: string, error: unknown): string {
  if (/\(\?<?[=!]/.test(source)) return 'Look-ahead and look-behind are not supported in patterns.';
  if (/\\(?:[1-9]|k<)/.test(source)) return 'Backreferences are not supported in patterns.';
  const message =
    error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read';
  // The engine repeats the pattern in its message, however long it is.
  return `The pattern is not valid: ${message.length > 120 ? message.replace(/:? `.*`$/s, '') : message}.`;
}
