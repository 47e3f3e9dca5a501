import { COVERAGE_KINDS, shareOf } from '../../testing/coverage.ts';
import type { Palette } from '../render/palette.ts';
import { printable } from '../render/printable.ts';
import { failuresOf, type TestedWorkflow } from './tested-workflow.ts';

/** More of what is not covered is not listed. */
const MAX_LISTED = 20;

/** What was tested, for a person: each failure with its step, request and difference, then the coverage. */
export function textReport(workflows: readonly TestedWorkflow[], style: Palette): string {
  return workflows.map((workflow) => `${workflowText(workflow, style)}\n`).join('\n');
}

function workflowText(workflow: TestedWorkflow, style: Palette): string {
  const { workflowId, tested, skipped, gaps, missed, coverage, strategy, notice } = workflow;
  const failures = failuresOf(workflow);
  const passed = tested.length - failures.length;
  const lines = [style.bold(printable(workflowId))];
  if (notice !== undefined) lines.push(style.warning(`  ${notice}`));
  for (const failure of failures) {
    lines.push('', style.bad(`  ✗ ${printable(failure.path)}`));
    lines.push(
      ...printable(failure.message)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  }
  if (failures.length > 0) lines.push('');
  const result = `  ${passed} of ${tested.length} paths do what the document says (${strategy})`;
  lines.push(failures.length === 0 ? style.good(result) : style.bad(result));
  const restored = tested.filter(({ isRestored }) => isRestored).length;
  if (restored > 0)
    lines.push(style.dim(`  ${restored} of them also stored and restored in each of their states`));
  if (skipped.length > 0)
    lines.push(style.dim(`  ${skipped.length} paths were left out: ${skipped[0]?.why ?? ''}`));
  for (const { stepId, text, outcome, why } of gaps)
    lines.push(
      style.warning(
        `  ${printable(stepId)}: no answer makes "${printable(text)}" ${String(outcome)}: ${printable(why)}`,
      ),
    );
  for (const kind of COVERAGE_KINDS) {
    const measure = coverage[kind];
    const { covered, total, items } = measure;
    const percent = `${Math.floor(shareOf(measure) * 100)} %`.padStart(5);
    lines.push(`  ${kind.padEnd(9)}${percent}  ${covered} of ${total}`);
    const missing = items.filter(({ count }) => count === 0);
    for (const { text, why } of missing.slice(0, MAX_LISTED))
      lines.push(
        style.dim(`    not covered: ${printable(text)}${why === undefined ? '' : ` (${printable(why)})`}`),
      );
    if (missing.length > MAX_LISTED) lines.push(style.dim(`    and ${missing.length - MAX_LISTED} more`));
  }
  for (const line of missed.filter((text) => !text.startsWith(' ')))
    lines.push(style.bad(`  ${printable(line)}`));
  return lines.join('\n');
}
