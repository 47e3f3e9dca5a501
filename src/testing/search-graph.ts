import type { AnyMachineSnapshot } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import { UsageError } from '../machines/usage-error.ts';
import type { WorkflowInput } from '../machines/context.ts';
import type { Explorer, ModelEvent, Outcome } from './explorer.ts';

/** The places of a machine and the ways between them. */
export interface SearchGraph {
  readonly start: Place;
  readonly begun: Outcome;
  readonly places: readonly Place[];
  /** The place of a snapshot, where it is one of the graph. */
  placeAt(snapshot: AnyMachineSnapshot): Place | undefined;
}

/** Where a search may be: all snapshots that count as the same. */
export interface Place {
  readonly key: string;
  /** The first snapshot that was found here. */
  readonly snapshot: AnyMachineSnapshot;
  readonly isFinal: boolean;
  readonly ways: readonly Way[];
}

/** What leads from a place to another, or back to itself. */
export interface Way {
  readonly from: Place;
  readonly to: Place;
  readonly event: ModelEvent;
  readonly outcome: Outcome;
}

/** How a machine is explored. */
export interface GraphOptions {
  readonly input: WorkflowInput;
  /** What tells places apart. */
  readonly keyOf: (snapshot: AnyMachineSnapshot) => string;
}

/** More ways than this are not explored. */
const MAX_WAYS = 300_000;

/**
 * Explores a machine from its start with `xstate/graph`.
 *
 * @throws UsageError where there is no end of it
 */
export function exploreGraph(explorer: Explorer, { input, keyOf }: GraphOptions): SearchGraph {
  const keys = new WeakMap<AnyMachineSnapshot, string>();
  const keyFor = (snapshot: AnyMachineSnapshot): string => {
    const known = keys.get(snapshot) ?? keyOf(snapshot);
    keys.set(snapshot, known);
    return known;
  };
  const begun = explorer.begin(input);
  const logic = {
    transition: (snapshot: AnyMachineSnapshot, event: ModelEvent) => explorer.take(snapshot, event).next,
    getInitialSnapshot: () => begun.next,
  };
  const options = {
    events: (snapshot: AnyMachineSnapshot) => explorer.events(snapshot),
    serializeState: keyFor,
    serializeEvent: ({ key }: ModelEvent) => key,
    limit: MAX_WAYS,
  };
  const map = explored(logic, options);
  const places = new Map<string, Place & { readonly ways: Way[] }>();
  for (const [key, { state }] of Object.entries(map))
    places.set(key, { key, snapshot: state, isFinal: state.status !== 'active', ways: [] });
  for (const [key, { transitions }] of Object.entries(map)) {
    const from = places.get(key);
    if (from === undefined) continue;
    for (const { event, state } of Object.values(transitions)) {
      const to = places.get(keyFor(state));
      if (to !== undefined) from.ways.push({ from, to, event, outcome: explorer.take(from.snapshot, event) });
    }
  }
  const start = places.get(keyFor(begun.next));
  if (start === undefined) throw new TypeError('The start of the machine is no place of its own graph.');
  return { start, begun, places: [...places.values()], placeAt: (snapshot) => places.get(keyFor(snapshot)) };
}

type Adjacency = Readonly<
  Record<
    string,
    {
      readonly state: AnyMachineSnapshot;
      readonly transitions: Readonly<
        Record<string, { readonly event: ModelEvent; readonly state: AnyMachineSnapshot }>
      >;
    }
  >
>;

function explored(logic: object, options: object): Adjacency {
  try {
    return getAdjacencyMap(logic as never, options as never) as unknown as Adjacency;
  } catch (error) {
    if (!(error instanceof Error) || error.message !== 'Traversal limit exceeded') throw error;
    throw new UsageError(
      'too-many-paths',
      `The workflow has more than ${MAX_WAYS} ways from a place to the next: too many to look at. Give fewer answers, or take random walks.`,
      { cause: error },
    );
  }
}

/** The first way to each place, by the fewest happenings. */
export function shortestWays({ start }: SearchGraph): ReadonlyMap<Place, Way> {
  const first = new Map<Place, Way>();
  const queue = [start];
  for (const place of queue) {
    for (const way of place.ways) {
      if (way.to === start || first.has(way.to)) continue;
      first.set(way.to, way);
      queue.push(way.to);
    }
  }
  return first;
}

/** The ways from the start to a place, by the fewest happenings. */
export function waysTo(place: Place, first: ReadonlyMap<Place, Way>): readonly Way[] {
  const ways: Way[] = [];
  for (let way = first.get(place); way !== undefined; way = first.get(way.from)) ways.push(way);
  return ways.toReversed();
}

/** For each place the way that leads on to an end by the fewest happenings: to `done` where that can be reached. */
export function waysOut({ places }: SearchGraph): ReadonlyMap<Place, Way> {
  const into = new Map<Place, Way[]>();
  for (const place of places)
    for (const way of place.ways) {
      const known = into.get(way.to);
      if (known === undefined) into.set(way.to, [way]);
      else known.push(way);
    }
  const out = new Map<Place, Way>();
  const ends = places.filter(({ isFinal }) => isFinal);
  const isDone = ({ snapshot }: Place): boolean => snapshot.value === 'done';
  for (const goals of [ends.filter(isDone), ends]) {
    const queue = [...goals];
    for (const place of queue) {
      for (const way of into.get(place) ?? []) {
        if (out.has(way.from) || way.from.isFinal) continue;
        out.set(way.from, way);
        queue.push(way.from);
      }
    }
  }
  return out;
}
