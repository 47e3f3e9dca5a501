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
import { playPath, type Play } from './play-path.ts';
import type { DocumentSources } from './reading.ts';
import type { Stage } from './stage.ts';
import { createStubStage } from './stub-stage.ts';
import type { PathData } from './workflow-path.ts';

/** What paths are run with: the workflow, read twice. */
export interface RunnerSubject {
  readonly plan: WorkflowPlan;
  readonly reading: DocumentSources;
  /** Compiles the plan for a clock. */
  readonly compile: (now: () => number) => AnyStateMachine;
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
  run(path: PathData, over: 'http' | 'stubs'): Promise<void>;
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
  'connection',
  'content-length',
  'host',
  'sec-fetch-mode',
  'transfer-encoding',
  'user-agent',
]);

/** A runner whose machine is compiled, and whose server is started, when they are needed first. */
export function createPathRunner(subject: RunnerSubject): PathRunner {
  const { plan, reading, settings, recorder } = subject;
  const clock = createManualClock(0);
  const now = (): number => clock.now();
  let machine: AnyStateMachine | undefined;
  const compiled = (): AnyStateMachine => (machine ??= subject.compile(now));
  let stubs: Stage | undefined;
  let http:
    | Promise<{ readonly stage: Stage; readonly servers: Servers; readonly server: ScriptedServer }>
    | undefined;
  const queues = new WeakMap<object, Promise<unknown>>();

  const startHttp = async (): Promise<Awaited<NonNullable<typeof http>>> => {
    const server = await startScriptedServer({ mayEnd: true });
    const servers = Object.fromEntries(
      sourcesOf(plan).map((source) => [source, `${server.url}/${encodeURIComponent(source)}`]),
    );
    const stage = createHttpStage(compiled(), { server, clock, servers, inspect: recorder.inspect });
    return { stage, servers, server };
  };

  const play = async (
    stage: Stage,
    path: PathData,
    { servers, clock: ofStage, ignoresHeader }: StageTerms,
  ): Promise<void> => {
    const reference = interpret({
      ...reading,
      ...settings,
      servers,
      workflowId: plan.workflowId,
      inputs: path.inputs,
      now: () => ofStage.now(),
    });
    const terms: Play = { ...path, reference, ...(ignoresHeader === undefined ? {} : { ignoresHeader }) };
    const difference = await playPath(stage, terms);
    if (difference !== undefined) throw new PathFailure(path, difference);
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
    run: (path, over) =>
      inTurn(subject, async () => {
        if (over === 'stubs') {
          const { servers } = subject;
          stubs ??= createStubStage(compiled(), { clock, servers, inspect: recorder.inspect });
          return play(stubs, path, { servers, clock });
        }
        const { stage, servers } = await (http ??= startHttp());
        return play(stage, path, { servers, clock, ignoresHeader: (name) => ADDED_HEADERS.has(name) });
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

interface StageTerms {
  readonly servers: Servers;
  readonly clock: Pick<ManualClock, 'now'>;
  readonly ignoresHeader?: (name: string) => boolean;
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
