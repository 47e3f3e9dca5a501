import { didYouMean } from '../document/did-you-mean.ts';
import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import type { Criterion } from './criterion.ts';
import { formatExpression } from './format-expression.ts';
import { compileQuery } from './json-path.ts';
import { compilePattern } from './linear-pattern.ts';
import { parseCondition } from './parse-condition.ts';
import { parseExpression } from './parse-expression.ts';
import { splitEmbedded } from './parse-template.ts';
import type { TemplateProblem } from './parse-template.ts';
import { queryText } from './query-text.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Template } from './template.ts';

/** What parsing a Criterion Object gives; no value when a problem is an error. */
export interface ParsedCriterion {
  readonly value?: Criterion;
  /** Their pointers are relative to the Criterion Object. */
  readonly problems: readonly TemplateProblem[];
}

type Report = (problem: Omit<TemplateProblem, 'pointer'> & { readonly pointer?: string }) => void;

/**
 * Reads a Criterion Object: `simple` conditions, `regex` (found anywhere in the context, on a linear-time
 * engine) and `jsonpath` (RFC 9535). `xpath` and other dialects of JSONPath are refused as not supported.
 * A JSONPath condition that is a comparison (`$.status == 'done'`) is read as a simple condition on the context.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function parseCriterion(json: JsonValue): ParsedCriterion {
  const problems: TemplateProblem[] = [];
  const report: Report = (problem) => problems.push({ pointer: '', ...problem });
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
  const type = readType(json, report);
  switch (type) {
    case undefined:
      return undefined;
    case 'simple':
      return readSimpleObject(json, condition, report);
    case 'regex':
    case 'jsonpath': {
      const context = readContext(json, type, report);
      if (context === undefined) return undefined;
      return type === 'regex'
        ? readRegex(condition, context, report)
        : readJsonPath(condition, context, report);
    }
  }
}

const TYPES = ['simple', 'regex', 'jsonpath', 'xpath'] as const;

function readType(json: JsonObject, report: Report): 'simple' | 'regex' | 'jsonpath' | undefined {
  const written = memberOf(json, 'type');
  if (written === undefined) return 'simple';
  const pointer = isJsonObject(written) ? '/type/type' : '/type';
  const name = isJsonObject(written) ? memberOf(written, 'type') : written;
  const version = isJsonObject(written) ? memberOf(written, 'version') : memberOf(json, 'version');
  if (typeof name !== 'string') {
    report(
      misshapen(
        pointer === '/type/type' ? '/type' : pointer,
        'The type is one of "simple", "regex", "jsonpath" and "xpath".',
      ),
    );
    return undefined;
  }
  let type = TYPES.find((candidate) => candidate === name);
  if (type === undefined) {
    type = TYPES.find((candidate) => candidate === name.toLowerCase());
    if (type === undefined) {
      const meant = didYouMean(name, TYPES);
      report(
        misshapen(
          pointer,
          `A criterion cannot have the type "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
        ),
      );
      return undefined;
    }
    report(quirk(pointer, `Types are written in lower case: "${type}".`));
  }
  if (type === 'xpath') {
    report(unsupported(pointer, 'Criteria of type "xpath" are not supported yet.'));
    return undefined;
  }
  if (type === 'jsonpath' && version !== undefined && version !== 'rfc9535') {
    const at = isJsonObject(written) ? '/type/version' : '/version';
    if (version === 'draft-goessner-dispatch-jsonpath-00') {
      report(
        unsupported(
          at,
          'JSONPath of "draft-goessner-dispatch-jsonpath-00" is not supported yet; "rfc9535" is.',
        ),
      );
    } else report(misshapen(at, 'The version of "jsonpath" is "rfc9535".'));
    return undefined;
  }
  return type;
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
    if (parsed.warning !== undefined)
      report(quirk('/context', parsed.warning, formatExpression(parsed.value)));
    return parsed.value;
  }
  report({
    pointer: '/context',
    severity: 'error',
    code:
      parsed.suggestion !== undefined && parsed.offset === 0
        ? 'expression/unknown-root'
        : 'expression/syntax',
    message: parsed.problem,
    ...(parsed.suggestion !== undefined ? { suggestion: parsed.suggestion } : {}),
  });
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

function readJsonPath(written: string, context: RuntimeExpression, report: Report): Criterion | undefined {
  const trimmed = written.trim();
  const source = trimmed.replace(QUOTED_EXPRESSION, '$1{$2}$1');
  const text = criterionText(context, written);
  const query = embedded(source, report);
  const problem = queryProblem(query);
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

/** Why a query is not valid, tried with stand-ins where values are embedded in it. */
function queryProblem(query: Template): string | undefined {
  if (query.kind === 'constant') return typeof query.value === 'string' ? problemOf(query.value) : undefined;
  if (query.kind !== 'text') return undefined;
  const problems = ['1', 'a'].map((standIn) => problemOf(queryText(query.parts, () => standIn) ?? ''));
  return problems.includes(undefined) ? undefined : problems[0];
}

function problemOf(text: string): string | undefined {
  const compiled = compileQuery(text);
  return 'problem' in compiled ? compiled.problem : undefined;
}

function embedded(source: string, report: Report): Template {
  const problems: TemplateProblem[] = [];
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

type Problem = TemplateProblem;

function quirk(pointer: string, message: string, suggestion?: string): Problem {
  return problemAt('warning', 'expression/quirk', pointer, message, suggestion);
}

function misshapen(pointer: string, message: string): Problem {
  return problemAt('error', 'expression/criterion-shape', pointer, message);
}

function unsupported(pointer: string, message: string): Problem {
  return problemAt('error', 'expression/not-supported', pointer, message);
}

function problemAt(
  severity: 'error' | 'warning',
  code: DiagnosticCode,
  pointer: string,
  message: string,
  suggestion?: string,
): Problem {
  return { pointer, severity, code, message, ...(suggestion !== undefined ? { suggestion } : {}) };
}
