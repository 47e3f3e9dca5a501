import type { Criterion } from '../expressions/criterion.ts';
import { parseCriterion } from '../expressions/parse-criterion.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { reportValueProblems } from './read-value.ts';
import { CRITERION_SHAPE } from './shapes.ts';

/**
 * Reads a list of Criterion Objects. A condition that stands alone, without its object, is read as a simple one.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function readCriteria(context: ReadContext, items: readonly Item[]): readonly Criterion[] {
  return items.flatMap(({ value, pointer }) => {
    const written = typeof value === 'string' ? { condition: value } : value;
    const fields = readFields(context, written, pointer, CRITERION_SHAPE);
    if (fields === undefined || !fields.complete) return [];
    if (written !== value) {
      const message = 'A criterion is an object; this condition is read as "{ condition: … }".';
      context.problem('warning', 'arazzo/lenient-form', pointer, message, {
        section: CRITERION_SHAPE.section,
      });
    }
    const parsed = parseCriterion(written);
    reportValueProblems(context, parsed.problems, pointer);
    return parsed.value === undefined ? [] : [parsed.value];
  });
}
