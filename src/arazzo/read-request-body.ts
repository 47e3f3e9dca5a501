import { formatPointer } from '../document/json-pointer.ts';
import type { JsonObject } from '../document/json.ts';
import type { RequestBody } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { readSelectorType, selectorTokens } from './read-selector.ts';
import { readValue } from './read-value.ts';
import { REPLACEMENT_SHAPE, REQUEST_BODY_SHAPE } from './shapes.ts';

/**
 * Reads a Request Body Object. The targets of its replacements become JSON Pointers.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object
 */
export function readRequestBody(
  context: ReadContext,
  value: JsonObject | undefined,
  pointer: string,
): RequestBody | undefined {
  if (value === undefined) return undefined;
  const fields = readFields(context, value, pointer, REQUEST_BODY_SHAPE);
  if (fields === undefined) return undefined;
  const payload = fields.value('payload');
  return {
    pointer,
    ...optional('contentType', fields.string('contentType')),
    ...(payload === undefined ? {} : { payload: readValue(context, payload, `${pointer}/payload`) }),
    replacements: fields.items('replacements').flatMap((item) => readReplacement(context, item)),
  };
}

function readReplacement(context: ReadContext, { value, pointer }: Item): RequestBody['replacements'] {
  const fields = readFields(context, value, pointer, REPLACEMENT_SHAPE);
  if (fields === undefined) return [];
  const target = readReplacementTarget(
    context,
    fields.string('target'),
    fields.value('targetSelectorType'),
    pointer,
  );
  const content = fields.value('value');
  if (!fields.complete || target === undefined || content === undefined) return [];
  return [{ pointer, target, value: readValue(context, content, `${pointer}/value`) }];
}

function readReplacementTarget(
  context: ReadContext,
  target: string | undefined,
  typeValue: Parameters<typeof readSelectorType>[1] | undefined,
  pointer: string,
): string | undefined {
  const { section } = REPLACEMENT_SHAPE;
  const type =
    typeValue === undefined
      ? undefined
      : readSelectorType(context, typeValue, `${pointer}/targetSelectorType`);
  if (target === undefined || (typeValue !== undefined && type === undefined)) return undefined;
  const implied = type ?? (target.startsWith('$') ? 'jsonpath' : 'jsonpointer');
  const tokens = selectorTokens(implied, target);
  if (tokens === undefined) {
    const code = implied === 'jsonpointer' ? 'arazzo/field-value' : 'arazzo/not-supported';
    const message =
      implied === 'jsonpointer'
        ? `The target "${target}" is not a JSON Pointer; it must be empty or begin with "/".`
        : 'Only targets that lead to one place by names and indexes are supported.';
    context.problem('error', code, `${pointer}/target`, message, { section });
    return undefined;
  }
  if (type === undefined && implied === 'jsonpath') {
    const message = `The target "${target}" is a JSONPath; say so with "targetSelectorType: jsonpath", or write "${formatPointer(tokens)}".`;
    context.problem('warning', 'arazzo/lenient-form', `${pointer}/target`, message, { section });
  }
  return formatPointer(tokens);
}
