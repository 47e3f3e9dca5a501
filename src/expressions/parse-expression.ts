import type { Access } from './condition.ts';
import { readReference } from './read-reference.ts';
import type { ReferenceProblem } from './read-reference.ts';
import type { Pointer, RuntimeExpression } from './runtime-expression.ts';

/** What reading an expression gives: the expression, with a warning where its form is not the specification's, or why it is none. */
export type ParsedExpression =
  | { readonly value: RuntimeExpression; readonly warning?: string }
  | {
      /** One sentence. */
      readonly problem: string;
      /** Where in the text, 0-based. */
      readonly offset: number;
      /** The expression that was probably meant. */
      readonly suggestion?: string;
    };

/**
 * Reads a text that is one whole runtime expression. The grammar is that of 1.1; forms outside of it whose
 * meaning is plain and which are common (`$response.body.items[0].id`, `$steps.a.b` without `outputs`,
 * `$response.headers.X`) are read with a warning that tells the form to write.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function parseExpression(text: string): ParsedExpression {
  const read = readReference(text, { dotted: false });
  if ('problem' in read) return read;
  const { expression, path, warnings } = read;
  if (path.length === 0) return parsed(expression, warnings);
  const deeper = withPointer(expression, path);
  if (deeper === undefined) return notAccessible(text);
  return parsed(deeper, [...warnings, 'Parts of a value are referred to by a JSON Pointer after "#" here.']);
}

function parsed(value: RuntimeExpression, warnings: readonly string[]): ParsedExpression {
  return warnings.length === 0 ? { value } : { value, warning: warnings.join(' ') };
}

function notAccessible(text: string): ReferenceProblem {
  return { problem: `The expression "${text}" goes into a value that has no parts.`, offset: 0 };
}

/** The expression for a part of what an expression refers to, `undefined` where it has no parts. */
export function withPointer(
  expression: RuntimeExpression,
  path: readonly Access[],
): RuntimeExpression | undefined {
  const tokens = path.map((access) => ('member' in access ? access.member : String(access.index)));
  const extend = (pointer: Pointer): Pointer => [...pointer, ...tokens];
  switch (expression.kind) {
    case 'inputs':
    case 'outputs':
    case 'steps':
    case 'workflows':
      return { ...expression, pointer: extend(expression.pointer) };
    case 'request':
    case 'response':
    case 'message': {
      const { source } = expression;
      if (source.from !== 'body' && source.from !== 'payload') return undefined;
      return { kind: expression.kind, source: { ...source, pointer: extend(source.pointer) } };
    }
    case 'interaction': {
      const { source } = expression;
      if (source.from !== 'payload') return undefined;
      return { kind: 'interaction', source: { ...source, pointer: extend(source.pointer) } };
    }
    case 'url':
    case 'method':
    case 'statusCode':
    case 'self':
    case 'sourceDescriptions':
    case 'components':
      return undefined;
  }
}
