import type { Place, SearchGraph, Way } from './search-graph.ts';

/** A walk from the start to an end that comes to no place twice. */
export type SimpleWay = readonly Way[];

/** How many simple ways there are. */
export interface WayCount {
  readonly count: number;
  /** `false`: there are more, and counting was given up. */
  readonly isExact: boolean;
}

/** How far counting goes on above the budget before it is given up. */
const MAX_STEPS = 3_000_000;

/**
 * Goes along every simple way, one after the other, until `visit` says `false`. Of the ways from one place to the same
 * other one only the first counts, and of those through a called workflow one for each place that it is left to.
 *
 * @returns `false` where it was stopped, or took too long
 */
function walk(graph: SearchGraph, visit: (ways: SimpleWay) => boolean): boolean {
  const choices = choicesOf(graph);
  const onWay = new Set<Place>([graph.start]);
  const ways: Way[] = [];
  const stack: { readonly choices: readonly Way[]; next: number }[] = [
    { choices: choices(graph.start), next: 0 },
  ];
  let steps = 0;
  if (graph.start.isFinal) return visit([]);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const way = top.choices[top.next];
    top.next += 1;
    if (way === undefined) {
      stack.pop();
      const left = ways.pop();
      if (left !== undefined) onWay.delete(left.to);
      continue;
    }
    if (onWay.has(way.to)) continue;
    if (++steps > MAX_STEPS) return false;
    if (way.to.isFinal) {
      if (!visit([...ways, way])) return false;
      continue;
    }
    ways.push(way);
    onWay.add(way.to);
    stack.push({ choices: choices(way.to), next: 0 });
  }
  return true;
}

/** Counts the simple ways, with an end: far above the budget, or when it takes too long, it is given up. */
export function countSimpleWays(graph: SearchGraph, budget: number): WayCount {
  let count = 0;
  const isExact = walk(graph, () => ++count < Math.max(budget * 10, 100_000));
  return { count, isExact };
}

/** Every simple way; call it only when {@link countSimpleWays} said how many there are. */
export function simpleWays(graph: SearchGraph): readonly SimpleWay[] {
  const all: SimpleWay[] = [];
  walk(graph, (ways) => all.push(ways) > 0);
  return all;
}

/** The ways that are worth going on from a place. */
function choicesOf(graph: SearchGraph): (place: Place) => readonly Way[] {
  const inside = insideWays(graph);
  const known = new Map<Place, readonly Way[]>();
  return (place) => {
    const found = known.get(place);
    if (found !== undefined) return found;
    const reached = new Set<Place>([place]);
    const ways = place.ways.filter((way) => {
      if (reached.has(way.to) || (calledIn(place) !== undefined && !inside.has(way))) return false;
      reached.add(way.to);
      return true;
    });
    known.set(place, ways);
    return ways;
  };
}

/** The state of the machine's own workflow inside of which a called workflow runs. */
function calledIn({ snapshot }: Place): string | undefined {
  const { value } = snapshot as { readonly value: unknown };
  return typeof value === 'object' && value !== null ? Object.keys(value)[0] : undefined;
}

/** The ways inside of called workflows by which, from where each is entered, each place outside is reached first. */
function insideWays(graph: SearchGraph): ReadonlySet<Way> {
  const kept = new Set<Way>();
  const entries = new Set<Place>();
  if (calledIn(graph.start) !== undefined) entries.add(graph.start);
  for (const place of graph.places)
    for (const { to } of place.ways)
      if (calledIn(to) !== undefined && calledIn(to) !== calledIn(place)) entries.add(to);
  for (const entry of entries) {
    const call = calledIn(entry);
    const first = new Map<Place, Way>();
    const queue = [entry];
    const exits: Way[] = [];
    for (const place of queue) {
      for (const way of place.ways) {
        if (way.to === entry || first.has(way.to)) continue;
        first.set(way.to, way);
        if (calledIn(way.to) === call) queue.push(way.to);
        else exits.push(way);
      }
    }
    for (const exit of exits) {
      for (let way: Way | undefined = exit; way !== undefined && !kept.has(way); way = first.get(way.from))
        kept.add(way);
    }
  }
  return kept;
}
