import type { AnyStateMachine } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { WorkflowContext } from '../machines/context.ts';
import { stateName } from '../machines/state-path.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { Alphabet, Trial } from './alphabet.ts';
import { createCoverageRecorder, type CoverageRecorder } from './coverage-recorder.ts';
import { createExplorer, START, type AllowsTrial, type Explorer, type SettableClock } from './explorer.ts';
import { createTraceFinder, tooManyPaths, type RandomOptions, type TraceFinder } from './find-traces.ts';
import type { Servers } from './machine-events.ts';
import { limitTraces } from './limit-traces.ts';
import { createPathRunner, type MachineOptions, type PathRunner, type RunnerSubject } from './path-runner.ts';
import type { DocumentSources } from './reading.ts';
import type { RunPathOptions } from './run-options.ts';
import { runPath } from './run-path.ts';
import type { Trace } from './trace.ts';
import { pathDataOf, type WorkflowPath } from './workflow-path.ts';

/** Which paths are searched for. */
export interface PathOptions {
  /**
   * - `simple`: every path that comes to no place twice, and what else takes every edge
   * - `edges`: as few paths as take every edge and give every criterion each outcome
   * - `shortest`: the shortest path to each final state
   * - `random`: walks by chance
   *
   * Absent: `simple`, and `edges` where the budget is passed.
   */
  readonly strategy?: 'simple' | 'edges' | 'shortest' | 'random';
  /** How many simple paths there may be; default 10,000. */
  readonly budget?: number;
  /** Of random walks: the same seed gives the same ones; default 1. */
  readonly seed?: number;
  /** How many random walks; default 100. */
  readonly count?: number;
  /** After how many happenings a random walk is led to an end; default 40. */
  readonly maxLength?: number;
  /**
   * Whether `simple` and `edges` have paths, too, on which a step is one more than the run may begin (`maxSteps`): one for
   * each way to begin one. Default `true`.
   */
  readonly limits?: boolean;
}

/** What a search found. */
export interface WorkflowPaths {
  readonly strategy: NonNullable<PathOptions['strategy']>;
  readonly paths: readonly WorkflowPath[];
  /** Why the strategy is another one than `simple`, where nobody asked for it. */
  readonly notice?: string;
}

/** What a model is made of. */
export interface ModelParts {
  readonly plan: WorkflowPlan;
  readonly reading: DocumentSources;
  readonly alphabet: Alphabet;
  /** A good value for each input that one is known for. */
  readonly goodInputs: JsonObject;
  /** A bad value for each input that one is known for. */
  readonly badInputs: JsonObject;
  readonly compile: (options: MachineOptions) => AnyStateMachine;
  readonly settings: RunnerSubject['settings'];
  readonly servers: Servers;
  readonly allows?: AllowsTrial;
}

/** A model in pieces: its machine, its search and its runner, for what is built on them. */
export interface ModelCore {
  readonly machine: AnyStateMachine;
  readonly finder: TraceFinder;
  readonly runner: PathRunner;
  readonly recorder: CoverageRecorder;
  /** What some way of the search covers, and a run could. */
  readonly reachable: ReadonlySet<string>;
  paths(options?: PathOptions): WorkflowPaths;
  /** The path that certain happenings take. `maxSteps`: in a run that may begin only so many steps. */
  along(trials: readonly Trial[], inputs?: JsonObject, maxSteps?: number): WorkflowPath;
  /** `isRestored`: whether it is run a second time, stored and restored; default `true`. */
  pathOf(trace: Trace, isRestored?: boolean): WorkflowPath;
}

/** Puts a model together. */
export function createModelCore(parts: ModelParts): ModelCore {
  const { plan, reading, alphabet, servers, settings, allows } = parts;
  const clock: SettableClock = { now: START };
  const now = (): number => clock.now;
  const machine = parts.compile({ now });
  const search = { clock, alphabet, servers, ...(allows === undefined ? {} : { allows }) };
  const explorer = createExplorer(machine, search);
  const limited = new Map<number, Explorer>();
  /** An explorer of the machine that begins only so many steps. */
  const limitedTo = (maxSteps: number): Explorer => {
    const known = limited.get(maxSteps) ?? createExplorer(parts.compile({ now, maxSteps }), search);
    limited.set(maxSteps, known);
    return known;
  };
  const recorder = createCoverageRecorder();
  const runner = createPathRunner({
    plan,
    reading,
    compile: parts.compile,
    settings,
    servers,
    recorder,
  });
  const base = baseInputs(explorer, parts);
  const finder = createTraceFinder(explorer, base);
  const startTraces = tracesOfStarts(explorer, parts, finder);
  const reachable = new Set([...finder.reachable, ...startTraces.flatMap(({ covers }) => [...covers])]);

  const pathOf = (trace: Trace, isRestored = true): WorkflowPath => {
    const data = pathDataOf(trace, START, isRestored);
    return {
      ...data,
      run: async (options: RunPathOptions = {}) => {
        await runPath(
          runner,
          { plan, compile: () => parts.compile({ now: Date.now }), inspect: recorder.inspect },
          data,
          options,
        );
        recorder.add([...trace.covers].filter((key) => key.startsWith('input ')));
      },
    };
  };
  const numbered = (traces: readonly Trace[]): readonly WorkflowPath[] => {
    const seen = new Map<string, number>();
    const restored = new Set<string>();
    return traces.map((trace) => {
      const fresh = thingsToRestore(trace).filter((thing) => !restored.has(thing));
      for (const thing of fresh) restored.add(thing);
      const path = pathOf(trace, fresh.length > 0);
      const count = (seen.get(path.description) ?? 0) + 1;
      seen.set(path.description, count);
      return count === 1 ? path : { ...path, description: `${path.description} (${count})` };
    });
  };

  return {
    machine,
    finder,
    runner,
    recorder,
    reachable,
    pathOf,
    along(trials, inputs = base, maxSteps) {
      if (maxSteps !== undefined) {
        const trace = createTraceFinder(limitedTo(maxSteps), inputs).along(trials);
        return pathOf({ ...trace, maxSteps });
      }
      return pathOf((inputs === base ? finder : createTraceFinder(explorer, inputs)).along(trials));
    },
    paths(options = {}) {
      const { strategy, budget = 10_000, limits = true } = options;
      const limitsOf = (edges: readonly Trace[]): readonly Trace[] =>
        limits ? limitTraces(edges, limitedTo) : [];
      if (strategy === undefined || strategy === 'simple') {
        const count = finder.count(budget);
        if (count.isExact && count.count <= budget) {
          const simple = finder.simple();
          const covered = coverOf(simple);
          const others = [...finder.edges(covered), ...startTraces];
          return {
            strategy: 'simple',
            paths: numbered([...simple, ...others, ...limitsOf([...simple, ...others])]),
          };
        }
        const problem = tooManyPaths(count, budget);
        if (strategy === 'simple') throw problem;
        const { paths } = this.paths({ strategy: 'edges', limits });
        return {
          strategy: 'edges',
          paths,
          notice: `${problem.message.split('. ')[0] ?? ''}: one path for each edge is taken.`,
        };
      }
      if (strategy === 'edges') {
        const traces = [...finder.edges(), ...startTraces];
        return { strategy, paths: numbered([...traces, ...limitsOf(traces)]) };
      }
      return {
        strategy,
        paths: numbered(strategy === 'shortest' ? finder.shortest() : finder.random(randomOptions(options))),
      };
    },
  };
}

function randomOptions({ seed = 1, count = 100, maxLength = 40 }: PathOptions): RandomOptions {
  return { seed, count, maxLength };
}

/** What restores of a run are told apart by: the state, and the way that leads on from it. */
function thingsToRestore({ moves, maxSteps }: Trace): readonly string[] {
  return moves.map(({ before, outcome }) =>
    [maxSteps === undefined ? '' : 'limited', stateName(before.value), ...outcome.transitions].join(' '),
  );
}

function coverOf(traces: readonly Trace[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const { covers } of traces) for (const key of covers) all.add(key);
  return all;
}

/** What paths begin with: nothing where everything can be asked for, else good inputs. */
function baseInputs(explorer: Explorer, { goodInputs, settings }: ModelParts): JsonObject {
  if (settings.deferredInputs === false) return goodInputs;
  const { next } = explorer.begin({ inputs: {} });
  return (next.context as WorkflowContext).refused === true ? goodInputs : {};
}

/** Paths that begin in other ways: with all inputs, again one for each edge, and with one that is wrong. */
function tracesOfStarts(
  explorer: Explorer,
  { goodInputs, badInputs }: ModelParts,
  base: TraceFinder,
): readonly Trace[] {
  const bad = Object.entries(badInputs).map(([input, value]) =>
    createTraceFinder(explorer, { ...goodInputs, [input]: value }).along([]),
  );
  const isKnown = base.along([]).inputs === goodInputs || Object.keys(goodInputs).length === 0;
  const given = isKnown ? [] : createTraceFinder(explorer, goodInputs).edges();
  return [...given, ...bad];
}
