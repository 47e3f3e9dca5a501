import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Severity } from '../document/diagnostic.ts';
import type { JsonValue } from '../document/json.ts';
import { parseTemplate } from '../expressions/parse-template.ts';
import type { Template } from '../expressions/template.ts';
import { inlineComponents } from './inline-components.ts';
import type { ReadContext } from './read-context.ts';
import { reportNewer } from './read-fields.ts';
import { SELECTOR_SHAPE } from './shapes.ts';

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
 * reported; a Selector Object that is becomes `null`. `$components.parameters.<key>` becomes that parameter's value.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function readValue(context: ReadContext, value: JsonValue, pointer: string): Template {
  const parsed = parseTemplate(value);
  if (context.version === '1.0') {
    for (const at of parsed.selectors) {
      reportNewer(context, 'Selector Object', `${pointer}${at}`, SELECTOR_SHAPE.section);
    }
  }
  reportValueProblems(context, parsed.problems, pointer);
  return inlineComponents(parsed.value, context.components.parameters);
}

/** Reports what a parser of expressions found in the value at a pointer. */
export function reportValueProblems(
  context: ReadContext,
  problems: readonly ValueProblem[],
  pointer: string,
): void {
  for (const problem of problems) {
    const { message, suggestion } = problem;
    // The whole expression says more than the one word that is wrong in it.
    const said = message.replace(/ Did you mean "[^"]*"\?$/, '');
    const told = suggestion === undefined || message.includes(`"${suggestion}"`);
    const place = `${pointer}${problem.pointer}`;
    context.problem(
      problem.severity,
      problem.code,
      place,
      told ? message : `${said} Did you mean "${suggestion}"?`,
      {
        section: 'runtime-expressions',
      },
    );
  }
}
