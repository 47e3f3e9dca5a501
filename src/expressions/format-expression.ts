import { formatPointer } from '../document/json-pointer.ts';
import type { MessageSource, Pointer, RuntimeExpression } from './runtime-expression.ts';

/**
 * The text of an expression, `$steps.login.outputs.token#/0`. Reading it again gives the same expression.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function formatExpression(expression: RuntimeExpression): string {
  switch (expression.kind) {
    case 'url':
    case 'method':
    case 'statusCode':
    case 'self':
      return `$${expression.kind}`;
    case 'request':
    case 'response':
    case 'message':
    case 'interaction':
      return `$${expression.kind}.${formatSource(expression.source)}`;
    case 'inputs':
    case 'outputs':
      return `$${expression.kind}.${expression.name}${fragment(expression.pointer)}`;
    case 'steps':
      return `$steps.${expression.stepId}.outputs.${expression.output}${fragment(expression.pointer)}`;
    case 'workflows': {
      const { workflowId, field, name, pointer } = expression;
      return `$workflows.${workflowId}.${field}.${name}${fragment(pointer)}`;
    }
    case 'sourceDescriptions':
      return `$sourceDescriptions.${expression.source}.${expression.reference}`;
    case 'components':
      return `$components.${expression.type}.${expression.name}`;
  }
}

function formatSource(source: MessageSource): string {
  switch (source.from) {
    case 'header':
    case 'query':
    case 'path':
      return `${source.from}.${source.name}`;
    case 'body':
    case 'payload':
      return `${source.from}${fragment(source.pointer)}`;
  }
}

function fragment(pointer: Pointer): string {
  return pointer.length === 0 ? '' : `#${formatPointer(pointer)}`;
}
