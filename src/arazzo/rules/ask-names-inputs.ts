import { schemaProperties } from '../schema-properties.ts';
import { actionsOf } from '../step-actions.ts';
import { suggest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/**
 * `x-xstate: { ask }` of an action names inputs that the workflow declares.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#specification-extensions
 */
export const askNamesInputs: Rule = {
  code: 'arazzo/ask-names-inputs',
  check(document, context) {
    for (const workflow of document.workflows) {
      const names = schemaProperties(workflow.inputs);
      const actions = [
        ...workflow.successActions,
        ...workflow.failureActions,
        ...workflow.steps.flatMap(actionsOf),
      ];
      for (const { ask, pointer } of actions) {
        for (const [index, name] of (ask ?? []).entries()) {
          if (names.includes(name)) continue;
          context.report({
            severity: 'error',
            message: `"ask" names "${name}", which is no input of the workflow "${workflow.workflowId}".${suggest(name, names)}`,
            pointer: `${pointer}/x-xstate/ask/${index}`,
            section: 'specification-extensions',
          });
        }
      }
    }
  },
};
