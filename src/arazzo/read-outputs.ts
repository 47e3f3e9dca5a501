import { isJsonObject } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { Output } from './model.ts';
import type { ReadContext } from './read-context.ts';
import { describe } from './read-fields.ts';
import { readSelector } from './read-selector.ts';
import { readValue } from './read-value.ts';

/**
 * Reads the outputs of a step or a workflow. Each is a runtime expression or a Selector Object; a constant is
 * accepted and said to be one.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readOutputs(
  context: ReadContext,
  outputs: JsonObject | undefined,
  pointer: string,
  section: string,
): readonly Output[] {
  return Object.entries(outputs ?? {}).flatMap(([name, value]): readonly Output[] => {
    const place = childPointer(pointer, name);
    if (isJsonObject(value)) {
      const expression = readSelector(context, value, place);
      return expression === undefined
        ? []
        : [{ pointer: place, name, value: readValue(context, expression, place) }];
    }
    if (Array.isArray(value)) {
      const message = `The output "${name}" must be a runtime expression or a Selector Object, not a list.`;
      context.problem('error', 'arazzo/field-type', place, message, { section });
      return [];
    }
    const template = readValue(context, value, place);
    if (template.kind === 'constant' && !(typeof value === 'string' && value.startsWith('$'))) {
      const what = typeof value === 'string' ? 'a text without an expression' : describe(value);
      const message = `The output "${name}" is ${what}, so it is always the same.`;
      context.problem('warning', 'arazzo/lenient-form', place, message, { section });
    }
    return [{ pointer: place, name, value: template }];
  });
}
