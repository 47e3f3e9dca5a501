import type { JsonValue } from '../document/json.ts';
import { selectorType, versionProblem } from '../expressions/expression-type.ts';
import type { SelectorType } from '../expressions/expression-type.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import { EXPRESSION_TYPE_SHAPE } from './shapes.ts';

/** A language that selects, and the version of it where the document says one. */
export interface SelectorLanguage {
  readonly type: SelectorType;
  readonly version?: string;
}

/**
 * Reads a selector's type: a name, or an Expression Type Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#expression-type-object
 */
export function readSelectorType(
  context: ReadContext,
  value: JsonValue,
  pointer: string,
): SelectorLanguage | undefined {
  const { section } = EXPRESSION_TYPE_SHAPE;
  if (typeof value === 'string') {
    const type = selectorType(value);
    if (type !== undefined) return { type };
    const message = `"${value}" is not a type of selectors; they are "jsonpath", "xpath" and "jsonpointer".`;
    context.problem('error', 'arazzo/field-value', pointer, message, { section });
    return undefined;
  }
  const fields = readFields(context, value, pointer, EXPRESSION_TYPE_SHAPE);
  if (fields === undefined || !fields.complete) return undefined;
  const language = readSelectorType(context, fields.string('type') ?? '', `${pointer}/type`);
  const version = fields.string('version') ?? '';
  if (language === undefined) return undefined;
  const problem = versionProblem(language.type, version);
  if (problem === undefined) return { ...language, version };
  context.problem('error', 'arazzo/field-value', `${pointer}/version`, problem, { section });
  return undefined;
}
