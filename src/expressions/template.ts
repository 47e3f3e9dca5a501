import type { JsonValue } from '../document/json.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/**
 * A value of a document that may hold expressions (a parameter's value, a payload, an output), parsed once.
 * - `constant`: no expression anywhere inside; used as it is.
 * - `expression`: a string that is one whole expression; keeps the type of what it refers to.
 * - `text`: a string with `{$…}` inside; always gives a string.
 * - `selector`: a Selector Object; gives what its query selects in the value of the context: nothing selected is
 *   absent, one node is its value, several are an array. JSON Pointers are written as `expression`.
 * - `object`, `array`: something inside holds an expression.
 */
export type Template =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly expression: RuntimeExpression }
  | { readonly kind: 'text'; readonly parts: readonly (string | RuntimeExpression)[] }
  | {
      readonly kind: 'selector';
      readonly context: RuntimeExpression;
      readonly type: 'jsonpath' | 'xpath';
      /** The query; JSONPath as RFC 9535, whatever version the document says. */
      readonly query: string;
    }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };
