import type { AnyStateMachine, InspectionEvent } from 'xstate';
import { UsageError } from '../machines/usage-error.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { createApiStage, withRealValues } from './api-stage.ts';
import { maskDifference, secretNamesOf } from './mask-difference.ts';
import { PathFailure } from './path-failure.ts';
import { sourcesOf, type PathRunner } from './path-runner.ts';
import type { RunPathOptions } from './run-options.ts';
import { createUserStage } from './user-stage.ts';
import type { PathData } from './workflow-path.ts';

/** The workflow of a path, for a run of its own. */
export interface RunSubject {
  readonly plan: WorkflowPlan;
  /** A machine that runs in real time. */
  readonly compile: () => AnyStateMachine;
  /** Sees what happens in it. */
  readonly inspect: (event: InspectionEvent) => void;
}

/** Runs a path where its options say. @throws PathFailure, UsageError */
export async function runPath(
  runner: PathRunner,
  { plan, compile, inspect }: RunSubject,
  path: PathData,
  options: RunPathOptions,
): Promise<void> {
  const { user, server, baseUrl, credentials, values = {} } = options;
  const isElsewhere = user !== undefined || baseUrl !== undefined;
  if (isElsewhere && options.restore === true)
    throw new UsageError(
      'invalid-option',
      'Only runs over HTTP to a scripted server, or over stubs, can be stored and restored.',
    );
  const sources = sourcesOf(plan);
  if (user !== undefined) {
    if (path.maxSteps !== undefined)
      throw new UsageError(
        'invalid-option',
        `The path is about a run of ${path.maxSteps} steps at most, which no user can ask for. Search with \`limits: false\`.`,
      );
    if (server === undefined)
      throw new UsageError(
        'invalid-option',
        'With `user` goes `server`: the scripted server that the program sends its requests to.',
      );
    const servers = Object.fromEntries(sources.map((source) => [source, server.url]));
    return runner.runOn(createUserStage(user, server), path, { servers, shared: server });
  }
  if (baseUrl === undefined) {
    const { over = 'http', restore = path.isRestored } = options;
    await runner.run(path, over, false);
    return restore ? runner.run(path, over, true) : undefined;
  }
  if (!path.onRealApi.possible)
    throw new UsageError(
      'invalid-option',
      `The path cannot be run against a real API: ${path.onRealApi.why}.`,
    );
  const servers =
    typeof baseUrl === 'string' ? Object.fromEntries(sources.map((source) => [source, baseUrl])) : baseUrl;
  const wrong = new Set(
    path.events.filter(({ isWrong }) => isWrong === true).map(({ happening }) => happening),
  );
  const machine = compile();
  const stage = createApiStage(machine, {
    servers,
    credentials,
    values,
    isWrong: (happening) => wrong.has(happening),
    inspect,
  });
  // Inputs that are refused at once are wrong on purpose.
  const inputs = path.events.length === 0 ? path.inputs : await withRealValues(path.inputs, values);
  try {
    await runner.runOn(stage, { ...path, inputs }, { servers, now: Date.now });
  } catch (error) {
    if (!(error instanceof PathFailure)) throw error;
    throw new PathFailure(path, maskDifference(error.difference, secretNamesOf(machine)));
  }
}
