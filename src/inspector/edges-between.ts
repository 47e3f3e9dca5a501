import type { DiagramEdge, DiagramGraph } from '../diagram/graph.ts';

/** More edges in a row than a machine takes without an event in between. */
const MAX_CHAIN = 10;

/**
 * The edges by which a machine came from some states to others on an event: the one that the event takes, then those
 * that need none. Another process does not tell which of several edges between the same states it was; then it is the
 * first. Empty where none leads there.
 */
export function edgesBetween(
  graph: DiagramGraph,
  before: readonly string[],
  after: readonly string[],
  event: string,
): readonly string[] {
  const left = new Set(before.filter((state) => !after.includes(state)));
  const entered = new Set(after.filter((state) => !before.includes(state)));
  const candidates = graph.edges.filter((edge) => isFrom(edge, before) && matches(edge.event, event));
  if (entered.size === 0 && left.size === 0) {
    const kept = candidates.find((edge) => edge.isInternal || after.includes(edge.to));
    return kept === undefined ? [] : [kept.id];
  }
  const direct = candidates.filter((edge) => leadsTo(edge, entered));
  if (direct.length > 0) {
    return direct
      .filter((edge, index) => direct.findIndex(({ to }) => to === edge.to) === index)
      .map(({ id }) => id);
  }
  for (const first of candidates) {
    const rest = chain(graph, first.to, entered);
    if (rest !== undefined) return [first.id, ...rest];
  }
  return [];
}

/** The edges without event that lead from a state to one of the entered. */
function chain(
  graph: DiagramGraph,
  from: string,
  entered: ReadonlySet<string>,
): readonly string[] | undefined {
  let ways: readonly { readonly at: string; readonly edges: readonly string[] }[] = [{ at: from, edges: [] }];
  const seen = new Set([from]);
  for (let length = 0; length < MAX_CHAIN && ways.length > 0; length += 1) {
    const next: { readonly at: string; readonly edges: readonly string[] }[] = [];
    for (const { at, edges } of ways) {
      for (const edge of graph.edges) {
        if (edge.event !== '' || edge.from !== at || seen.has(edge.to)) continue;
        if (leadsTo(edge, entered)) return [...edges, edge.id];
        seen.add(edge.to);
        next.push({ at: edge.to, edges: [...edges, edge.id] });
      }
    }
    ways = next;
  }
  return undefined;
}

/** An edge of a state, of one around it, or of the machine itself. */
function isFrom({ from, kind }: DiagramEdge, active: readonly string[]): boolean {
  return kind !== 'start' && (from === '' || active.includes(from));
}

/** To an entered state, or into one: its first states are entered with it. */
function leadsTo({ to, isInternal }: DiagramEdge, entered: ReadonlySet<string>): boolean {
  return !isInternal && entered.has(to);
}

/** `*` is any event, and `user.*` any that begins with `user.`. */
function matches(descriptor: string, event: string): boolean {
  if (descriptor === event) return true;
  if (descriptor === '*') return !event.startsWith('xstate.');
  return descriptor.endsWith('.*') && `${event}.`.startsWith(descriptor.slice(0, -1));
}
