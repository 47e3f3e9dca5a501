import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer, parsePointer } from '../document/json-pointer.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import type { ReadContext } from './read-context.ts';
import { describe } from './read-fields.ts';
import { openExtension } from './read-extension.ts';
import {
  KEYWORD_SHAPES,
  SCHEMA_KEYWORDS,
  SCHEMA_LIST_KEYWORDS,
  SCHEMA_MAP_KEYWORDS,
} from './schema-keywords.ts';

/**
 * Checks that a value is a JSON Schema as far as its known keywords go, and the `x-xstate` inside it. References
 * are checked where they are resolved.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export function checkSchema(context: ReadContext, schema: JsonValue, pointer: string): void {
  if (typeof schema === 'boolean') return;
  if (!isJsonObject(schema)) {
    report(context, pointer, `A schema must be an object, true or false, not ${describe(schema)}.`);
    return;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    const place = childPointer(pointer, keyword);
    if (SCHEMA_KEYWORDS.has(keyword)) checkSchema(context, value, place);
    else if (SCHEMA_LIST_KEYWORDS.has(keyword)) checkList(context, value, keyword, place);
    else if (SCHEMA_MAP_KEYWORDS.has(keyword)) checkMap(context, value, keyword, place);
    else checkKeyword(context, value, keyword, place);
  }
  checkExtension(context, schema, pointer);
}

function checkList(context: ReadContext, value: JsonValue, keyword: string, pointer: string): void {
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, item] of (value as readonly JsonValue[]).entries())
      checkSchema(context, item, `${pointer}/${index}`);
  } else report(context, pointer, `"${keyword}" must be a list of schemas that is not empty.`);
}

function checkMap(context: ReadContext, value: JsonValue, keyword: string, pointer: string): void {
  if (isJsonObject(value)) {
    for (const [name, item] of Object.entries(value)) checkSchema(context, item, childPointer(pointer, name));
  } else report(context, pointer, `"${keyword}" must be a map of schemas, not ${describe(value)}.`);
}

function checkKeyword(context: ReadContext, value: JsonValue, keyword: string, pointer: string): void {
  const shape = KEYWORD_SHAPES.get(keyword);
  if (shape === undefined || shape.is(value)) return;
  const told = typeof value === 'string' ? `"${value}"` : describe(value);
  const flag =
    keyword === 'required' && typeof value === 'boolean'
      ? ' List the names in "required" of the object that has the property.'
      : '';
  report(context, pointer, `"${keyword}" of a schema must be ${shape.words}, not ${told}.${flag}`);
}

function checkExtension(context: ReadContext, schema: JsonObject, pointer: string): void {
  if (memberOf(schema, 'x-xstate') === undefined) return;
  const extension = openExtension(context, schema, pointer, ['secret', 'choices', 'callback']);
  extension.read('secret', {
    words: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  });
  extension.read('callback', {
    words: '"url" or "state"',
    read: (value) => (value === 'url' || value === 'state' ? value : undefined),
  });
  extension.read('choices', {
    words: '"{ from, value, label }": a runtime expression and two JSON Pointers into each item',
    read: (value) => (isChoices(value) ? value : undefined),
  });
}

function isChoices(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const from = memberOf(value, 'from');
  const inner = memberOf(value, 'value');
  const label = memberOf(value, 'label');
  const known = Object.keys(value).every((name) => name === 'from' || name === 'value' || name === 'label');
  return (
    known &&
    typeof from === 'string' &&
    'value' in parseExpression(from) &&
    isPointer(inner) &&
    (label === undefined || isPointer(label))
  );
}

function isPointer(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && parsePointer(value) !== undefined;
}

function report(context: ReadContext, pointer: string, message: string): void {
  context.problem('error', 'arazzo/invalid-schema', pointer, message, { section: 'workflow-object' });
}
