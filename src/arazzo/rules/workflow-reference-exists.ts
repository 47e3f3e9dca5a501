import { suggest } from '../suggest.ts';
import { workflowReferences } from '../workflow-references.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Every workflow that is referred to without a source exists in the document.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const workflowReferenceExists: Rule = {
  code: 'arazzo/workflow-reference-exists',
  check(document, context) {
    for (const { source, workflowId, pointer } of workflowReferences(document)) {
      if (source === undefined) checkExists(context, workflowId, pointer);
    }
    for (const step of document.workflows.flatMap((workflow) => workflow.steps)) {
      for (const [index, dependency] of step.dependsOn.entries()) {
        const workflowId = /^\$workflows\.([^.]+)\./.exec(dependency)?.[1];
        if (workflowId !== undefined) checkExists(context, workflowId, `${step.pointer}/dependsOn/${index}`);
      }
    }
    for (const { expression, pointer } of context.uses) {
      if (expression.kind === 'workflows') checkExists(context, expression.workflowId, pointer);
    }
  },
};

function checkExists(context: RuleContext, workflowId: string, pointer: string): void {
  if (context.workflowIds.includes(workflowId)) return;
  const hint =
    context.sourceNames.length > 1
      ? ' One of another document is "$sourceDescriptions.<name>.<workflowId>".'
      : '';
  context.report({
    severity: 'error',
    message: `There is no workflow "${workflowId}" in this document.${suggest(workflowId, context.workflowIds) || hint}`,
    pointer,
    section: 'step-object',
  });
}
