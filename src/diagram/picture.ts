import { ANY_OTHER_FAILURE } from './edge-words.ts';
import type { DiagramEdge, DiagramGraph, DiagramNode, EdgeKind, NodeKind } from './graph.ts';
import { oneLine, shortLine } from './one-line.ts';
import { breakLines } from './text-width.ts';

/** What is drawn of a graph: its states, one line from a state to another for each look, and notes. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly lines: readonly PictureLine[];
  /** What leads away from any state, in words. */
  readonly notes: readonly Note[];
}

export interface PictureNode {
  readonly id: string;
  /** The path of the state; the same in each of several copies of an end. */
  readonly state: string;
  readonly kind: NodeKind;
  readonly title: string;
  readonly rows: readonly Note[];
  readonly children: readonly PictureNode[];
}

/** Words that belong to edges which have no line of their own. */
export interface Note {
  readonly text: string;
  /** The path of the state that they lead to. */
  readonly target?: string;
  readonly edges: readonly string[];
}

/** The look of a line: one for several kinds of edges. */
export type Tone = 'start' | 'forward' | 'failure' | 'retry' | 'submit' | 'back' | 'event';

export interface PictureLine {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly tone: Tone;
  readonly labels: readonly PictureLabel[];
  readonly edges: readonly string[];
}

/** What an edge says, broken into lines; edges that say the same share a label. */
export interface PictureLabel {
  /** The name begins the first; what follows it is indented. */
  readonly lines: readonly { readonly text: string; readonly isIndented: boolean }[];
  /** All that the edge says, where that is more than the lines do. */
  readonly whole?: string;
  readonly edges: readonly string[];
}

/** How much of each edge is said. */
export type Detail = 'overview' | 'full';

const TONES: Readonly<Record<EdgeKind, Tone>> = {
  start: 'start',
  success: 'forward',
  failure: 'failure',
  timeout: 'failure',
  retry: 'retry',
  submit: 'submit',
  repeat: 'back',
  revise: 'back',
  cancel: 'event',
  after: 'event',
  always: 'event',
  event: 'event',
};

const MARKS: Readonly<Partial<Record<EdgeKind, string>>> = {
  success: '✓',
  failure: '✗',
  timeout: '✗',
  retry: '↻',
};

/** Characters in a line of a label, and lines. */
const LABEL_SIZE = { overview: { length: 40, lines: 2 }, full: { length: 44, lines: 4 } } as const;
const MAX_TITLE = 48;
const MAX_ROW = 56;
/** An end that more states than this lead to is drawn beside each of them. */
const MAX_SHARED_END = 3;
/** More ways back to earlier questions than these are said in the states that they lead from. */
const MAX_REVISIONS = 3;

/** Lays out in words what is drawn of a graph, and what is only noted. */
export function pictureOf(graph: DiagramGraph, detail: Detail): Picture {
  const drawn = graph.edges.filter(({ isMinor }) => !isMinor);
  const rows = new Map<string, Note[]>();
  const lines = new Map<string, DiagramEdge[]>();
  const revisions = drawn.filter(({ kind }) => kind === 'revise');
  const isDrawn = (edge: DiagramEdge): boolean => edge.kind !== 'revise' || revisions.length <= MAX_REVISIONS;
  for (const [from, edges] of groupBy(revisions, (edge) => edge.from)) {
    if (!edges.every(isDrawn)) addTo(rows, from, revisionNote(edges));
  }
  for (const edge of drawn.filter(isDrawn)) {
    const isNote = edge.isInternal || isWithin(edge.to, edge.from) || isWithin(edge.from, edge.to);
    if (isNote && !(edge.from === edge.to && !edge.isInternal)) {
      addTo(rows, edge.from, { text: noteOf(edge), target: edge.to, edges: [edge.id] });
    } else {
      addTo(lines, JSON.stringify([edge.from, edge.to, TONES[edge.kind]]), edge);
    }
  }
  const ends = sharedEnds(graph, [...lines.values()]);
  return {
    nodes: pictureNodes(graph.nodes, '', rows, ends),
    lines: [...lines.values()].map((edges) => lineOf(edges, ends.targetOf, detail)),
    notes: rows.get('') ?? [],
  };
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Whether a state is inside another one. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || outer === '' || path.startsWith(`${outer}.`);
}

function groupBy<Value>(
  list: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of list) addTo(groups, keyOf(value), value);
  return groups;
}

function revisionNote(edges: readonly DiagramEdge[]): Note {
  const [first] = edges;
  const text =
    edges.length === 1
      ? `${first?.label ?? ''} → ${first?.to ?? ''}`
      : `revise any of ${edges.length} earlier inputs`;
  return { text: shortLine(text, MAX_ROW), edges: edges.map(({ id }) => id) };
}

function noteOf(edge: DiagramEdge): string {
  const { label, guard, from, to, actions, isInternal } = edge;
  const what = [label, ...(guard === undefined ? [] : [`[${guard}]`])]
    .filter((text) => text !== '')
    .join(' ');
  const prefix = from === '' ? 'from any state: ' : '';
  const does = isInternal ? ` / ${actions.join(', ')}` : ` → ${to.slice(from === '' ? 0 : from.length + 1)}`;
  return shortLine(`${prefix}${what}${isInternal && actions.length === 0 ? '' : does}`, MAX_ROW);
}

/** The ends that are drawn more than once, and which of the copies an edge leads to. */
interface Ends {
  /** By the path of the state that they are drawn in. */
  readonly copies: ReadonlyMap<string, readonly PictureNode[]>;
  /** The ends that only the copies are drawn of. */
  readonly replaced: ReadonlySet<string>;
  readonly targetOf: (from: string, to: string) => string;
}

/** Lines from everywhere to one end would cover everything else: it is drawn beside each state that leads to it. */
function sharedEnds(graph: DiagramGraph, lines: readonly (readonly DiagramEdge[])[]): Ends {
  const sources = new Map<string, Set<string>>();
  for (const [edge] of lines) {
    if (edge === undefined) continue;
    const from = sources.get(edge.to) ?? new Set();
    sources.set(edge.to, from.add(edge.from));
  }
  const copies = new Map<string, PictureNode[]>();
  const targets = new Map<string, string>();
  const replaced = new Set<string>();
  const visit = (nodes: readonly DiagramNode[], parent: string): void => {
    for (const node of nodes) {
      visit(node.children, node.id);
      const from = [...(sources.get(node.id) ?? [])];
      if (!node.kind.startsWith('final') || from.length <= MAX_SHARED_END) continue;
      replaced.add(node.id);
      for (const source of from) {
        const id = `${node.id} of ${source}`;
        targets.set(JSON.stringify([source, node.id]), id);
        addTo(copies, parent, {
          id,
          state: node.id,
          kind: node.kind,
          title: title(node),
          rows: [],
          children: [],
        });
      }
    }
  };
  visit(graph.nodes, '');
  return { copies, replaced, targetOf: (from, to) => targets.get(JSON.stringify([from, to])) ?? to };
}

function title({ label }: DiagramNode): string {
  return shortLine(label, MAX_TITLE);
}

function pictureNodes(
  nodes: readonly DiagramNode[],
  parent: string,
  rows: ReadonlyMap<string, readonly Note[]>,
  ends: Ends,
): readonly PictureNode[] {
  const own = nodes
    .filter(({ id }) => !ends.replaced.has(id))
    .map((node) => ({
      id: node.id,
      state: node.id,
      kind: node.kind,
      title: title(node),
      rows: [
        ...node.details.map((text) => ({ text: shortLine(text, MAX_ROW), edges: [] })),
        ...(rows.get(node.id) ?? []),
      ],
      children: pictureNodes(node.children, node.id, rows, ends),
    }));
  return [...own, ...(ends.copies.get(parent) ?? [])];
}

function lineOf(
  edges: readonly DiagramEdge[],
  targetOf: (from: string, to: string) => string,
  detail: Detail,
): PictureLine {
  const [first] = edges as readonly [DiagramEdge];
  const labels = new Map<string, PictureLabel>();
  // What is left when no condition holds is read last, wherever a lost connection puts it.
  const inOrder = edges.toSorted((one, other) => Number(isDefault(one)) - Number(isDefault(other)));
  for (const edge of inOrder) {
    const parts = labelParts(edge, detail);
    const whole = labelParts(edge, 'full').join(' · ');
    const key = JSON.stringify([parts, whole]);
    const { length, lines: maxLines } = LABEL_SIZE[detail];
    const lines = parts.flatMap((part, index) =>
      breakLines(part, length, maxLines).map((text, line) => ({ text, isIndented: index + line > 0 })),
    );
    const isWhole =
      whole.replaceAll(/[ ·]/g, '') ===
      lines
        .map(({ text }) => text)
        .join('')
        .replaceAll(/[ ·]/g, '');
    labels.set(key, {
      lines,
      ...(isWhole ? {} : { whole }),
      edges: [...(labels.get(key)?.edges ?? []), edge.id],
    });
  }
  return {
    id: first.id,
    from: first.from,
    to: targetOf(first.from, first.to),
    tone: TONES[first.kind],
    labels: [...labels.values()].filter(({ lines }) => lines.length > 0),
    edges: edges.map(({ id }) => id),
  };
}

/** Whether an edge is what is left when no condition holds. */
function isDefault({ label }: DiagramEdge): boolean {
  return label === ANY_OTHER_FAILURE;
}

/** What stands on the line of an edge, each part on lines of its own: what it is called, when it is taken, what it forgets. */
function labelParts({ kind, label, guard = '', forgets }: DiagramEdge, detail: Detail): readonly string[] {
  const mark = MARKS[kind];
  const isOutcome = mark !== undefined;
  const condition = detail === 'overview' && isOutcome && label !== '' ? '' : guard;
  const forgotten = detail === 'overview' || forgets.length === 0 ? '' : `forgets ${forgets.join(', ')}`;
  const parts = [label, condition === '' || isOutcome ? condition : `[${condition}]`, forgotten]
    .map(oneLine)
    .filter((part) => part !== '');
  const [first, ...rest] = parts;
  return first === undefined ? [] : [isOutcome ? `${mark} ${first}` : first, ...rest];
}
