import type { AnyStateMachine } from 'xstate';
import { operationsOf } from '../machines/actor-names.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { CoverageRecorder } from './coverage-recorder.ts';
import { createHttpStage } from './http-stage.ts';
import { interpret } from './interpret.ts';
import type { Servers } from './machine-events.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { startScriptedServer, type ScriptedServer } from './node-scripted-server.ts';
import { PathFailure } from './path-failure.ts';
import { playPath } from './play-path.ts';
import type { DocumentSources } from './reading.ts';
import type { Stage } from './stage.ts';
import { createStubStage } from './stub-stage.ts';
import type { PathData } from './workflow-path.ts';

/** What a machine of a model is compiled with. */
export interface MachineOptions {
  readonly now: () => number;
  readonly maxSteps?: number;
}

/** What paths are run with: the workflow, read twice. */
export interface RunnerSubject {
  readonly plan: WorkflowPlan;
  readonly reading: DocumentSources;
  /** Compiles the plan for a clock; `maxSteps`: with another limit than that of the settings. */
  readonly compile: (options: MachineOptions) => AnyStateMachine;
  /** The settings that machine and reference interpreter share. */
  readonly settings: {
    readonly maxRetries: number;
    readonly deferredInputs?: boolean;
    readonly maxSteps?: number;
    readonly retryAfterCapSeconds?: number;
  };
  /** The servers of sources, where they are not the descriptions' own. */
  readonly servers: Servers;
  readonly recorder: CoverageRecorder;
}

/** Runs paths of one workflow: those that share something one after the other. */
export interface PathRunner {
  /** `isRestored`: the run is stored and restored in each of its states. */
  run(path: PathData, over: 'http' | 'stubs', isRestored: boolean): Promise<void>;
  /** Runs a path on a stage of someone else's. */
  runOn(stage: Stage, path: PathData, terms: OtherStage): Promise<void>;
  /** Stops the server, where one was started. */
  close(): Promise<void>;
}

/** What is said of a stage of someone else's. */
export interface OtherStage {
  readonly servers: Servers;
  /** What paths take turns at, a scripted server say; absent: all that name none. */
  readonly shared?: object;
  /** The time there, where it is not the path's. */
  readonly now?: () => number;
}

/** What `fetch` and the connection add to a request. */
const ADDED_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  // With `If-Match` and its like.
  'cache-control',
  'connection',
  'content-length',
  'host',
  'pragma',
  'sec-fetch-mode',
  'transfer-encoding',
  'user-agent',
]);

/** A runner whose machine is compiled, and whose server is started, when they are needed first. */
export function createPathRunner(subject: RunnerSubject): PathRunner {
  const { plan, reading, settings, recorder } = subject;
  const clock = createManualClock(0);
  const now = (): number => clock.now();
  /** By their limit of steps, those that paths have needed so far. */
  const machines = new Map<number | undefined, AnyStateMachine>();
  const machineFor = ({ maxSteps }: PathData): AnyStateMachine => {
    const machine =
      machines.get(maxSteps) ?? subject.compile(maxSteps === undefined ? { now } : { now, maxSteps });
    machines.set(maxSteps, machine);
    return machine;
  };
  const stubs = new Map<AnyStateMachine, Stage>();
  let http: Promise<ScriptedApi> | undefined;
  const queues = new WeakMap<object, Promise<unknown>>();

  const startHttp = async (): Promise<ScriptedApi> => {
    const server = await startScriptedServer({ mayEnd: true });
    const servers = Object.fromEntries(
      sourcesOf(plan).map((source) => [source, `${server.url}/${encodeURIComponent(source)}`]),
    );
    return { servers, server, stages: new Map() };
  };

  const play = async (stage: Stage, path: PathData, terms: StageTerms): Promise<void> => {
    const { servers, clock: ofStage, ignoresHeader, isRestored = false } = terms;
    const reference = interpret({
      ...reading,
      ...settings,
      ...(path.maxSteps === undefined ? {} : { maxSteps: path.maxSteps }),
      servers,
      workflowId: plan.workflowId,
      inputs: path.inputs,
      now: () => ofStage.now(),
    });
    const header = ignoresHeader === undefined ? {} : { ignoresHeader };
    const difference = await playPath(stage, { ...path, reference, isRestored, ...header });
    if (difference === undefined) return;
    throw new PathFailure(path, isRestored ? { ...difference, isRestored } : difference);
  };

  /** Runs that share a server follow each other; those of this runner share a machine and a clock as well. */
  const inTurn = <Value>(shared: object, run: () => Promise<Value>): Promise<Value> => {
    const result = (queues.get(shared) ?? Promise.resolve()).then(run);
    queues.set(
      shared,
      result.catch(() => undefined),
    );
    return result;
  };

  return {
    run: (path, over, isRestored) =>
      inTurn(subject, async () => {
        const machine = machineFor(path);
        const { inspect } = recorder;
        if (over === 'stubs') {
          const { servers } = subject;
          const stage = stubs.get(machine) ?? createStubStage(machine, { clock, servers, inspect });
          stubs.set(machine, stage);
          return play(stage, path, { servers, clock, isRestored });
        }
        const { servers, server, stages } = await (http ??= startHttp());
        const stage = stages.get(machine) ?? createHttpStage(machine, { server, clock, servers, inspect });
        stages.set(machine, stage);
        const ignoresHeader = (name: string): boolean => ADDED_HEADERS.has(name);
        return play(stage, path, { servers, clock, ignoresHeader, isRestored });
      }),
    runOn: (stage, path, { servers, shared = subject, now: real }) =>
      inTurn(shared, () => {
        const own = createManualClock(path.startsAt);
        const terms = { servers, ignoresHeader: () => true };
        return real === undefined
          ? play(onClock(stage, own), path, { ...terms, clock: own })
          : play(stage, path, { ...terms, clock: { now: real } });
      }),
    async close() {
      const started = http;
      http = undefined;
      if (started !== undefined) await (await started).server.close();
    },
  };
}

/** The scripted server of a runner, and the stages of machines that send their requests there. */
interface ScriptedApi {
  readonly server: ScriptedServer;
  readonly servers: Servers;
  readonly stages: Map<AnyStateMachine, Stage>;
}

interface StageTerms {
  readonly servers: Servers;
  readonly clock: Pick<ManualClock, 'now'>;
  readonly ignoresHeader?: (name: string) => boolean;
  readonly isRestored?: boolean;
}

/** A stage that takes a clock along with the times of the path. */
function onClock(stage: Stage, clock: ManualClock): Stage {
  return {
    ...stage,
    begin(inputs, at) {
      clock.set(at);
      return stage.begin(inputs, at);
    },
    happen(happening, at) {
      clock.set(at);
      return stage.happen(happening, at);
    },
  };
}

/** The source descriptions whose operations a workflow calls, those of called workflows included. */
export function sourcesOf(plan: WorkflowPlan): readonly string[] {
  return [...new Set(operationsOf(plan).map(({ source }) => source))];
}
