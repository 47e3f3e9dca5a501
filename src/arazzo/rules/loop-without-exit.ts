import type { ControlFlow } from '../control-flow.ts';
import type { Rule } from './rule.ts';

/**
 * From every loop there is a way to the end of the workflow other than failing. Reported once for a workflow, at
 * the first step of the loop.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#success-action-object
 */
export const loopWithoutExit: Rule = {
  code: 'arazzo/loop-without-exit',
  check(document, context) {
    for (const workflow of document.workflows) {
      const flow = context.flow(workflow);
      if (flow === undefined) continue;
      const first = workflow.steps.findIndex(
        (_, index) => flow.reachable.has(index) && flow.leadsTo(index, index) && isTrapped(flow, index),
      );
      const step = workflow.steps[first];
      if (step === undefined) continue;
      context.report({
        severity: 'warning',
        message: `Once it is at the step "${step.stepId}", the workflow goes round in a loop until a step fails.`,
        pointer: `${step.pointer}/stepId`,
        section: 'success-action-object',
      });
    }
  },
};

function isTrapped(flow: ControlFlow, index: number): boolean {
  return !flow.steps.some((step, other) => step.ends && (other === index || flow.leadsTo(index, other)));
}
