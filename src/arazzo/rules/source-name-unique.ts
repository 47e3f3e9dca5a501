import { reportRepeated } from './repeated.ts';
import type { Rule } from './rule.ts';

/**
 * Every source description has a name of its own.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#source-description-object
 */
export const sourceNameUnique: Rule = {
  code: 'arazzo/source-name-unique',
  check(document, context) {
    reportRepeated(context, document.sourceDescriptions, {
      key: (source) => source.name,
      pointer: (source) => `${source.pointer}/name`,
      message: (source) => `The source name "${source.name}" is used more than once.`,
      section: 'source-description-object',
    });
  },
};
