import { boxAround, outsideOf } from './cut-line.ts';
import type { DiagramGraph } from './graph.ts';
import type { Box, Layout, PlacedLine, PlacedNode, Point } from './layout.ts';
import { INDENT, LABEL_PADDING, LINE_HEIGHT, TEXT, TITLE_HEIGHT } from './measures.ts';
import { describeGraph } from './describe-graph.ts';
import { oneLine, shortLine } from './one-line.ts';
import { diagramStyle } from './svg-style.ts';
import { textWidth, type TextStyle } from './text-width.ts';

/** How a laid out graph is written as SVG. */
export interface SvgOptions {
  /** The title for screen readers; default: the machine's id. */
  readonly title?: string;
  /** `embedded`, the default: the style sheet is in the picture. `none`: the page has it, see `diagramStyle`. */
  readonly style?: 'embedded' | 'none';
  /** Begins the ids in the picture, where a page shows several; default `diagram`. */
  readonly idPrefix?: string;
  /** What is marked: a run's path, or what tests have covered. */
  readonly highlight?: Highlight;
}

/** What stands out in a picture. */
export interface Highlight {
  /** The paths of states. */
  readonly states?: Iterable<string>;
  /** The ids of edges. */
  readonly edges?: Iterable<string>;
  /** Makes everything else faint. */
  readonly dimOthers?: boolean;
}

/** What the pieces of a picture share. */
interface Drawing {
  readonly states: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly dimOthers: boolean;
}

/**
 * Writes a laid out graph as SVG: one text, self-contained, for light and dark, with a title and a description of all
 * states and edges for screen readers. Whatever the texts of a document hold, they stay texts.
 *
 * A state's group has `data-state` with its path, and `data-kind`. A line's group and each of its labels have
 * `data-edges`, the ids of its edges with spaces between them: `[data-edges~="<id>"]` selects them.
 */
export function renderSvg(graph: DiagramGraph, layout: Layout, options: SvgOptions = {}): string {
  const { style = 'embedded', idPrefix = 'diagram', highlight = {} } = options;
  const drawing: Drawing = {
    states: new Set(highlight.states ?? []),
    edges: new Set(highlight.edges ?? []),
    dimOthers: highlight.dimOthers ?? false,
  };
  const { width, height } = layout;
  const id = idPrefix.replaceAll(/[^\w-]/g, '_');
  const title = options.title ?? graph.id;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="arazzo-diagram" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-description" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="${id}-title">${escape(title)}</title>`,
    `<desc id="${id}-description">${escape(describeGraph(graph))}</desc>`,
    ...(style === 'embedded' ? [`<style>\n${diagramStyle}</style>`] : []),
    `<rect class="canvas" width="${width}" height="${height}"/>`,
    ...layout.nodes.filter(isContainer).map((node) => nodeSvg(node, drawing)),
    ...layout.lines.map((line) => pathSvg(line, drawing)),
    ...layout.nodes.filter((node) => !isContainer(node)).map((node) => nodeSvg(node, drawing)),
    ...layout.lines.flatMap((line) => labelsSvg(line, drawing)),
    ...layout.notes.map(
      ({ note, x, y }) =>
        `<g class="note-line" data-edges="${escape(note.edges.join(' '))}">${textSvg(note.text, { x, y }, 'note', TEXT.row)}</g>`,
    ),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function isContainer({ node }: PlacedNode): boolean {
  return node.children.length > 0;
}

function classes(names: readonly string[], isLit: boolean, { dimOthers }: Drawing): string {
  return [...names, ...(isLit ? ['lit'] : dimOthers ? ['dim'] : [])].join(' ');
}

function nodeSvg(placed: PlacedNode, drawing: Drawing): string {
  const { node, x, y, width, height } = placed;
  const isLit = drawing.states.has(node.state);
  // What is inside a faint state may be bright: only its own outline would tell.
  const isDimmed = !isLit && isContainer(placed) ? { ...drawing, dimOthers: false } : drawing;
  const open = `<g class="${classes(['state', node.kind], isLit, isDimmed)}" data-state="${escape(node.state)}" data-kind="${node.kind}">`;
  const middle = x + width / 2;
  if (node.kind === 'start' || node.kind === 'history') {
    const circle = `<circle class="shape" cx="${number(middle)}" cy="${number(y + height / 2)}" r="${number(width / 2)}"/>`;
    const letter =
      node.kind === 'history'
        ? textSvg(node.title, { x: middle, y: y + height / 2 + 4 }, 'title', TEXT.row, 'middle')
        : '';
    return `${open}${circle}${letter}</g>`;
  }
  const round = node.kind === 'waiting' || node.kind === 'backoff' ? Math.min(height / 2, 22) : 6;
  const shapes = [rectSvg('shape', placed, round)];
  if (node.kind.startsWith('final')) {
    shapes.push(rectSvg('inner', { x: x + 3, y: y + 3, width: width - 6, height: height - 6 }, 4));
  }
  const top = isContainer(placed)
    ? y + 18
    : y + (height - TITLE_HEIGHT - node.rows.length * LINE_HEIGHT) / 2 + 14;
  const texts = [
    textSvg(node.title, { x: middle, y: top }, 'title', TEXT.title, 'middle'),
    ...node.rows.map(({ text, edges }, index) => {
      const row = textSvg(text, { x: middle, y: top + 17 + index * LINE_HEIGHT }, 'row', TEXT.row, 'middle');
      return edges.length === 0 ? row : `<g data-edges="${escape(edges.join(' '))}">${row}</g>`;
    }),
  ];
  return `${open}${shapes.join('')}${texts.join('')}</g>`;
}

function rectSvg(name: string, { x, y, width, height }: Box, round: number): string {
  return `<rect class="${name}" x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" rx="${number(round)}"/>`;
}

/** How far before a corner a line begins to turn. */
const TURN = 6;
const HEAD = { length: 9, half: 4.5 } as const;

function pathSvg({ line, points, labels }: PlacedLine, drawing: Drawing): string {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  const [dx, dy] = [Math.sign(end.x - before.x), Math.sign(end.y - before.y)];
  const neck = { x: end.x - dx * HEAD.length, y: end.y - dy * HEAD.length };
  const head = [
    end,
    { x: neck.x - dy * HEAD.half, y: neck.y + dx * HEAD.half },
    { x: neck.x + dy * HEAD.half, y: neck.y - dx * HEAD.half },
  ];
  const isLit = line.edges.some((id) => drawing.edges.has(id));
  const tail = { x: end.x - dx * HEAD.length * 0.7, y: end.y - dy * HEAD.length * 0.7 };
  const path = outsideOf(boxAround(labels), [...points.slice(0, -1), tail])
    .map(roundedPath)
    .join('');
  return `<g class="${classes(['line', line.tone], isLit, drawing)}" data-edges="${escape(line.edges.join(' '))}"><path class="path" d="${path}"/><path class="head" d="M${head.map(pointText).join('L')}Z"/></g>`;
}

/** A line through points, with rounded corners. */
function roundedPath(points: readonly Point[]): string {
  const [first = { x: 0, y: 0 }] = points;
  const parts = [`M${pointText(first)}`];
  for (const [index, corner] of points.entries()) {
    const last = points[index - 1];
    const next = points[index + 1];
    if (last === undefined) continue;
    if (next === undefined) parts.push(`L${pointText(corner)}`);
    else {
      const turn = Math.min(TURN, distance(last, corner) / 2, distance(corner, next) / 2);
      parts.push(
        `L${pointText(towards(corner, last, turn))}Q${pointText(corner)} ${pointText(towards(corner, next, turn))}`,
      );
    }
  }
  return parts.join('');
}

function distance(one: Point, other: Point): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y);
}

function towards(from: Point, to: Point, by: number): Point {
  return { x: from.x + Math.sign(to.x - from.x) * by, y: from.y + Math.sign(to.y - from.y) * by };
}

function labelsSvg({ line, labels }: PlacedLine, drawing: Drawing): readonly string[] {
  return labels.map(({ label, x, y }) => {
    const isLit = label.edges.some((id) => drawing.edges.has(id));
    const whole = label.whole === undefined ? '' : `<title>${escape(label.whole)}</title>`;
    const texts = label.lines.map(({ text, isIndented }, index) => {
      const left = x + LABEL_PADDING + (isIndented ? INDENT : 0);
      return textSvg(text, { x: left, y: y + 11 + index * LINE_HEIGHT }, '', TEXT.label);
    });
    return `<g class="${classes(['line', 'label', line.tone], isLit, drawing)}" data-edges="${escape(label.edges.join(' '))}">${whole}${texts.join('')}</g>`;
  });
}

/** A text set to the width that the layout reckoned with, whatever the font of the machine that shows it. */
function textSvg(text: string, { x, y }: Point, name: string, style: TextStyle, anchor?: 'middle'): string {
  const attributes = [
    ...(name === '' ? [] : [`class="${name}"`]),
    `x="${number(x)}"`,
    `y="${number(y)}"`,
    ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
    ...(text === '' ? [] : [`textLength="${textWidth(text, style)}"`, 'lengthAdjust="spacingAndGlyphs"']),
  ];
  return `<text ${attributes.join(' ')}>${escape(shortLine(text, 400))}</text>`;
}

function pointText({ x, y }: Point): string {
  return `${number(x)} ${number(y)}`;
}

/** A coordinate to a tenth of a pixel. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as content or as the value of an attribute. */
function escape(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}
