import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import type { Criterion } from './criterion.ts';
import { misshapen, problemAt, quirk } from './expression-problem.ts';
import type { ExpressionProblem, Report } from './expression-problem.ts';
import { JSONPATH_DRAFT } from './expression-type.ts';
import { formatExpression } from './format-expression.ts';
import { compileQuery } from './json-path.ts';
import { fromDraft } from './json-path-draft.ts';
import { compilePattern } from './linear-pattern.ts';
import { parseCondition } from './parse-condition.ts';
import { parseExpression } from './parse-expression.ts';
import { splitEmbedded, syntaxProblem } from './parse-template.ts';
import { queryText } from './query-text.ts';
import { readCriterionType } from './read-criterion-type.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Template } from './template.ts';
import { compileXPath, NO_XPATH, xpathEngine } from './xpath-engine.ts';
import { xpathText } from './xpath-text.ts';

/** What parsing a Criterion Object gives; no value when a problem is an error. */
export interface ParsedCriterion {
  readonly value?: Criterion;
  /** Their pointers are relative to the Criterion Object. */
  readonly problems: readonly ExpressionProblem[];
}

/**
 * Reads a Criterion Object: `simple` conditions, `regex` (found anywhere in the context, on a linear-time
 * engine), `jsonpath` (RFC 9535, and the draft before it as far as the two agree) and `xpath` (all versions as 3.1;
 * not checked where no engine is registered). A JSONPath condition that is a comparison (`$.status == 'done'`) is read as a simple condition on the context.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function parseCriterion(json: JsonValue): ParsedCriterion {
  const problems: ExpressionProblem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const value = readCriterion(json, report);
  const refused = problems.some((problem) => problem.severity === 'error');
  return value === undefined || refused ? { problems } : { value, problems };
}

function readCriterion(json: JsonValue, report: Report): Criterion | undefined {
  if (typeof json === 'string') {
    report(quirk('', 'A criterion is an object with a "condition".'));
    return readSimple(json, '', report);
  }
  if (!isJsonObject(json)) {
    report(misshapen('', 'A criterion is an object with a "condition".'));
    return undefined;
  }
  const condition = memberOf(json, 'condition');
  if (typeof condition !== 'string') {
    const message =
      condition === undefined ? 'The "condition" is missing.' : 'The "condition" must be a string.';
    report(misshapen(condition === undefined ? '' : '/condition', message));
    return undefined;
  }
  const type = readCriterionType(json, report);
  if (type === undefined) return undefined;
  if (type.name === 'simple') return readSimpleObject(json, condition, report);
  const context = readContext(json, type.name, report);
  if (context === undefined) return undefined;
  switch (type.name) {
    case 'regex':
      return readRegex(condition, context, report);
    case 'jsonpath':
      return readJsonPath(condition, context, type.version === JSONPATH_DRAFT, report);
    case 'xpath':
      return readXPath(condition, context, report);
  }
}

function readContext(json: JsonObject, type: string, report: Report): RuntimeExpression | undefined {
  const context = memberOf(json, 'context');
  if (typeof context !== 'string') {
    const message = `A criterion of type "${type}" needs a "context", a runtime expression.`;
    report(misshapen(context === undefined ? '' : '/context', message));
    return undefined;
  }
  const braced = /^\{(\$[^{}]*)\}$/.exec(context.trim())?.[1];
  if (braced !== undefined) report(quirk('/context', 'The context is written without braces.'));
  const parsed = parseExpression(braced ?? context.trim());
  if ('value' in parsed) {
    if (parsed.warning !== undefined) {
      const better = formatExpression(parsed.value);
      report(quirk('/context', parsed.warning, better === context.trim() ? undefined : better));
    }
    return parsed.value;
  }
  report(syntaxProblem('/context', parsed));
  return undefined;
}

function readSimpleObject(json: JsonObject, condition: string, report: Report): Criterion | undefined {
  const context = memberOf(json, 'context');
  if (/^\s*(?:[<>]=?|[!=]=)\s*$/.test(condition)) {
    const left = typeof context === 'string' ? context : '$statusCode';
    const message = `The condition is an operator only; write the whole comparison: "${left} ${condition.trim()} …".`;
    report({ pointer: '/condition', severity: 'error', code: 'expression/condition-syntax', message });
    return undefined;
  }
  return readSimple(condition, '/condition', report);
}

function readSimple(text: string, pointer: string, report: Report): Criterion | undefined {
  const parsed = parseCondition(text);
  if ('value' in parsed) {
    for (const warning of parsed.warnings) report(quirk(pointer, warning));
    return { kind: 'simple', text: collapse(text), condition: parsed.value };
  }
  report({
    pointer,
    severity: 'error',
    code: 'expression/condition-syntax',
    message: parsed.problem,
    ...(parsed.suggestion !== undefined ? { suggestion: parsed.suggestion } : {}),
  });
  return undefined;
}

function readRegex(source: string, context: RuntimeExpression, report: Report): Criterion | undefined {
  const pattern = embedded(source, report);
  if (pattern.kind === 'constant') {
    const compiled = compilePattern(source);
    if ('problem' in compiled) {
      report({
        pointer: '/condition',
        severity: 'error',
        code: 'expression/pattern-syntax',
        message: compiled.problem,
      });
      return undefined;
    }
  }
  return { kind: 'regex', text: criterionText(context, source), context, pattern };
}

const QUOTED_EXPRESSION =
  /(['"])(\$(?:inputs|outputs|steps|workflows|statusCode|response|request)\b[\w.#/-]*)\1/g;

function readJsonPath(
  written: string,
  context: RuntimeExpression,
  isDraft: boolean,
  report: Report,
): Criterion | undefined {
  const draft = isDraft ? fromDraft(written.trim()) : { value: written.trim() };
  if ('problem' in draft) {
    report({
      pointer: '/condition',
      severity: 'error',
      code: 'expression/jsonpath-syntax',
      message: draft.problem,
    });
    return undefined;
  }
  const trimmed = draft.value;
  const source = trimmed.replace(QUOTED_EXPRESSION, '$1{$2}$1');
  const text = criterionText(context, written);
  const query = embedded(source, report);
  const problem = problemAmong(
    query,
    (parts, standIn) => ({ value: queryText(parts, () => standIn) ?? '' }),
    compileQuery,
  );
  if (problem === undefined) {
    if (source !== trimmed)
      report(quirk('/condition', 'Expressions in a JSONPath query stand in braces.', source));
    return { kind: 'jsonpath', text, context, query };
  }
  const simple = parseCondition(trimmed, { root: context });
  if ('value' in simple) {
    report(
      quirk(
        '/condition',
        'A comparison of a path is no JSONPath query of RFC 9535; it is read as a simple condition.',
      ),
    );
    for (const warning of simple.warnings) report(quirk('/condition', warning));
    return { kind: 'simple', text, condition: simple.value };
  }
  report({ pointer: '/condition', severity: 'error', code: 'expression/jsonpath-syntax', message: problem });
  return undefined;
}

function readXPath(written: string, context: RuntimeExpression, report: Report): Criterion | undefined {
  const query = embedded(written.trim(), report);
  const text = criterionText(context, written);
  if (xpathEngine() === undefined) {
    report(problemAt('warning', 'expression/not-supported', '/condition', NO_XPATH));
    return { kind: 'xpath', text, context, query };
  }
  const problem = problemAmong(query, (parts, standIn) => xpathText(parts, () => standIn), compileXPath);
  if (problem === undefined) return { kind: 'xpath', text, context, query };
  report({ pointer: '/condition', severity: 'error', code: 'expression/xpath-syntax', message: problem });
  return undefined;
}

type Parts = Extract<Template, { kind: 'text' }>['parts'];
type Tried = { readonly value: unknown } | { readonly problem: string };

/** Why a query is not valid, tried with stand-ins where values are embedded in it. */
function problemAmong(
  query: Template,
  textWith: (parts: Parts, standIn: string) => { readonly value: string } | { readonly problem: string },
  compile: (text: string) => Tried,
): string | undefined {
  const problemOf = (text: { readonly value: string } | { readonly problem: string }): string | undefined => {
    const tried: Tried = 'value' in text ? compile(text.value) : text;
    return 'problem' in tried ? tried.problem : undefined;
  };
  if (query.kind === 'constant') {
    return typeof query.value === 'string' ? problemOf({ value: query.value }) : undefined;
  }
  if (query.kind !== 'text') return undefined;
  const problems = ['1', 'a'].map((standIn) => problemOf(textWith(query.parts, standIn)));
  return problems.includes(undefined) ? undefined : problems[0];
}

function embedded(source: string, report: Report): Template {
  const problems: ExpressionProblem[] = [];
  const parts = splitEmbedded(source, '/condition', problems);
  // `$` is common in patterns and queries, so text that merely resembles an expression is no news.
  for (const problem of problems) if (problem.code !== 'expression/not-embedded') report(problem);
  return parts.some((part) => typeof part !== 'string')
    ? { kind: 'text', parts }
    : { kind: 'constant', value: source };
}

function criterionText(context: RuntimeExpression, condition: string): string {
  return `${formatExpression(context)} ~ ${collapse(condition)}`;
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
