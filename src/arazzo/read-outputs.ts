import { isJsonObject } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import { isSelector, parseSelector } from '../expressions/parse-selector.ts';
import type { Template } from '../expressions/template.ts';
import type { Output } from './model.ts';
import type { ReadContext } from './read-context.ts';
import { describe, readFields } from './read-fields.ts';
import { readValue, reportValueProblems } from './read-value.ts';
import { SELECTOR_SHAPE } from './shapes.ts';

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
      const selector = readSelectorOutput(context, value, place);
      return selector === undefined ? [] : [{ pointer: place, name, value: selector }];
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

/** An object in outputs can be nothing but a Selector Object, so what it lacks is told. */
function readSelectorOutput(context: ReadContext, value: JsonObject, pointer: string): Template | undefined {
  const fields = readFields(context, value, pointer, SELECTOR_SHAPE);
  if (fields === undefined || !fields.complete) return undefined;
  if (isSelector(value)) {
    const template = readValue(context, value, pointer);
    return template.kind === 'constant' ? undefined : template;
  }
  const parsed = parseSelector(value);
  reportValueProblems(context, parsed.problems, pointer);
  return parsed.value;
}
