import { expressionUses } from '../arazzo/expression-uses.ts';
import type { Step, Workflow } from '../arazzo/model.ts';
import type { LinkContext } from './link-context.ts';

/**
 * Advises a step that uses what an earlier step received as a message to name that step in its `dependsOn`. Here steps run
 * one after the other; elsewhere the message may still be on its way.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function checkDependencies({ document, reporter }: LinkContext, workflow: Workflow): void {
  const receiving = new Set(
    workflow.steps.filter(({ message }) => message?.action === 'receive').map(({ stepId }) => stepId),
  );
  if (receiving.size === 0) return;
  const told = new Set<string>();
  for (const { expression, step, workflow: owner, pointer } of expressionUses(document)) {
    if (expression.kind !== 'steps' || owner !== workflow || step === undefined) continue;
    const { stepId } = expression;
    const key = `${step.stepId} ${stepId}`;
    if (
      stepId === step.stepId ||
      !receiving.has(stepId) ||
      told.has(key) ||
      dependsOn(workflow, step, stepId)
    )
      continue;
    told.add(key);
    reporter.report({
      code: 'plan/dependency-advised',
      severity: 'info',
      message: `The step "${step.stepId}" uses what the step "${stepId}" receives: better write "dependsOn: [${stepId}]".`,
      pointer,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
    });
  }
}

/** Whether a step depends on another of its workflow, by itself or through what it depends on. */
function dependsOn(workflow: Workflow, step: Step, wanted: string): boolean {
  const seen = new Set([step]);
  for (const { dependsOn: names } of seen) {
    for (const name of names) {
      const stepId = name.startsWith(`$workflows.${workflow.workflowId}.steps.`)
        ? name.slice(`$workflows.${workflow.workflowId}.steps.`.length)
        : name;
      if (stepId === wanted) return true;
      const next = workflow.steps.find((candidate) => candidate.stepId === stepId);
      if (next !== undefined) seen.add(next);
    }
  }
  return false;
}
