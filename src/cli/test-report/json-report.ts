import { COVERAGE_KINDS, type Coverage } from '../../testing/coverage.ts';
import { failuresOf, type TestedWorkflow } from './tested-workflow.ts';

/** All that was tested as one JSON object. */
export function jsonReport(workflows: readonly TestedWorkflow[]): string {
  const failed = workflows.flatMap(failuresOf).length;
  const all = workflows.flatMap(({ tested }) => tested).length;
  const report = {
    passed: all - failed,
    failed,
    workflows: workflows.map((workflow) => ({
      workflowId: workflow.workflowId,
      strategy: workflow.strategy,
      ...(workflow.notice === undefined ? {} : { notice: workflow.notice }),
      paths: workflow.tested.map(({ path, isRestored, failure }) => ({
        description: path.description,
        status: path.status,
        restored: isRestored,
        passed: failure === undefined,
        ...(failure === undefined ? {} : { difference: failure.difference }),
      })),
      skipped: workflow.skipped.map(({ path, why }) => ({ description: path.description, why })),
      gaps: workflow.gaps.map(({ stepId, text, outcome, reason, why }) => ({
        stepId,
        criterion: text,
        outcome,
        reason,
        why,
      })),
      coverage: coverageJson(workflow.coverage),
      missed: workflow.missed,
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function coverageJson(coverage: Coverage): object {
  return Object.fromEntries(
    COVERAGE_KINDS.map((kind) => {
      const { covered, total, items, excluded } = coverage[kind];
      const missing = items
        .filter(({ count }) => count === 0)
        .map(({ text, why }) => ({ text, ...(why === undefined ? {} : { why }) }));
      return [kind, { covered, total, missing, excluded }];
    }),
  );
}
