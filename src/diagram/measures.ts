import type { PictureLabel, PictureNode } from './picture.ts';
import { textWidth } from './text-width.ts';

/** How large texts are set, in pixels; the style sheet says the same. */
export const TEXT = {
  title: { fontSize: 13, bold: true },
  row: { fontSize: 11 },
  label: { fontSize: 11 },
} as const;
export const LINE_HEIGHT = 15;
export const TITLE_HEIGHT = 20;
/** Space inside a state's border, and around a label. */
export const PADDING = 12;
export const LABEL_PADDING = 4;
/** Of the lines of a label after its first. */
export const INDENT = 10;

/** Around the whole picture. */
export const MARGIN = 16;

/** A width and a height, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a state is, or the head of one with others inside. */
export function leafSize({ kind, title, rows }: PictureNode): Size {
  if (kind === 'start') return { width: 12, height: 12 };
  if (kind === 'history') return { width: 26, height: 26 };
  const widths = [textWidth(title, TEXT.title), ...rows.map(({ text }) => textWidth(text, TEXT.row))];
  return {
    width: Math.max(56, ...widths) + 2 * PADDING,
    height: TITLE_HEIGHT + rows.length * LINE_HEIGHT + PADDING,
  };
}

/** How large the labels of a line are together, under each other; `undefined` where there is none. */
export function blockSize(labels: readonly PictureLabel[]): Size | undefined {
  const lines = labels.flatMap((label) => label.lines);
  if (lines.length === 0) return undefined;
  return {
    width:
      Math.max(
        ...lines.map(({ text, isIndented }) => textWidth(text, TEXT.label) + (isIndented ? INDENT : 0)),
      ) +
      2 * LABEL_PADDING,
    height: lines.length * LINE_HEIGHT + LABEL_PADDING,
  };
}
