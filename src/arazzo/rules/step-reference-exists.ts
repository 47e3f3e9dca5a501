import type { ExpressionUse } from '../expression-uses.ts';
import type { Step, Workflow } from '../model.ts';
import { actionListsOf } from '../step-actions.ts';
import { suggest } from '../suggest.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Every step that is referred to exists in the workflow, and one whose outputs are used can have run by then: it
 * stands before, or a jump leads back behind it.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export const stepReferenceExists: Rule = {
  code: 'arazzo/step-reference-exists',
  check(document, context) {
    for (const workflow of document.workflows) {
      const owners = [
        workflow.successActions,
        workflow.failureActions,
        ...workflow.steps.flatMap(actionListsOf),
      ];
      for (const action of owners.flat()) {
        if (action.type === 'end' || action.target?.kind !== 'step') continue;
        checkExists(context, document.workflows, workflow, action.target.stepId, `${action.pointer}/stepId`);
      }
      for (const step of workflow.steps) checkDependencies(context, document.workflows, workflow, step);
    }
    for (const use of context.uses) {
      if (use.expression.kind === 'steps') checkUse(context, document.workflows, use, use.expression.stepId);
    }
  },
};

function checkUse(
  context: RuleContext,
  workflows: readonly Workflow[],
  use: ExpressionUse,
  stepId: string,
): void {
  if (!checkExists(context, workflows, use.workflow, stepId, use.pointer) || use.step === undefined) return;
  if (stepId === use.step.stepId && use.place === 'action') return;
  checkOrder(context, use.workflow, use.step, stepId, use.pointer);
}

function checkDependencies(
  context: RuleContext,
  workflows: readonly Workflow[],
  workflow: Workflow,
  step: Step,
): void {
  for (const [index, dependency] of step.dependsOn.entries()) {
    const pointer = dependencyPointer(context, step, index);
    const other = /^\$workflows\.([^.]+)\.steps\.([^.]+)$/.exec(dependency);
    if (other !== null) {
      const target = workflows.find((candidate) => candidate.workflowId === other[1]);
      if (target !== undefined) checkExists(context, [], target, other[2] ?? '', pointer);
    } else if (
      !dependency.startsWith('$') &&
      checkExists(context, workflows, workflow, dependency, pointer)
    ) {
      checkOrder(context, workflow, step, dependency, pointer);
    }
  }
}

function dependencyPointer(context: RuleContext, step: Step, index: number): string {
  const list = `${step.pointer}/dependsOn`;
  return Array.isArray(context.written(list)) ? `${list}/${index}` : list;
}

function checkExists(
  context: RuleContext,
  workflows: readonly Workflow[],
  workflow: Workflow,
  stepId: string,
  pointer: string,
): boolean {
  const known = context.stepIds(workflow);
  if (known.has(stepId)) return true;
  const owner = workflows.find((other) => other !== workflow && context.stepIds(other).has(stepId));
  const hint =
    owner === undefined
      ? suggest(stepId, known)
      : ` The workflow "${owner.workflowId}" has one; steps of other workflows can only be reached by their workflow's outputs.`;
  context.report({
    severity: 'error',
    message: `There is no step "${stepId}" in the workflow "${workflow.workflowId}".${hint}`,
    pointer,
    section: 'step-object',
  });
  return false;
}

function checkOrder(
  context: RuleContext,
  workflow: Workflow,
  step: Step,
  stepId: string,
  pointer: string,
): void {
  const at = workflow.steps.indexOf(step);
  const target = workflow.steps.findIndex((candidate) => candidate.stepId === stepId);
  const flow = context.flow(workflow);
  if (target < 0 || target < at || flow === undefined) return;
  const loops = flow.leadsTo(target, at);
  const what = target === at ? 'the same step' : 'a later step';
  const when = loops ? 'it has a value from the second time on only' : 'it never has a value here';
  context.report({
    severity: loops || target === at ? 'warning' : 'error',
    message: `"${stepId}" is ${what}; ${when}.`,
    pointer,
    related: { message: `"${stepId}" is here.`, pointer: `${workflow.steps[target]?.pointer ?? ''}/stepId` },
    section: 'step-object',
  });
}
