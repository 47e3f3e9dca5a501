import { reportRepeated } from './repeated.ts';
import { actionListsOf } from '../step-actions.ts';
import type { Rule } from './rule.ts';

/**
 * No list of actions has two of the same name: a step redefines the actions of its workflow by name.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const actionNameUnique: Rule = {
  code: 'arazzo/action-name-unique',
  check(document, context) {
    const lists = document.workflows.flatMap((workflow) => [
      workflow.successActions,
      workflow.failureActions,
      ...workflow.steps.flatMap(actionListsOf),
    ]);
    for (const list of lists) {
      reportRepeated<{ readonly name: string; readonly pointer: string }>(context, list, {
        key: (action) => action.name,
        pointer: (action) => `${action.pointer}/name`,
        message: (action) => `The action name "${action.name}" is used more than once in this list.`,
        section: 'step-object',
      });
    }
  },
};
