import { formatPointer, parsePointer } from '../document/json-pointer.ts';
import { isJsonObject } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import type { ReadContext } from './read-context.ts';
import { readFields, reportNewer } from './read-fields.ts';
import { EXPRESSION_TYPE_SHAPE, SELECTOR_SHAPE } from './shapes.ts';

/** The languages that select a part of structured data. */
export type SelectorType = 'jsonpath' | 'xpath' | 'jsonpointer';

const VERSIONS: Record<SelectorType, readonly string[]> = {
  jsonpath: ['rfc9535', 'draft-goessner-dispatch-jsonpath-00'],
  xpath: ['xpath-31', 'xpath-30', 'xpath-20', 'xpath-10'],
  jsonpointer: ['rfc6901'],
};

/**
 * Reads a selector's type: a name, or an Expression Type Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#expression-type-object
 */
export function readSelectorType(
  context: ReadContext,
  value: JsonValue,
  pointer: string,
): SelectorType | undefined {
  const { section } = EXPRESSION_TYPE_SHAPE;
  if (typeof value === 'string') {
    const type = selectorType(value);
    if (type !== undefined) return type;
    const message = `"${value}" is not a type of selectors; they are "jsonpath", "xpath" and "jsonpointer".`;
    context.problem('error', 'arazzo/field-value', pointer, message, { section });
    return undefined;
  }
  const fields = readFields(context, value, pointer, EXPRESSION_TYPE_SHAPE);
  if (fields === undefined || !fields.complete) return undefined;
  const type = readSelectorType(context, fields.string('type') ?? '', `${pointer}/type`);
  const version = fields.string('version') ?? '';
  if (type === undefined || VERSIONS[type].includes(version)) return type;
  const message = `"${version}" is not a version of "${type}"; they are ${VERSIONS[type].map((name) => `"${name}"`).join(', ')}.`;
  context.problem('error', 'arazzo/field-value', `${pointer}/version`, message, { section });
  return undefined;
}

function selectorType(name: string): SelectorType | undefined {
  return name === 'jsonpath' || name === 'xpath' || name === 'jsonpointer' ? name : undefined;
}

/** Whether a value has the members that make an object a Selector Object and not a literal. */
export function isSelector(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const names = Object.keys(value).filter((name) => !name.startsWith('x-'));
  return (
    names.length === 3 &&
    names.every((name) => name === 'context' || name === 'selector' || name === 'type') &&
    typeof value['context'] === 'string' &&
    value['context'].startsWith('$')
  );
}

/**
 * Reads a Selector Object as the runtime expression that selects the same: `$response.body` with the pointer
 * `/items/0` is `$response.body#/items/0`, and so is the JSONPath `$.items[0]`. Selectors that a JSON Pointer
 * cannot say are reported.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#selector-object
 */
export function readSelector(context: ReadContext, value: JsonValue, pointer: string): string | undefined {
  const { section } = SELECTOR_SHAPE;
  const fields = readFields(context, value, pointer, SELECTOR_SHAPE);
  if (fields === undefined || !fields.complete) return undefined;
  if (context.version === '1.0') reportNewer(context, 'Selector Object', pointer, section);
  const type = readSelectorType(context, fields.value('type') ?? null, `${pointer}/type`);
  if (type === undefined) return undefined;
  const tokens = selectorTokens(type, fields.string('selector') ?? '');
  const root = fields.string('context') ?? '';
  if (tokens === undefined) {
    const message =
      type === 'jsonpointer'
        ? 'The selector is not a JSON Pointer; it must be empty or begin with "/".'
        : `Only selectors that lead to one place by names and indexes are supported, and this ${type} does more.`;
    context.problem(
      'error',
      type === 'jsonpointer' ? 'arazzo/field-value' : 'arazzo/not-supported',
      `${pointer}/selector`,
      message,
      { section },
    );
    return undefined;
  }
  const [first, ...rest] = tokens;
  if (first === undefined) return root;
  // The roots of maps have no value of their own in an expression: the first name belongs to the expression.
  if (/^\$(?:inputs|outputs|steps\.[^.#]+\.outputs|workflows\.[^.#]+\.(?:inputs|outputs))$/.test(root)) {
    return rest.length === 0 ? `${root}.${first}` : `${root}.${first}#${formatPointer(rest)}`;
  }
  return root.includes('#') ? `${root}${formatPointer(tokens)}` : `${root}#${formatPointer(tokens)}`;
}

/** The path that a selector names, where it names one place; `undefined` where it may find several or none. */
export function selectorTokens(type: SelectorType, selector: string): readonly string[] | undefined {
  if (type === 'jsonpointer') return parsePointer(selector);
  return type === 'jsonpath' ? singularPath(selector) : undefined;
}

/** The names and indexes of a JSONPath such as `$.items[0]['id']`. */
function singularPath(query: string): readonly string[] | undefined {
  if (!query.startsWith('$')) return undefined;
  const tokens: string[] = [];
  const segment = /\.([\p{L}_][\p{L}\p{N}_]*)|\[(0|[1-9]\d*)\]|\['([^'\\]*)'\]|\["([^"\\]*)"\]/uy;
  segment.lastIndex = 1;
  while (segment.lastIndex < query.length) {
    const match = segment.exec(query);
    if (match === null) return undefined;
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return tokens;
}
