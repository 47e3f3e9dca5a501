/**
 * The text of an expression that stands unquoted in a condition. It ends at white space, a parenthesis, a
 * brace, or an operator. A JSON Pointer after `#` may hold quotes and brackets; before it, brackets are kept
 * whole with the quoted name inside of them.
 */
export function readOperandText(text: string, start: number): string {
  let pointer = false;
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/[\s(){}<>]/.test(character) || isOperator(text, at, pointer)) break;
    if (character === '#') pointer = true;
    if (!pointer && (character === "'" || character === '"')) break;
    at = !pointer && character === '[' ? bracketEnd(text, at) : at + 1;
  }
  return text.slice(start, at);
}

function isOperator(text: string, at: number, pointer: boolean): boolean {
  const two = text.slice(at, at + 2);
  return two === '==' || two === '!=' || two === '&&' || two === '||' || (!pointer && text[at] === '=');
}

/** Where a bracket ends, just after `]`; the end of the text where it is never closed. */
function bracketEnd(text: string, open: number): number {
  let quote: string | undefined;
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at];
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === "'" || character === '"') quote = character;
    else if (character === ']') return at + 1;
  }
  return text.length;
}
