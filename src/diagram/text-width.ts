// The widths of printable ASCII in thousandths of the font size, as Helvetica, Arial and Liberation Sans have them.
const WIDTHS =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584'
    .split(' ')
    .map(Number);
const OTHER_LETTER = 620;
const WIDE = 1000;
const FIRST = 0x20;
/** Bold letters are that much wider. */
const BOLD = 1.08;

/** How a text is set. */
export interface TextStyle {
  /** In pixels. */
  readonly fontSize: number;
  readonly bold?: boolean;
}

/**
 * About how wide a text is, in pixels. It is worked out from a table and not measured, so that a picture is the same on
 * every machine; the picture then sets each text to the width that was worked out.
 */
export function textWidth(text: string, { fontSize, bold = false }: TextStyle): number {
  let thousandths = 0;
  for (const letter of text) thousandths += letterWidth(letter);
  return Math.ceil((thousandths / 1000) * fontSize * (bold ? BOLD : 1));
}

function letterWidth(letter: string): number {
  const width = WIDTHS[(letter.codePointAt(0) ?? 0) - FIRST];
  if (width !== undefined) return width;
  if (/^\p{M}$/u.test(letter)) return 0;
  return /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u.test(letter) ? OTHER_LETTER : WIDE;
}

/**
 * Breaks a text into lines of at most so many characters: at spaces, and inside a word only where it is longer than a
 * line. What does not go into the last line is cut, and that line ends in an ellipsis.
 */
export function breakLines(text: string, maxLength: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ').flatMap((word) => pieces(word, maxLength));
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= maxLength) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (lines.length <= maxLines) return lines;
  const last = `${lines[maxLines - 1] ?? ''} …`;
  return [...lines.slice(0, maxLines - 1), last];
}

function pieces(word: string, maxLength: number): readonly string[] {
  const letters = Array.from(word);
  const found: string[] = [];
  for (let at = 0; at < letters.length; at += maxLength)
    found.push(letters.slice(at, at + maxLength).join(''));
  return found;
}
