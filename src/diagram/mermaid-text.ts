import { shortLine } from './one-line.ts';

/** Words that begin a statement of a Mermaid state diagram, or mean something inside one. */
const RESERVED = new Set(
  'accdescr acctitle as callback choice class classdef click concurrent default direction end fork graph hide href join link note root scale section start state statediagram style subgraph title'.split(
    ' ',
  ),
);

/**
 * A text as a label of a Mermaid state diagram: whatever it holds, it is shown and never read as syntax. What is
 * special to Mermaid, to Markdown or to HTML becomes a numeric entity code.
 *
 * @param maxLength - a longer text is cut and ends in an ellipsis
 */
export function mermaidLabel(text: string, maxLength: number): string {
  const glued = shortLine(text, maxLength).replaceAll(/([✓✗↻]) /g, '$1\u00A0');
  // An underscore inside a word means nothing to Markdown. A digit or a dash at the beginning may begin a list.
  return glued.replaceAll(
    /[^\p{L}\p{M}\p{N} \u00A0.,$/='()?!|&@_…✓✗↻·–-]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^[-\d]|&(?=[#\p{L}\p{N}])|--|\${2,}/gu,
    (special) => Array.from(special, (letter) => `#${letter.codePointAt(0) ?? 0};`).join(''),
  );
}

/** Whether a name can stand in a Mermaid state diagram as the id of a state, as it is. */
export function isMermaidId(name: string): boolean {
  // Mermaid looks ids up in plain objects, where `constructor` is something else already.
  return (
    /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name.toLowerCase()) && !(name in Object.prototype)
  );
}
