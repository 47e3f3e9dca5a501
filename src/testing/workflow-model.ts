import type { AnyStateMachine } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { WorkflowContext } from '../machines/context.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { Alphabet, Trial } from './alphabet.ts';
import { createCoverageRecorder, type CoverageRecorder } from './coverage-recorder.ts';
import { createExplorer, START, type AllowsTrial, type Explorer, type SettableClock } from './explorer.ts';
import { createTraceFinder, tooManyPaths, type RandomOptions, type TraceFinder } from './find-traces.ts';
import type { Servers } from './machine-events.ts';
import { createPathRunner, type PathRunner, type RunnerSubject } from './path-runner.ts';
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
  readonly compile: (options: { readonly now: () => number }) => AnyStateMachine;
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
  /** The path that certain happenings take. */
  along(trials: readonly Trial[], inputs?: JsonObject): WorkflowPath;
  pathOf(trace: Trace): WorkflowPath;
}

/** Puts a model together. */
export function createModelCore(parts: ModelParts): ModelCore {
  const { plan, reading, alphabet, servers, settings, allows } = parts;
  const clock: SettableClock = { now: START };
  const machine = parts.compile({ now: () => clock.now });
  const explorer = createExplorer(machine, {
    clock,
    alphabet,
    servers,
    ...(allows === undefined ? {} : { allows }),
  });
  const recorder = createCoverageRecorder();
  const compile = (now: () => number): AnyStateMachine => parts.compile({ now });
  const runner = createPathRunner({ plan, reading, compile, settings, servers, recorder });
  const base = baseInputs(explorer, parts);
  const finder = createTraceFinder(explorer, base);
  const startTraces = tracesOfStarts(explorer, parts, finder);
  const reachable = new Set([...finder.reachable, ...startTraces.flatMap(({ covers }) => [...covers])]);

  const pathOf = (trace: Trace): WorkflowPath => {
    const data = pathDataOf(trace, START);
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
    return traces.map((trace) => {
      const path = pathOf(trace);
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
    along(trials, inputs = base) {
      return pathOf((inputs === base ? finder : createTraceFinder(explorer, inputs)).along(trials));
    },
    paths(options = {}) {
      const { strategy, budget = 10_000 } = options;
      if (strategy === undefined || strategy === 'simple') {
        const count = finder.count(budget);
        if (count.isExact && count.count <= budget) {
          const simple = finder.simple();
          const covered = coverOf(simple);
          return {
            strategy: 'simple',
            paths: numbered([...simple, ...finder.edges(covered), ...startTraces]),
          };
        }
        const problem = tooManyPaths(count, budget);
        if (strategy === 'simple') throw problem;
        const { paths } = this.paths({ strategy: 'edges' });
        return {
          strategy: 'edges',
          paths,
          notice: `${problem.message.split('. ')[0] ?? ''}: one path for each edge is taken.`,
        };
      }
      if (strategy === 'edges') return { strategy, paths: numbered([...finder.edges(), ...startTraces]) };
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
