import type { AnyMachineSnapshot } from 'xstate';
import type { WorkflowContext } from '../machines/context.ts';
import type { Explorer } from './explorer.ts';
import type { Move, Trace } from './trace.ts';

/** Runs that may begin more steps than that are not tried: each limit takes a machine of its own. */
const HIGHEST_LIMIT = 20;

/** Where a step is begun that is one too many for a limit of so many steps. */
interface Excess {
  readonly trace: Trace;
  /** How many happenings lead there. */
  readonly length: number;
  readonly maxSteps: number;
}

/**
 * Gives paths on which a run begins one step more than it may: one for each way to begin a step, with the lowest limit that
 * some trace has for it. And one that ends well with just as many steps as it needs.
 *
 * @param traces - of a machine without such a limit
 * @param limitedTo - goes through the machine that may begin only so many steps
 */
export function limitTraces(
  traces: readonly Trace[],
  limitedTo: (maxSteps: number) => Explorer,
): readonly Trace[] {
  const found = new Map<string, Excess>();
  for (const trace of traces) {
    let begun = stepsOf(trace.start);
    for (const [index, { after, outcome }] of trace.moves.entries()) {
      const first = begun;
      begun = stepsOf(after);
      // A step that calls a workflow and the first step of that one are begun at once.
      for (let maxSteps = Math.max(1, first); maxSteps < Math.min(begun, HIGHEST_LIMIT + 1); maxSteps += 1) {
        const way = [maxSteps - first, ...outcome.transitions].join(' ');
        const excess = { trace, length: index + 1, maxSteps };
        const known = found.get(way);
        if (known === undefined || isSooner(excess, known)) found.set(way, excess);
      }
    }
  }
  const enough = traces
    .filter((trace) => endOf(trace).value === 'done')
    .map((trace) => ({ trace, length: trace.moves.length, maxSteps: stepsOf(endOf(trace)) }))
    .filter(({ maxSteps }) => maxSteps >= 1 && maxSteps <= HIGHEST_LIMIT)
    .reduce<readonly Excess[]>(
      ([known], one) => [known === undefined || isSooner(one, known) ? one : known],
      [],
    );
  return [...enough, ...found.values()].map((excess) => replayed(excess, limitedTo(excess.maxSteps)));
}

function isSooner(one: Excess, other: Excess): boolean {
  return one.maxSteps < other.maxSteps || (one.maxSteps === other.maxSteps && one.length < other.length);
}

function endOf({ moves, start }: Trace): AnyMachineSnapshot {
  return moves.at(-1)?.after ?? start;
}

/** How many steps a run has begun. */
function stepsOf({ context }: AnyMachineSnapshot): number {
  return (context as WorkflowContext).run.executed;
}

/** The same happenings in a run that has the limit. */
function replayed({ trace, length, maxSteps }: Excess, explorer: Explorer): Trace {
  const { inputs } = trace;
  const start = explorer.begin({ inputs, runId: 'run' }).next;
  const moves: Move[] = [];
  let before = start;
  for (const { trial } of trace.moves.slice(0, length)) {
    const event = before.status === 'active' ? explorer.event(before, trial) : undefined;
    if (event === undefined) break;
    const outcome = explorer.take(before, event);
    moves.push({ trial, at: event.at, before, after: outcome.next, outcome });
    before = outcome.next;
  }
  return { inputs, moves, isOver: before.status !== 'active', start, maxSteps, covers: new Set() };
}
