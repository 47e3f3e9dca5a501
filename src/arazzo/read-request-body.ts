import { parsePointer } from '../document/json-pointer.ts';
import type { JsonObject } from '../document/json.ts';
import { isXmlType } from '../expressions/content-type.ts';
import { readQuery } from '../expressions/parse-selector.ts';
import type { Replacement, RequestBody } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { readSelectorType } from './read-selector.ts';
import type { SelectorLanguage } from './read-selector.ts';
import { readValue } from './read-value.ts';
import { REPLACEMENT_SHAPE, REQUEST_BODY_SHAPE } from './shapes.ts';

/**
 * Reads a Request Body Object. The targets of its replacements are checked in the language that the document says or
 * that the content type implies.
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
  const contentType = fields.string('contentType');
  return {
    pointer,
    ...optional('contentType', contentType),
    ...(payload === undefined ? {} : { payload: readValue(context, payload, `${pointer}/payload`) }),
    replacements: fields
      .items('replacements')
      .flatMap((item) => readReplacement(context, item, contentType) ?? []),
  };
}

function readReplacement(
  context: ReadContext,
  { value, pointer }: Item,
  contentType: string | undefined,
): Replacement | undefined {
  const fields = readFields(context, value, pointer, REPLACEMENT_SHAPE);
  if (fields === undefined) return undefined;
  const written = fields.value('targetSelectorType');
  const language =
    written === undefined ? undefined : readSelectorType(context, written, `${pointer}/targetSelectorType`);
  const target = fields.string('target');
  const content = fields.value('value');
  const usable = target !== undefined && (written === undefined || language !== undefined);
  const read = usable ? readTarget(context, target, language, contentType, pointer) : undefined;
  if (!fields.complete || read === undefined || content === undefined) return undefined;
  return { pointer, ...read, value: readValue(context, content, `${pointer}/value`) };
}

const { section } = REPLACEMENT_SHAPE;

function readTarget(
  context: ReadContext,
  target: string,
  stated: SelectorLanguage | undefined,
  contentType: string | undefined,
  pointer: string,
): Pick<Replacement, 'target' | 'type'> | undefined {
  const language = stated ?? impliedLanguage(target, contentType);
  if (language === undefined) {
    if (parsePointer(target) !== undefined) return { target };
    const message = `The target "${target}" is not a JSON Pointer; it must be empty or begin with "/".`;
    context.problem('error', 'arazzo/field-value', `${pointer}/target`, message, { section });
    return undefined;
  }
  const query = readQuery(language.type, language.version, target);
  if ('problem' in query) {
    const message =
      language.type === 'jsonpointer' ? `The target "${target}": ${query.problem}` : query.problem;
    context.problem('error', query.code, `${pointer}/target`, message, { section });
    return undefined;
  }
  if (query.warning !== undefined) {
    context.problem('warning', 'expression/not-supported', `${pointer}/target`, query.warning, { section });
  }
  if (stated === undefined && language.type === 'jsonpath') {
    const message = `The target "${target}" is a JSONPath; say so with "targetSelectorType: jsonpath".`;
    context.problem('warning', 'arazzo/lenient-form', `${pointer}/target`, message, { section });
  }
  return { target: query.value, type: language.type };
}

/** What a target is written in where the document does not say; `undefined` where the body's content type is not known yet. */
function impliedLanguage(target: string, contentType: string | undefined): SelectorLanguage | undefined {
  if (contentType !== undefined && isXmlType(contentType)) return { type: 'xpath' };
  if (target.startsWith('$')) return { type: 'jsonpath' };
  return contentType === undefined ? undefined : { type: 'jsonpointer' };
}
