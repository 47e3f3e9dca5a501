import { calledTargets } from '../called-targets.ts';
import type { Rule } from './rule.ts';

/**
 * With several sources that are not Arazzo's, an operationId says which one it is of.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const qualifiedOperationId: Rule = {
  code: 'arazzo/qualified-operation-id',
  check(document, context) {
    const names = document.sourceDescriptions
      .filter((source) => source.type !== 'arazzo')
      .map((source) => source.name);
    if (names.length < 2) return;
    for (const { target, pointer } of calledTargets(document)) {
      if (target.kind !== 'operationId' || target.source !== undefined) continue;
      context.report({
        severity: 'error',
        message: `There are several sources, so "${target.operationId}" must say which: "$sourceDescriptions.<name>.${target.operationId}", the name being one of ${names.map((name) => `"${name}"`).join(', ')}.`,
        pointer: `${pointer}/operationId`,
        section: 'step-object',
      });
    }
  },
};
