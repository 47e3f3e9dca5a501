import type { Rule } from './rule.ts';

/**
 * The order of the steps or an action leads to every step.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export const stepUnreachable: Rule = {
  code: 'arazzo/step-unreachable',
  check(document, context) {
    for (const workflow of document.workflows) {
      const flow = context.flow(workflow);
      if (flow === undefined) continue;
      for (const [index, step] of workflow.steps.entries()) {
        if (flow.reachable.has(index)) continue;
        context.report({
          severity: 'warning',
          message: `No step and no action leads to the step "${step.stepId}".`,
          pointer: `${step.pointer}/stepId`,
          section: 'workflow-object',
        });
      }
    }
  },
};
