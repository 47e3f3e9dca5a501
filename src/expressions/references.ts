import type { Condition } from './condition.ts';
import type { Criterion } from './criterion.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Template } from './template.ts';

/** Every expression inside of a template or a criterion, in the order they are written; twice where it stands twice. */
export function expressionsIn(node: Template | Criterion): readonly RuntimeExpression[] {
  switch (node.kind) {
    case 'simple':
      return inCondition(node.condition);
    case 'regex':
      return [node.context, ...expressionsIn(node.pattern)];
    case 'jsonpath':
    case 'xpath':
      return [node.context, ...expressionsIn(node.query)];
    case 'constant':
      return [];
    case 'expression':
      return [node.expression];
    case 'selector':
      return [node.context];
    case 'text':
      return node.parts.filter((part) => typeof part !== 'string');
    case 'object':
      return node.members.flatMap(([, member]) => expressionsIn(member));
    case 'array':
      return node.items.flatMap(expressionsIn);
  }
}

/** The expressions that stand inside of texts: where one is absent, the template has no value at all. */
export function embeddedExpressionsIn(template: Template): readonly RuntimeExpression[] {
  switch (template.kind) {
    case 'constant':
    case 'expression':
    case 'selector':
      return [];
    case 'text':
      return expressionsIn(template);
    case 'object':
      return template.members.flatMap(([, member]) => embeddedExpressionsIn(member));
    case 'array':
      return template.items.flatMap(embeddedExpressionsIn);
  }
}

function inCondition(condition: Condition): readonly RuntimeExpression[] {
  switch (condition.kind) {
    case 'literal':
      return [];
    case 'reference':
      return [condition.expression];
    case 'not':
      return inCondition(condition.operand);
    case 'compare':
      return [...inCondition(condition.left), ...inCondition(condition.right)];
    case 'and':
    case 'or':
      return condition.operands.flatMap(inCondition);
  }
}
