import type { JsonValue } from '../document/json.ts';
import { textOf } from './evaluate.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/** Where in an XPath expression a text ends: in which quotes, or in how many comments. */
interface Place {
  readonly quote?: string;
  readonly comments: number;
}

/** What can stand outside of quotes and be nothing but a name or a number there. */
const NAME_OR_NUMBER = /^[\p{L}\p{N}_.:-]+$/u;

/**
 * The text of an XPath expression with values in place of its embedded expressions. A value inside of a quoted literal
 * stays that literal whatever it holds; elsewhere only names and numbers are put in.
 *
 * @returns The text, or one sentence on why there is none.
 */
export function xpathText(
  parts: readonly (string | RuntimeExpression)[],
  valueOf: (expression: RuntimeExpression) => JsonValue | undefined,
): { readonly value: string } | { readonly problem: string } {
  let text = '';
  let place: Place = { comments: 0 };
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      place = placeAfter(part, place);
      continue;
    }
    const value = valueOf(part);
    if (value === undefined) return { problem: 'A value embedded in the XPath expression is absent.' };
    const written = textOf(value);
    if (place.quote !== undefined) text += written.replaceAll(place.quote, place.quote.repeat(2));
    else if (NAME_OR_NUMBER.test(written)) text += written;
    else
      return {
        problem: 'A value embedded in the XPath expression outside of quotes is no name and no number.',
      };
  }
  return { value: text };
}

function placeAfter(text: string, before: Place): Place {
  let { quote, comments } = before;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    const two = text.slice(at, at + 2);
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (two === '(:' || two === ':)') {
      comments = Math.max(0, comments + (two === '(:' ? 1 : -1));
      at += 1;
    } else if (comments === 0 && (character === "'" || character === '"')) quote = character;
  }
  return { comments, ...(quote === undefined ? {} : { quote }) };
}
