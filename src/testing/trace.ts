import type { AnyMachineSnapshot } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { Trial } from './alphabet.ts';
import type { Explorer, Outcome } from './explorer.ts';
import { startMarks, submitMarks } from './input-marks.ts';
import type { Place, SearchGraph, Way } from './search-graph.ts';
import { trialMark } from './trial-mark.ts';

/** A walk through a machine as it really goes: the places of a search only say what to try. */
export interface Trace {
  readonly inputs: JsonObject;
  readonly moves: readonly Move[];
  /** Whether its last state is final. */
  readonly isOver: boolean;
  readonly start: AnyMachineSnapshot;
  /** How many steps the run may begin, where the machine has a limit of its own. */
  readonly maxSteps?: number;
  /** What it covers: keys of transitions, outcomes of criteria, and what was done with inputs. */
  readonly covers: ReadonlySet<string>;
}

/** One happening of a trace. */
export interface Move {
  readonly trial: Trial;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before: AnyMachineSnapshot;
  readonly after: AnyMachineSnapshot;
  readonly outcome: Outcome;
}

/** Follows trials from the start of a machine. Traces that begin alike share what they have in common. */
export interface Tracer {
  /** Follows the trials as far as they can be, and goes on to an end where one is known. */
  trace(trials: readonly Trial[]): Trace;
}

/** How many happenings an unfinished trace is gone on with before it is cancelled. */
const MAX_COMPLETION = 200;

const CANCEL: Trial = { happening: { type: 'cancel' } };

/** Follows walks of one start. `out`: the way from each place on to an end. */
export function createTracer(
  explorer: Explorer,
  graph: SearchGraph,
  inputs: JsonObject,
  out: ReadonlyMap<Place, Way>,
): Tracer {
  const start = graph.begun.next;
  let last: readonly Move[] = [];

  const moveBy = (before: AnyMachineSnapshot, trial: Trial): Move | undefined => {
    const event =
      before.status === 'active' && fits(explorer, before, trial) ? explorer.event(before, trial) : undefined;
    if (event === undefined) return undefined;
    const outcome = explorer.take(before, event);
    return { trial, at: event.at, before, after: outcome.next, outcome };
  };

  return {
    trace(wanted) {
      const moves: Move[] = [];
      let now = start;
      for (const [index, trial] of wanted.entries()) {
        const known = last[index];
        const isShared = known?.trial === trial && known.before === now;
        const move = isShared ? known : moveBy(now, trial);
        if (move === undefined) break;
        moves.push(move);
        now = move.after;
      }
      for (let count = 0; now.status === 'active'; count += 1) {
        const place = graph.placeAt(now);
        const way = place === undefined ? undefined : out.get(place);
        const trials = explorer.events(now).map(({ trial }) => trial);
        const [first = CANCEL] = trials;
        const isCancellable =
          trials.length > 1 && trials.some(({ happening }) => happening.type === 'cancel');
        const known = way === undefined || count >= MAX_COMPLETION ? undefined : way.event.trial;
        const move =
          (known === undefined ? undefined : moveBy(now, known)) ??
          moveBy(now, isCancellable ? CANCEL : first);
        if (move === undefined || count > MAX_COMPLETION * 2) break;
        moves.push(move);
        now = move.after;
      }
      last = moves;
      const covers = new Set([...graph.begun.transitions, ...graph.begun.decisions]);
      for (const mark of startMarks(inputs, start)) covers.add(mark);
      for (const move of moves) {
        for (const key of move.outcome.transitions) covers.add(key);
        for (const key of move.outcome.decisions) covers.add(key);
        const { trial, before, after, outcome } = move;
        covers.add(trialMark(trial, before));
        for (const mark of submitMarks(trial.happening, before, after, outcome.transitions)) covers.add(mark);
      }
      return { inputs, moves, isOver: now.status !== 'active', start, covers };
    },
  };
}

/**
 * Whether something can happen at all: a response comes to a request and a message over a channel; nothing is lost for
 * not being made when it can be made, and the other way.
 */
function fits(explorer: Explorer, snapshot: AnyMachineSnapshot, { happening }: Trial): boolean {
  const flight = explorer.flight(snapshot);
  if (happening.type === 'response' && flight?.kind !== 'request') return false;
  if (happening.type === 'message' && flight?.kind !== 'message') return false;
  const isImpossible = flight?.problem !== undefined;
  const saysImpossible = happening.type === 'lost' && happening.kind === 'request';
  return isImpossible === saysImpossible;
}
