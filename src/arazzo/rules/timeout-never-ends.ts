import type { Rule } from './rule.ts';

/**
 * `onTimeout` stands where there is a time that can be over: a person may answer at any time unless the step has a
 * `timeout`, and a called workflow is not timed.
 *
 * @see https://github.com/OAI/Arazzo-Specification/pull/568
 */
export const timeoutNeverEnds: Rule = {
  code: 'arazzo/timeout-never-ends',
  check(document, context) {
    for (const { target, onTimeout, timeoutMs, pointer } of document.workflows.flatMap(
      ({ steps }) => steps,
    )) {
      if (onTimeout.length === 0) continue;
      const isUntimed = target.kind === 'workflowId';
      if (!isUntimed && (target.kind !== 'interaction' || timeoutMs !== undefined)) continue;
      // A timeout that is there and wrong has been reported.
      if (!isUntimed && context.written(`${pointer}/timeout`) !== undefined) continue;
      context.report({
        severity: 'warning',
        message: isUntimed
          ? '"onTimeout" is never tried here: the time of a called workflow is not limited.'
          : '"onTimeout" is never tried: without "timeout" the person may answer at any time.',
        pointer: `${pointer}/onTimeout`,
        part: 'key',
        section: 'interaction-object',
      });
    }
  },
};
