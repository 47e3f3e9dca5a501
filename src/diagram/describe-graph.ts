import { allNodes, type DiagramEdge, type DiagramGraph, type NodeKind } from './graph.ts';
import { oneLine, shortLine } from './one-line.ts';

const MAX_DESCRIBED = 200;

const KIND_WORDS: Readonly<Record<NodeKind, string>> = {
  start: '',
  waiting: 'waits for a person',
  busy: 'a request is in flight',
  backoff: 'pauses before a retry',
  recovering: 'runs before a retry',
  plain: '',
  compound: 'has states inside',
  parallel: 'its states run side by side',
  region: 'has states inside',
  history: 'goes on where it was left',
  final: 'an end',
  'final-done': 'an end, done',
  'final-failed': 'an end, failed',
  'final-cancelled': 'an end, cancelled',
};

/** A graph in sentences: every state, what it is, and where its edges lead. For those who do not see the picture. */
export function describeGraph(graph: DiagramGraph): string {
  const nodes = allNodes(graph.nodes).filter(({ kind }) => kind !== 'start');
  const edges = graph.edges.filter(({ isMinor, isInternal }) => !isMinor && !isInternal);
  const start = edges.find(({ kind, from }) => kind === 'start' && !from.includes('.'));
  const count = `A state machine with ${nodes.length} ${nodes.length === 1 ? 'state' : 'states'}`;
  return [
    `${count}${start === undefined ? '' : `, starting in ${start.to}`}.`,
    ...(graph.description === undefined ? [] : [shortLine(graph.description, MAX_DESCRIBED)]),
    ...nodes.slice(0, MAX_DESCRIBED).map((node) => {
      const words = KIND_WORDS[node.kind];
      const ways = waysFrom(edges.filter(({ from }) => from === node.id));
      return `${node.id}${words === '' ? '' : ` (${words})`}${ways === '' ? '' : `: ${ways}`}.`;
    }),
    ...(nodes.length > MAX_DESCRIBED ? [`${nodes.length - MAX_DESCRIBED} more states.`] : []),
    ...waysFromAny(edges),
  ].join(' ');
}

function waysFrom(edges: readonly DiagramEdge[]): string {
  return [
    ...new Set(
      edges.map(({ label, guard, to }) => `${oneLine(label === '' ? (guard ?? '') : label)} to ${to}`.trim()),
    ),
  ].join('; ');
}

function waysFromAny(edges: readonly DiagramEdge[]): readonly string[] {
  const ways = waysFrom(edges.filter(({ from }) => from === ''));
  return ways === '' ? [] : [`From any state: ${ways}.`];
}
