/** A text on one line: white space collapsed, and nothing in it that cannot be seen. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{C}]+/gu, ' ').trim();
}

/**
 * A text on one line, cut where it is longer; then it ends in an ellipsis.
 *
 * @param maxLength - in characters, a surrogate pair counting as one
 */
export function shortLine(text: string, maxLength: number): string {
  const flat = oneLine(text);
  const letters = Array.from(flat);
  if (letters.length <= maxLength) return flat;
  return `${letters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}
