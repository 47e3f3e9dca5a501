import type { Location } from './diagnostic.ts';

const MAX_WIDTH = 100;
const TAB = '  ';

/**
 * The lines of a text that a location stands in, for people to look at: the line before, the line itself, and
 * carets under the place. Plain text without colour and without a final line break; tabs are shown as two
 * spaces, and a long line is cut around the place.
 */
export function codeFrame(text: string, location: Location): string {
  const starts = nearbyLines(text, location.range.start);
  const gutter = String(location.line).length;
  const rows: string[] = [];
  const before = starts.previous === undefined ? undefined : lineAt(text, starts.previous);
  if (before !== undefined)
    rows.push(`${String(location.line - 1).padStart(gutter)} | ${shown(before, 0).text}`);
  const line = lineAt(text, starts.current);
  const from = Math.min(location.range.start - starts.current, line.length);
  const to = Math.max(from + 1, Math.min(location.range.end - starts.current, line.length));
  const view = shown(line, from);
  const lead = view.prefix + expand(line.slice(view.offset, from)).length;
  const width = Math.max(1, Math.min(expand(line.slice(from, to)).length, view.text.length - lead));
  rows.push(`${location.line} | ${view.text}`);
  rows.push(`${' '.repeat(gutter)} | ${' '.repeat(lead)}${'^'.repeat(width)}`);
  return rows.map((row) => row.trimEnd()).join('\n');
}

function nearbyLines(text: string, offset: number): { current: number; previous: number | undefined } {
  const current = text.lastIndexOf('\n', offset - 1) + 1;
  return { current, previous: current === 0 ? undefined : text.lastIndexOf('\n', current - 2) + 1 };
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text
    .slice(start, end === -1 ? undefined : end)
    .replace(/\r$/, '')
    .replace(/^\uFEFF/, ' ');
}

/** The part of a line that is shown so that `column` is in sight, and how many characters of it are dots. */
function shown(line: string, column: number): { text: string; offset: number; prefix: number } {
  const offset = column < MAX_WIDTH - 20 ? 0 : column - Math.floor(MAX_WIDTH / 2);
  const cut = line.slice(offset, offset + MAX_WIDTH);
  const dots = offset === 0 ? '' : '…';
  const rest = offset + MAX_WIDTH < line.length ? '…' : '';
  return { text: `${dots}${expand(cut)}${rest}`, offset, prefix: dots.length };
}

function expand(text: string): string {
  // Other control characters could move the cursor of a terminal.
  return text.replaceAll('\t', TAB).replace(/\p{Cc}/gu, ' ');
}
