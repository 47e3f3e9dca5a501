import type { JsonObject } from '../document/json.ts';
import { UsageError } from '../machines/usage-error.ts';
import type { Trial } from './alphabet.ts';
import type { Explorer } from './explorer.ts';
import { exactPlaceOf, placeOf } from './places.ts';
import { exploreGraph, shortestWays, waysOut, waysTo, type SearchGraph, type Way } from './search-graph.ts';
import { countSimpleWays, simpleWays, type WayCount } from './simple-ways.ts';
import { submitMarks } from './input-marks.ts';
import { createTracer, type Trace } from './trace.ts';
import { trialMark } from './trial-mark.ts';

/** Finds the paths of one machine that begins with certain inputs. */
export interface TraceFinder {
  /** How many simple paths there are. */
  count(budget: number): WayCount;
  /** Every simple path. */
  simple(): readonly Trace[];
  /**
   * As few paths as take every edge that can be taken, give every criterion each outcome that it can have, and try in every
   * state each thing that may happen there.
   */
  edges(covered?: ReadonlySet<string>): readonly Trace[];
  /** One path for each way from a place of the search to another: every edge, in every situation. */
  ways(): readonly Trace[];
  /** The shortest path to each final state. */
  shortest(): readonly Trace[];
  random(options: RandomOptions): readonly Trace[];
  /** The path that certain happenings take. */
  along(trials: readonly Trial[]): Trace;
  /** Whatever some way of the search covers. */
  readonly reachable: ReadonlySet<string>;
}

/** How random walks are made. */
export interface RandomOptions {
  /** The same seed gives the same walks. */
  readonly seed: number;
  /** How many walks. */
  readonly count: number;
  /** After so many happenings a walk goes on to an end by the shortest way. */
  readonly maxLength: number;
}

/** @throws UsageError where a machine is too large to be explored */
export function createTraceFinder(explorer: Explorer, inputs: JsonObject): TraceFinder {
  const input = { inputs, runId: 'run' };
  const exact = exploreGraph(explorer, { input, keyOf: exactPlaceOf });
  const first = shortestWays(exact);
  const tracer = createTracer(explorer, exact, inputs, waysOut(exact));
  let coarse: SearchGraph | undefined;
  const coarseGraph = (): SearchGraph => (coarse ??= exploreGraph(explorer, { input, keyOf: placeOf }));
  const trialsOf = (ways: readonly Way[]): readonly Trial[] => ways.map(({ event }) => event.trial);
  const traceBy = (way: Way): Trace => tracer.trace(trialsOf([...waysTo(way.from, first), way]));

  const coversOf = ({ event, outcome, from }: Way): readonly string[] => {
    const { trial } = event;
    const marks = submitMarks(trial.happening, from.snapshot, outcome.next, outcome.transitions);
    return [...outcome.transitions, ...outcome.decisions, ...marks, trialMark(trial, from.snapshot)];
  };
  const providers = new Map<string, Way[]>();
  for (const place of [exact.start, ...first.keys()]) {
    for (const way of place.ways) {
      for (const item of coversOf(way)) {
        const known = providers.get(item);
        if (known === undefined) providers.set(item, [way]);
        else if (known.length < MAX_TRIES) known.push(way);
      }
    }
  }
  const reachable = new Set([...providers.keys(), ...tracer.trace([]).covers]);

  return {
    count: (budget) => countSimpleWays(coarseGraph(), budget),
    simple: () => simpleWays(coarseGraph()).map((ways) => tracer.trace(trialsOf(ways))),
    edges(covered = new Set()) {
      const left = new Set([...providers.keys()].filter((item) => !covered.has(item)));
      const traces: Trace[] = [];
      // What is found far from the start takes along much of what is near.
      for (const [item, ways] of [...providers].toReversed()) {
        for (const way of ways) {
          if (!left.has(item)) break;
          const trace = traceBy(way);
          if (!trace.covers.has(item)) continue;
          traces.push(trace);
          for (const other of trace.covers) left.delete(other);
        }
      }
      return traces.toReversed();
    },
    ways: () => [...first.keys(), exact.start].flatMap((place) => place.ways.map(traceBy)),
    shortest() {
      const ends = new Map<string, Way>();
      for (const [place, way] of first) {
        const state = String(place.snapshot.value);
        if (place.isFinal && !ends.has(state)) ends.set(state, way);
      }
      return exact.start.isFinal ? [tracer.trace([])] : [...ends.values()].map(traceBy);
    },
    random: (options) => randomTraces(explorer, exact, (trials) => tracer.trace(trials), options),
    along: (trials) => tracer.trace(trials),
    reachable,
  };
}

/** How many ways that should cover something are tried until one really does. */
const MAX_TRIES = 5;

function randomTraces(
  explorer: Explorer,
  graph: SearchGraph,
  trace: (trials: readonly Trial[]) => Trace,
  { seed, count, maxLength }: RandomOptions,
): readonly Trace[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const trials: Trial[] = [];
    let now = graph.begun.next;
    while (now.status === 'active' && trials.length < maxLength) {
      const events = explorer.events(now);
      const event = events[Math.floor(random() * events.length)];
      if (event === undefined) break;
      trials.push(event.trial);
      now = explorer.take(now, event).next;
    }
    return trace(trials);
  });
}

/** Numbers from 0 up to 1, the same for the same seed: the generator `mulberry32`. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Says that there are too many simple paths.
 *
 * @returns the error to throw
 */
export function tooManyPaths({ count, isExact }: WayCount, budget: number): UsageError {
  const many = isExact ? String(count) : `more than ${count}`;
  return new UsageError(
    'too-many-paths',
    `There are ${many} paths that come to no place twice, above the budget of ${budget}. Raise the budget, or take the strategy "edges".`,
  );
}
