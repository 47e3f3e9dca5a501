import type { RuntimeExpression } from './runtime-expression.ts';

/** The comparison operators of simple conditions. */
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A step of dereferencing after an operand: `.name` or `[0]`. */
export type Access = { readonly member: string } | { readonly index: number };

/**
 * A simple condition, parsed. `!` binds tightest, then comparisons (which do not chain), `&&`, `||`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export type Condition =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'reference'; readonly expression: RuntimeExpression; readonly path: readonly Access[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: Condition;
      readonly right: Condition;
    }
  | { readonly kind: 'and'; readonly operands: readonly Condition[] }
  | { readonly kind: 'or'; readonly operands: readonly Condition[] };
