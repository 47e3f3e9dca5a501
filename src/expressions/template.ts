import type { JsonValue } from '../document/json.ts';
import type { RuntimeExpression } from './runtime-expression.ts';

/**
 * A value of a document that may hold expressions (a parameter's value, a payload, an output), parsed once.
 * - `constant`: no expression anywhere inside; used as it is.
 * - `expression`: a string that is one whole expression; keeps the type of what it refers to.
 * - `text`: a string with `{$…}` inside; always gives a string.
 * - `object`, `array`: something inside holds an expression.
 */
export type Template =
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'expression'; readonly expression: RuntimeExpression }
  | { readonly kind: 'text'; readonly parts: readonly (string | RuntimeExpression)[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };
