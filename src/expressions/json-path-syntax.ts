import { JSONPathEnvironment, jsonpath, type JSONPathQuery } from 'json-p3';

/** What a segment of a JSONPath query selects. */
export type PathSelector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly start?: number; readonly stop?: number; readonly step?: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly expression: FilterSyntax };

/** A segment of a JSONPath query: of the children, or of all descendants. */
export interface PathSegment {
  readonly descends: boolean;
  readonly selectors: readonly PathSelector[];
  /** As it is written in a canonical query. */
  readonly text: string;
}

/** The expression of a filter selector, or a part of it. */
export type FilterSyntax =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'not'; readonly operand: FilterSyntax }
  | {
      readonly kind: 'logical';
      readonly operator: '&&' | '||';
      readonly left: FilterSyntax;
      readonly right: FilterSyntax;
    }
  | {
      readonly kind: 'compare';
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
      readonly left: FilterSyntax;
      readonly right: FilterSyntax;
    }
  | {
      readonly kind: 'query';
      readonly from: 'current' | 'root';
      readonly segments: readonly PathSegment[];
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly FilterSyntax[] };

const { selectors, expressions } = jsonpath;

/** The syntax tree of a JSONPath query as plain data; `undefined` for a text that is no query. */
export function queryPathSyntax(text: string): readonly PathSegment[] | undefined {
  try {
    return segmentsOf(new JSONPathEnvironment().compile(text));
  } catch {
    return undefined;
  }
}

function segmentsOf({ segments }: JSONPathQuery): readonly PathSegment[] {
  return segments.map((segment) => ({
    descends: segment.toString().startsWith('..'),
    selectors: segment.selectors.map(selectorOf),
    text: segment.toString(),
  }));
}

type LibrarySelector = JSONPathQuery['segments'][number]['selectors'][number];

function selectorOf(selector: LibrarySelector): PathSelector {
  if (selector instanceof selectors.NameSelector) return { kind: 'name', name: selector.name };
  if (selector instanceof selectors.IndexSelector) return { kind: 'index', index: selector.index };
  if (selector instanceof selectors.WildcardSelector) return { kind: 'wildcard' };
  if (selector instanceof selectors.FilterSelector)
    return { kind: 'filter', expression: filterOf(selector.expression) };
  if (selector instanceof selectors.SliceSelector) {
    const { start, stop, step } = selector;
    return {
      kind: 'slice',
      ...(start === undefined ? {} : { start }),
      ...(stop === undefined ? {} : { stop }),
      ...(step === undefined ? {} : { step }),
    };
  }
  throw new TypeError('The selector is not one of RFC 9535.');
}

type LibraryExpression = ConstructorParameters<typeof expressions.PrefixExpression>[2];
type Compared = Extract<FilterSyntax, { kind: 'compare' }>['operator'];

function filterOf(expression: LibraryExpression): FilterSyntax {
  if (expression instanceof expressions.LogicalExpression) return filterOf(expression.expression);
  if (expression instanceof expressions.PrefixExpression)
    return { kind: 'not', operand: filterOf(expression.right) };
  if (expression instanceof expressions.InfixExpression) {
    const left = filterOf(expression.left);
    const right = filterOf(expression.right);
    return expression.operator === '&&' || expression.operator === '||'
      ? { kind: 'logical', operator: expression.operator, left, right }
      : { kind: 'compare', operator: expression.operator as Compared, left, right };
  }
  if (expression instanceof expressions.RelativeQuery)
    return { kind: 'query', from: 'current', segments: segmentsOf(expression.path) };
  if (expression instanceof expressions.RootQuery)
    return { kind: 'query', from: 'root', segments: segmentsOf(expression.path) };
  if (expression instanceof expressions.FunctionExtension)
    return { kind: 'call', name: expression.name, arguments: expression.args.map(filterOf) };
  if (expression instanceof expressions.NullLiteral) return { kind: 'literal', value: null };
  if (
    expression instanceof expressions.BooleanLiteral ||
    expression instanceof expressions.StringLiteral ||
    expression instanceof expressions.NumberLiteral
  )
    return { kind: 'literal', value: expression.value };
  throw new TypeError('The expression is not one of RFC 9535.');
}
