import type { Workflow } from '../model.ts';
import { includesName, schemaProperties } from '../schema-properties.ts';
import { suggest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/**
 * Every input that is referred to is declared. One that is not is an optional input of any type.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export const inputReferenceExists: Rule = {
  code: 'arazzo/input-reference-exists',
  check(document, context) {
    for (const { expression, pointer, workflow } of context.uses) {
      const owner = ownerOf(expression, workflow, document.workflows);
      if (owner === undefined || (expression.kind !== 'inputs' && expression.kind !== 'workflows')) continue;
      const names = schemaProperties(owner.inputs);
      if (includesName(names, expression.name)) continue;
      context.report({
        severity: 'warning',
        message: `The workflow "${owner.workflowId}" declares no input "${expression.name}"; it is an optional input of any type.${suggest(expression.name, names)}`,
        pointer,
        section: 'workflow-object',
      });
    }
  },
};

function ownerOf(
  expression: { readonly kind: string; readonly workflowId?: string; readonly field?: string },
  workflow: Workflow,
  workflows: readonly Workflow[],
): Workflow | undefined {
  if (expression.kind === 'inputs') return workflow;
  if (expression.kind !== 'workflows' || expression.field !== 'inputs') return undefined;
  return workflows.find((other) => other.workflowId === expression.workflowId);
}
