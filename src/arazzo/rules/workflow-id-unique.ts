import { reportRepeated } from './repeated.ts';
import type { Rule } from './rule.ts';

/**
 * Every workflowId is unique in its document.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export const workflowIdUnique: Rule = {
  code: 'arazzo/workflow-id-unique',
  check(document, context) {
    reportRepeated(context, document.workflows, {
      key: (workflow) => workflow.workflowId,
      pointer: (workflow) => `${workflow.pointer}/workflowId`,
      message: (workflow) => `The workflowId "${workflow.workflowId}" is used more than once.`,
      section: 'workflow-object',
    });
  },
};
