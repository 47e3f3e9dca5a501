// Control characters other than tab and line feed, and the marks that reorder text: a document or a server must
// not move the cursor, change colours or hide what stands in a line.
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text out of a document or a response, made harmless for a terminal; unsafe characters become `�`. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE, '\uFFFD');
}

/** The same on one line: white space collapsed, and cut at a number of characters. */
export function printableLine(text: string, limit = 300): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
