import type { ExpressionUse } from '../expression-uses.ts';
import type { ArazzoDocument, Step, Workflow } from '../model.ts';
import { includesName } from '../schema-properties.ts';
import { suggest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/**
 * Every output that is referred to is one that its step or workflow has. One that it has not never has a value.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export const outputReferenceExists: Rule = {
  code: 'arazzo/output-reference-exists',
  check(document, context) {
    for (const use of context.uses) {
      const found = outputOf(document, use);
      if (found?.owner === undefined) continue;
      const { owner, name } = found;
      const written = context.written(`${owner.pointer}/outputs`);
      const names = typeof written === 'object' && written !== null ? Object.keys(written) : [];
      if (includesName(names, name)) continue;
      const what = 'stepId' in owner ? `step "${owner.stepId}"` : `workflow "${owner.workflowId}"`;
      context.report({
        severity: 'warning',
        message: `The ${what} has no output "${name}", so there is never a value.${suggest(name, names)}`,
        pointer: use.pointer,
        section: 'runtime-expressions',
      });
    }
  },
};

function outputOf(
  document: ArazzoDocument,
  { expression, workflow, step }: ExpressionUse,
): { readonly owner: Step | Workflow | undefined; readonly name: string } | undefined {
  const byId = (id: string): Workflow | undefined =>
    document.workflows.find((other) => other.workflowId === id);
  if (expression.kind === 'steps') {
    return {
      owner: workflow.steps.find((other) => other.stepId === expression.stepId),
      name: expression.output,
    };
  }
  if (expression.kind === 'workflows' && expression.field === 'outputs') {
    return { owner: byId(expression.workflowId), name: expression.name };
  }
  if (expression.kind !== 'outputs') return undefined;
  if (step === undefined) return { owner: workflow, name: expression.name };
  const called =
    step.target.kind === 'workflowId' && step.target.source === undefined
      ? byId(step.target.workflowId)
      : undefined;
  return { owner: called, name: expression.name };
}
