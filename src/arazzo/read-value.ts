import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Severity } from '../document/diagnostic.ts';
import { childPointer } from '../document/json-pointer.ts';
import { isJsonObject, setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { parseTemplate } from '../expressions/parse-template.ts';
import type { Template } from '../expressions/template.ts';
import type { ReadContext } from './read-context.ts';
import { isSelector, readSelector } from './read-selector.ts';

/** A problem inside a value, as the parsers of expressions tell it. */
interface ValueProblem {
  /** Relative to the value that was parsed. */
  readonly pointer: string;
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly suggestion?: string;
}

/**
 * Reads a value that may hold expressions and Selector Objects anywhere inside. A part that is wrong is
 * reported and becomes `null`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function readValue(context: ReadContext, value: JsonValue, pointer: string): Template {
  const parsed = parseTemplate(withoutSelectors(context, value, pointer));
  reportValueProblems(context, parsed.problems, pointer);
  return parsed.value;
}

/** Reports what a parser of expressions found in the value at a pointer. */
export function reportValueProblems(
  context: ReadContext,
  problems: readonly ValueProblem[],
  pointer: string,
): void {
  for (const problem of problems) {
    const { message, suggestion } = problem;
    const told = suggestion === undefined || message.includes(suggestion);
    const place = `${pointer}${problem.pointer}`;
    context.problem(
      problem.severity,
      problem.code,
      place,
      told ? message : `${message} Did you mean "${suggestion}"?`,
      {
        section: 'runtime-expressions',
      },
    );
  }
}

function withoutSelectors(context: ReadContext, value: JsonValue, pointer: string): JsonValue {
  if (isSelector(value)) return readSelector(context, value, pointer) ?? null;
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) => withoutSelectors(context, item, `${pointer}/${index}`));
  }
  if (!isJsonObject(value)) return value;
  const result: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) {
    setMember(result, name, withoutSelectors(context, member, childPointer(pointer, name)));
  }
  return result;
}
