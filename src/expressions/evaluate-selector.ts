import type { JsonValue } from '../document/json.ts';
import { createCache } from './compile-cache.ts';
import { compileQuery } from './json-path.ts';
import type { Template } from './template.ts';
import { compileXPath } from './xpath-engine.ts';

/** A Selector Object whose language is not JSON Pointer. */
export type Selector = Extract<Template, { kind: 'selector' }>;

const queries = createCache(compileQuery);

/**
 * What a selector finds in the value of its context: `undefined` where it finds nothing or cannot be evaluated, the value
 * where it finds one, an array where it finds several. XPath reads a text as XML; a node it finds is its string value.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#selector-object
 */
export function evaluateSelector(selector: Selector, context: JsonValue | undefined): JsonValue | undefined {
  if (context === undefined || context === null) return undefined;
  const found = selector.type === 'jsonpath' ? byJsonPath(selector, context) : byXPath(selector, context);
  return found === undefined || found.length < 2 ? found?.[0] : found;
}

function byJsonPath(selector: Selector, context: JsonValue): readonly JsonValue[] | undefined {
  const query = queries(selector, selector.query);
  return 'value' in query ? query.value.select(context)?.map(({ value }) => value) : undefined;
}

function byXPath(selector: Selector, context: JsonValue): readonly JsonValue[] | undefined {
  if (typeof context !== 'string') return undefined;
  const query = compileXPath(selector.query);
  const found = 'value' in query ? query.value.select(context) : query;
  return 'value' in found ? found.value : undefined;
}
