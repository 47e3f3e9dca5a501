import { IDENTIFIER } from '../specification.ts';
import type { Rule } from './rule.ts';

/**
 * Ids and names of sources should hold letters, digits, `-` and `_` only, so that expressions can refer to them.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export const idPattern: Rule = {
  code: 'arazzo/id-pattern',
  check(document, context) {
    const named = [
      ...document.sourceDescriptions.map(({ name, pointer }) => ({
        what: 'source name',
        id: name,
        pointer: `${pointer}/name`,
        section: 'source-description-object',
      })),
      ...document.workflows.flatMap((workflow) => [
        {
          what: 'workflowId',
          id: workflow.workflowId,
          pointer: `${workflow.pointer}/workflowId`,
          section: 'workflow-object',
        },
        ...workflow.steps.map(({ stepId, pointer }) => ({
          what: 'stepId',
          id: stepId,
          pointer: `${pointer}/stepId`,
          section: 'step-object',
        })),
      ]),
    ];
    for (const { what, id, pointer, section } of named) {
      if (IDENTIFIER.test(id)) continue;
      const message = `The ${what} "${id}" should hold letters, digits, "-" and "_" only.`;
      context.report({ severity: 'warning', message, pointer, section });
    }
  },
};
