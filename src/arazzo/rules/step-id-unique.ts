import { reportRepeated } from './repeated.ts';
import type { Rule } from './rule.ts';

/**
 * Every stepId is unique in its workflow.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const stepIdUnique: Rule = {
  code: 'arazzo/step-id-unique',
  check(document, context) {
    for (const workflow of document.workflows) {
      reportRepeated(context, workflow.steps, {
        key: (step) => step.stepId,
        pointer: (step) => `${step.pointer}/stepId`,
        message: (step) =>
          `The stepId "${step.stepId}" is used more than once in the workflow "${workflow.workflowId}".`,
        section: 'step-object',
      });
    }
  },
};
