import { MAP_KEY } from '../specification.ts';
import type { Rule } from './rule.ts';

/**
 * The names of outputs hold letters, digits, `.`, `-` and `_` only.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const outputNamePattern: Rule = {
  code: 'arazzo/output-name-pattern',
  check(document, context) {
    for (const owner of document.workflows.flatMap((workflow) => [...workflow.steps, workflow])) {
      for (const { name, pointer } of owner.outputs) {
        if (MAP_KEY.test(name)) continue;
        context.report({
          severity: 'error',
          message: `The output name "${name}" may hold letters, digits, ".", "-" and "_" only.`,
          pointer,
          part: 'key',
          section: 'stepId' in owner ? 'step-object' : 'workflow-object',
        });
      }
    }
  },
};
