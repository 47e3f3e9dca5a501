import type { Condition } from './condition.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Template } from './template.ts';

/**
 * A Criterion Object, parsed once: what a guard evaluates. `text` is the criterion as its author wrote it,
 * white space collapsed; other kinds than `simple` read `<context> ~ <condition>`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export type Criterion =
  | { readonly kind: 'simple'; readonly text: string; readonly condition: Condition }
  | {
      readonly kind: 'regex';
      readonly text: string;
      readonly context: RuntimeExpression;
      /** The pattern; a `text` template where runtime expressions are embedded in it. */
      readonly pattern: Template;
    }
  | {
      readonly kind: 'jsonpath';
      readonly text: string;
      readonly context: RuntimeExpression;
      readonly query: Template;
    }
  | {
      readonly kind: 'xpath';
      readonly text: string;
      readonly context: RuntimeExpression;
      readonly query: Template;
    };
