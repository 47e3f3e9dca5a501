import type { JsonValue } from '../document/json.ts';
import { textOf } from './evaluate.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/**
 * The text of a JSONPath query with values in place of its embedded expressions. Inside of a quoted literal a
 * value is escaped, so that it stays that literal whatever it holds; elsewhere it is put in as text.
 *
 * @returns `undefined` where a value is absent.
 */
export function queryText(
  parts: readonly (string | RuntimeExpression)[],
  valueOf: (expression: RuntimeExpression, quote: string | undefined) => JsonValue | undefined,
): string | undefined {
  let text = '';
  let quote: string | undefined;
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      quote = quoteAfter(part, quote);
    } else {
      const value = valueOf(part, quote);
      if (value === undefined) return undefined;
      text += quote === undefined ? textOf(value) : escaped(textOf(value), quote);
    }
  }
  return text;
}

function quoteAfter(text: string, before: string | undefined): string | undefined {
  let quote = before;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quote === undefined) {
      if (character === "'" || character === '"') quote = character;
    } else if (character === '\\') at += 1;
    else if (character === quote) quote = undefined;
  }
  return quote;
}

function escaped(text: string, quote: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return quote === '"' ? json : json.replaceAll('\\"', '"').replaceAll("'", "\\'");
}
