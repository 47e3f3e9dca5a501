import type { Coverage } from '../../testing/coverage.ts';
import type { AnswerGap } from '../../testing/answer-alphabet.ts';
import type { PathFailure } from '../../testing/path-failure.ts';
import type { WorkflowPath } from '../../testing/workflow-path.ts';

/** A path that was run, and what came of it. */
export interface TestedPath {
  readonly path: WorkflowPath;
  readonly seconds: number;
  /** It ran a second time, stored and restored in each of its states. */
  readonly isRestored: boolean;
  /** Absent: the run was what the document says. */
  readonly failure?: PathFailure;
}

/** A workflow whose paths were run. */
export interface TestedWorkflow {
  readonly workflowId: string;
  readonly strategy: string;
  readonly notice?: string;
  readonly tested: readonly TestedPath[];
  /** Paths that cannot be run where they were to be. */
  readonly skipped: readonly { readonly path: WorkflowPath; readonly why: string }[];
  readonly gaps: readonly AnswerGap[];
  readonly coverage: Coverage;
  /** What the threshold misses, a line each. */
  readonly missed: readonly string[];
}

/** The paths of a workflow that failed. */
export function failuresOf({ tested }: TestedWorkflow): readonly PathFailure[] {
  return tested.flatMap(({ failure }) => failure ?? []);
}
