import { reportRepeated } from './repeated.ts';
import type { Rule } from './rule.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const FINAL_STATES = ['done', 'failed', 'cancelled'];

/**
 * `x-xstate: { state }` of a step is a name that a state can have, and that no other step pins.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#specification-extensions
 */
export const stateNameValid: Rule = {
  code: 'arazzo/state-name-valid',
  check(document, context) {
    const section = 'specification-extensions';
    for (const { workflowId, steps } of document.workflows) {
      const pinned = steps.flatMap(({ extension, pointer }) =>
        extension.state === undefined
          ? []
          : [{ state: extension.state, pointer: `${pointer}/x-xstate/state` }],
      );
      for (const { state, pointer } of pinned) {
        if (NAME.test(state) && !FINAL_STATES.includes(state)) continue;
        const why = FINAL_STATES.includes(state)
          ? 'is the name of a final state'
          : 'must begin with a letter and hold letters, digits and "_" only';
        context.report({ severity: 'error', message: `The state name "${state}" ${why}.`, pointer, section });
      }
      reportRepeated(context, pinned, {
        key: ({ state }) => state,
        pointer: ({ pointer }) => pointer,
        message: ({ state }) =>
          `The state name "${state}" is pinned more than once in the workflow "${workflowId}".`,
        section,
      });
    }
  },
};
