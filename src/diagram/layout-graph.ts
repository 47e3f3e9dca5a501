import type { ElkExtendedEdge, ElkNode, ELK } from 'elkjs/lib/elk-api.js';
import { UsageError } from '../machines/usage-error.ts';
import type { DiagramGraph } from './graph.ts';
import {
  pictureOf,
  type Detail,
  type Note,
  type Picture,
  type PictureLabel,
  type PictureLine,
  type PictureNode,
} from './picture.ts';
import { textWidth } from './text-width.ts';

/** A place in a picture, in pixels from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in a picture, in pixels. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A state with its place. Those inside it come after it. */
export interface PlacedNode extends Box {
  readonly node: PictureNode;
}

/** A line with its places: from the border of a state to that of another, bending at right angles. */
export interface PlacedLine {
  readonly line: PictureLine;
  readonly points: readonly Point[];
  /** One for each label; absent where there is none. */
  readonly labels: readonly PlacedLabel[];
}

export interface PlacedLabel extends Box {
  readonly label: PictureLabel;
}

/** Where everything is. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly lines: readonly PlacedLine[];
  readonly notes: readonly PlacedNote[];
}

/** A line of words with the place where it begins. */
export interface PlacedNote extends Point {
  readonly note: Note;
}

/** How a picture is laid out. */
export interface LayoutOptions {
  /**
   * `full`, the default: every edge with its criteria and the inputs that it forgets. `overview`: those whose action
   * has a name say only that.
   */
  readonly detail?: Detail;
  /** Which way the flow goes; default `down`. */
  readonly direction?: 'down' | 'right';
}

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

/** A layout of more takes minutes. */
const MAX_NODES = 600;

/**
 * Lays out a graph, from the start downwards: layers, lines at right angles, and a place for each label, by the Eclipse
 * Layout Kernel. The same graph gives the same layout on every machine.
 *
 * @throws UsageError when the graph has more than 600 states
 */
export async function layoutGraph(graph: DiagramGraph, options: LayoutOptions = {}): Promise<Layout> {
  const { detail = 'full', direction = 'down' } = options;
  const picture = pictureOf(graph, detail);
  const count = countNodes(picture.nodes);
  if (count > MAX_NODES) {
    throw new UsageError(
      'invalid-option',
      `A machine with ${count} states is too large to be laid out; ${MAX_NODES} are the most. Draw it as Mermaid or JSON.`,
    );
  }
  const elk = await loadElk();
  const hierarchy = crossesBorders(picture) ? 'together' : 'byState';
  try {
    return readLayout(picture, await elk.layout(elkGraph(picture, direction, hierarchy)));
  } catch (cause) {
    // Mostly a stack that is too small for what leads where.
    throw new UsageError(
      'invalid-option',
      'The layout engine could not lay out this machine. Draw it as Mermaid or JSON.',
      { cause },
    );
  }
}

function countNodes(nodes: readonly PictureNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countNodes(children), 0);
}

/** Whether a line leads out of a state or into one. */
function crossesBorders({ nodes, lines }: Picture): boolean {
  const parents = new Map<string, string>();
  const visit = (list: readonly PictureNode[], parent: string): void => {
    for (const node of list) {
      parents.set(node.id, parent);
      visit(node.children, node.id);
    }
  };
  visit(nodes, '');
  return lines.some(({ from, to }) => parents.get(from) !== parents.get(to));
}

let engine: Promise<ELK> | undefined;

/** The layout engine is larger than everything else: it is loaded when a picture is asked for. */
function loadElk(): Promise<ELK> {
  engine ??= import('elkjs/lib/elk.bundled.js').then(({ default: Elk }) => new Elk.default());
  return engine;
}

const ROOT = '(root)';

/** Straight lines take a time that grows fast with their number, and make wide pictures of many. */
const MAX_STRAIGHTENED = 36;

const SPACING: Readonly<Record<string, string>> = {
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.nodeSelfLoop': '14',
};

/**
 * How layers are made. ELK hands no setting down to what is inside a state, so each state has them all.
 * `byState`: each state by itself, in document order. `together`: all at once, for lines that cross the border of a
 * state; ELK breaks on document order there.
 */
const LAYERS: Readonly<Record<Hierarchy, Readonly<Record<string, string>>>> = {
  byState: {
    ...SPACING,
    'elk.algorithm': 'layered',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  },
  together: {
    ...SPACING,
    'elk.algorithm': 'layered',
    'elk.edgeRouting': 'ORTHOGONAL',
    'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  },
};

type Hierarchy = 'byState' | 'together';

function elkGraph(picture: Picture, direction: 'down' | 'right', hierarchy: Hierarchy): ElkNode {
  const settings = {
    ...LAYERS[hierarchy],
    'elk.direction': direction.toUpperCase(),
    'elk.layered.nodePlacement.strategy':
      picture.lines.length > MAX_STRAIGHTENED ? 'LINEAR_SEGMENTS' : 'NETWORK_SIMPLEX',
  };
  const sources = new Set(picture.lines.map(({ from }) => from));
  return {
    id: ROOT,
    layoutOptions: {
      ...settings,
      ...(hierarchy === 'together' ? { 'elk.hierarchyHandling': 'INCLUDE_CHILDREN' } : {}),
      'elk.json.edgeCoords': 'ROOT',
      'elk.json.shapeCoords': 'ROOT',
      'elk.randomSeed': '1',
      'elk.padding': '[top=16,left=16,bottom=16,right=16]',
    },
    children: connectedNodes(picture).map((node) => elkNode(node, { settings, sources })),
    edges: picture.lines.map(elkEdge),
  };
}

/** What all states are laid out with. */
interface Shared {
  readonly settings: Readonly<Record<string, string>>;
  /** The states that lines lead from. */
  readonly sources: ReadonlySet<string>;
}

function elkNode(node: PictureNode, shared: Shared): ElkNode {
  const { id, children } = node;
  const { width, height } = leafSize(node);
  if (children.length === 0) return { id, width, height, ...layerOf(node, shared) };
  return {
    id,
    layoutOptions: {
      ...shared.settings,
      'elk.padding': `[top=${height},left=${PADDING},bottom=${PADDING},right=${PADDING}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    },
    children: children.map((child) => elkNode(child, shared)),
  };
}

/** How large a state is, or the head of one with others inside. */
function leafSize({ kind, title, rows }: PictureNode): { readonly width: number; readonly height: number } {
  if (kind === 'start') return { width: 12, height: 12 };
  if (kind === 'history') return { width: 26, height: 26 };
  const widths = [textWidth(title, TEXT.title), ...rows.map(({ text }) => textWidth(text, TEXT.row))];
  return {
    width: Math.max(56, ...widths) + 2 * PADDING,
    height: TITLE_HEIGHT + rows.length * LINE_HEIGHT + PADDING,
  };
}

/** Ends stand together below everything else, but for copies, which stand by the state that leads to them. */
function layerOf(
  { id, state, kind }: PictureNode,
  { sources }: Shared,
): { readonly layoutOptions?: Record<string, string> } {
  const isEnd = kind.startsWith('final') && id === state && !sources.has(id);
  const layer = kind === 'start' ? 'FIRST' : isEnd ? 'LAST' : undefined;
  return layer === undefined ? {} : { layoutOptions: { 'elk.layered.layering.layerConstraint': layer } };
}

/** All labels of a line are laid out as one block, under each other. */
function elkEdge({ id, from, to, labels }: PictureLine): ElkExtendedEdge {
  const size = blockSize(labels);
  return {
    id,
    sources: [from],
    targets: [to],
    labels:
      size === undefined
        ? []
        : [
            {
              text: id,
              ...size,
              layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' },
            },
          ],
  };
}

function blockSize(labels: readonly PictureLabel[]): { width: number; height: number } | undefined {
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

/** The nodes without those that only notes lead to: they stand below, beside the notes. */
function connectedNodes({ nodes, lines }: Picture): readonly PictureNode[] {
  const ends = new Set(lines.flatMap(({ from, to }) => [from, to]));
  return nodes.filter(({ id, children }) => ends.has(id) || children.length > 0);
}

/** Between what is laid out and the notes below it, and around the whole. */
const MARGIN = 16;

function readLayout(picture: Picture, placed: ElkNode): Layout {
  const boxes = new Map<string, Box>();
  const edges = new Map<string, ElkExtendedEdge>();
  const visit = (node: ElkNode): void => {
    const { x = 0, y = 0, width = 0, height = 0 } = node;
    boxes.set(node.id, { x, y, width, height });
    for (const edge of node.edges ?? []) edges.set(edge.id, edge);
    node.children?.forEach(visit);
  };
  visit(placed);
  const footer = placeFooter(picture, placed.height ?? 0);
  const nodes: PlacedNode[] = [];
  const place = (node: PictureNode): void => {
    const box = boxes.get(node.id);
    if (box !== undefined) nodes.push({ node, ...box });
    node.children.forEach(place);
  };
  picture.nodes.forEach(place);
  return {
    width: Math.ceil(Math.max(placed.width ?? 0, footer.width)),
    height: Math.ceil(footer.height),
    nodes: [...nodes, ...footer.nodes],
    lines: picture.lines.flatMap((line) => placedLine(line, edges.get(line.id))),
    notes: footer.notes,
  };
}

interface Footer {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly notes: readonly PlacedNote[];
}

/** The states that no line leads to, each in a row with what is said of it, then all other notes. */
function placeFooter(picture: Picture, top: number): Footer {
  const connected = new Set(connectedNodes(picture));
  const rows: readonly (PictureNode | undefined)[] = [
    ...picture.nodes.filter((node) => !connected.has(node)),
    undefined,
  ];
  let y = top;
  let right = 0;
  const nodes: PlacedNode[] = [];
  const notes: PlacedNote[] = [];
  for (const node of rows) {
    const own = picture.notes.filter(({ target }) =>
      node === undefined
        ? !rows.some((row) => row !== undefined && row.state === target)
        : node.state === target,
    );
    const size = node === undefined ? { width: 0, height: 0 } : leafSize(node);
    if (node !== undefined) nodes.push({ node, x: MARGIN, y, ...size });
    const x = MARGIN + (node === undefined ? 0 : size.width + PADDING);
    const height = Math.max(size.height, own.length * LINE_HEIGHT);
    for (const [index, note] of own.entries()) {
      const middle = y + (height - own.length * LINE_HEIGHT) / 2;
      notes.push({ note, x, y: middle + index * LINE_HEIGHT + 11 });
      right = Math.max(right, x + textWidth(note.text, TEXT.row));
    }
    right = Math.max(right, x);
    if (height > 0) y += height + PADDING;
  }
  return { width: right + MARGIN, height: y, nodes, notes };
}

/** The points without the small fractions by which ELK misses a right angle. */
function straight(points: readonly Point[]): readonly Point[] {
  const found: Point[] = [];
  for (const { x, y } of points) {
    const last = found.at(-1);
    const point =
      last === undefined
        ? { x, y }
        : { x: Math.abs(x - last.x) < 1 ? last.x : x, y: Math.abs(y - last.y) < 1 ? last.y : y };
    if (point.x !== last?.x || point.y !== last.y) found.push(point);
  }
  return found;
}

function placedLine(line: PictureLine, edge: ElkExtendedEdge | undefined): readonly PlacedLine[] {
  const [section] = edge?.sections ?? [];
  if (section === undefined) return [];
  const points = straight([section.startPoint, ...(section.bendPoints ?? []), section.endPoint]);
  const [block] = edge?.labels ?? [];
  let y = (block?.y ?? 0) + LABEL_PADDING / 2;
  const labels = line.labels.map((label) => {
    const height = label.lines.length * LINE_HEIGHT;
    const box = { x: block?.x ?? 0, y, width: block?.width ?? 0, height };
    y += height;
    return { label, ...box };
  });
  return [{ line, points, labels }];
}
