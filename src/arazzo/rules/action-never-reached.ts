import { isUnconditional } from '../control-flow.ts';
import type { FailureAction, SuccessAction } from '../model.ts';
import { actionListsOf } from '../step-actions.ts';
import type { Rule } from './rule.ts';

/**
 * No action stands behind one that always matches: the first that matches is taken.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const actionNeverReached: Rule = {
  code: 'arazzo/action-never-reached',
  check(document, context) {
    const lists = document.workflows.flatMap(
      (workflow): readonly (readonly (SuccessAction | FailureAction)[])[] => [
        workflow.successActions,
        workflow.failureActions,
        ...workflow.steps.flatMap(actionListsOf),
      ],
    );
    for (const list of lists) {
      const last = list.findIndex(isUnconditional);
      const hiding = list[last];
      if (hiding === undefined) continue;
      for (const action of list.slice(last + 1)) {
        context.report({
          severity: 'warning',
          message: `The action "${action.name}" is never taken, because "${hiding.name}" before it always matches.`,
          pointer: action.pointer,
          related: { message: `"${hiding.name}" is here.`, pointer: hiding.pointer },
          section: 'step-object',
        });
      }
    }
  },
};
