import type { AnyStateMachine } from 'xstate';
import { UsageError } from '../machines/usage-error.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { sourcesOf, type PathRunner } from './path-runner.ts';
import type { RunPathOptions } from './run-options.ts';
import { createUserStage } from './user-stage.ts';
import type { PathData } from './workflow-path.ts';

/** The workflow of a path, for a run of its own. */
export interface RunSubject {
  readonly plan: WorkflowPlan;
  /** A machine that runs in real time. */
  readonly compile: () => AnyStateMachine;
}

/** Runs a path where its options say. @throws PathFailure, UsageError */
export async function runPath(
  runner: PathRunner,
  { plan }: RunSubject,
  path: PathData,
  options: RunPathOptions,
): Promise<void> {
  const { user, server } = options;
  if (user === undefined) return runner.run(path, options.over ?? 'http');
  if (server === undefined)
    throw new UsageError(
      'invalid-option',
      'Beside `user`, the scripted `server` must be given that the program speaks to.',
    );
  const servers = Object.fromEntries(sourcesOf(plan).map((source) => [source, server.url]));
  return runner.runOn(createUserStage(user, server), path, servers, () => true);
}
