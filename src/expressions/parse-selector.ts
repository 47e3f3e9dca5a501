import { parsePointer } from '../document/json-pointer.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { type ExpressionProblem, problemAt, quirk, type Report } from './expression-problem.ts';
import { JSONPATH_DRAFT, selectorType, versionProblem } from './expression-type.ts';
import type { SelectorType } from './expression-type.ts';
import { compileQuery } from './json-path.ts';
import { fromDraft } from './json-path-draft.ts';
import { parseExpression, withPointer } from './parse-expression.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import { singularPath } from './singular-path.ts';
import type { Template } from './template.ts';
import { compileXPath, xpathEngine } from './xpath-engine.ts';

/** What reading a Selector Object gives; no value when a problem is an error. */
export interface ParsedSelector {
  readonly value?: Template;
  /** Their pointers are relative to the Selector Object. */
  readonly problems: readonly ExpressionProblem[];
}

/**
 * Whether a value is a Selector Object and not a literal: it has `context`, `selector` and `type` and nothing else
 * (extensions aside), and the context begins like a runtime expression.
 */
export function isSelector(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const names = Object.keys(value).filter((name) => !name.startsWith('x-'));
  return (
    names.length === 3 &&
    names.every((name) => name === 'context' || name === 'selector' || name === 'type') &&
    typeof value['context'] === 'string' &&
    value['context'].startsWith('$')
  );
}

/**
 * Reads a Selector Object. A JSON Pointer becomes the runtime expression that leads to the same place; JSONPath and
 * XPath become a `selector`. The context may also be a whole map (`$inputs`, `$steps.login.outputs`), where the
 * selector goes to one place in it.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#selector-object
 */
export function parseSelector(object: JsonObject): ParsedSelector {
  const problems: ExpressionProblem[] = [];
  const value = readSelector(object, (problem) => problems.push(problem));
  const refused = problems.some(({ severity }) => severity === 'error');
  return value === undefined || refused ? { problems } : { value, problems };
}

function readSelector(object: JsonObject, report: Report): Template | undefined {
  const type = readType(memberOf(object, 'type') ?? null, report);
  if (type === undefined) return undefined;
  const selector = memberOf(object, 'selector');
  const context = memberOf(object, 'context');
  if (typeof selector !== 'string' || typeof context !== 'string') {
    const pointer = typeof selector === 'string' ? '/context' : '/selector';
    report(
      problemAt(
        'error',
        'arazzo/field-type',
        pointer,
        'The context and the selector of a Selector Object are strings.',
      ),
    );
    return undefined;
  }
  const query = readQuery(type.language, type.version, selector);
  if ('problem' in query) {
    report(problemAt('error', query.code, '/selector', query.problem));
    return undefined;
  }
  if (query.warning !== undefined) {
    report({
      pointer: '/selector',
      severity: 'warning',
      code: 'expression/not-supported',
      message: query.warning,
    });
  }
  if (MAP.test(context)) return readInMap(context, type.language, query.value, report);
  const root = readContext(context, '/context', report);
  if (root === undefined) return undefined;
  if (type.language !== 'jsonpointer')
    return { kind: 'selector', context: root, type: type.language, query: query.value };
  const expression = withPointer(
    root,
    (parsePointer(query.value) ?? []).map((member) => ({ member })),
  );
  if (expression !== undefined) return { kind: 'expression', expression };
  report(
    problemAt(
      'error',
      'arazzo/field-value',
      '/context',
      `"${context}" has no parts that a JSON Pointer could lead to.`,
    ),
  );
  return undefined;
}

/** Roots whose maps have no value of their own in an expression: the first name belongs to the expression. */
const MAP = /^\$(?:inputs|outputs|steps\.[^.#]+\.outputs|workflows\.[^.#]+\.(?:inputs|outputs))$/;

function readInMap(
  context: string,
  language: SelectorType,
  query: string,
  report: Report,
): Template | undefined {
  const path =
    language === 'jsonpointer'
      ? parsePointer(query)
      : language === 'jsonpath'
        ? singularPath(query)
        : undefined;
  const [first, ...rest] = path ?? [];
  if (first === undefined) {
    const message = `In "${context}" a selector leads to one place, by names and indexes; name one of its values in the context for more.`;
    report(problemAt('error', 'arazzo/not-supported', '/selector', message));
    return undefined;
  }
  const named = readContext(`${context}.${first}`, '/selector', report);
  const expression =
    named === undefined
      ? undefined
      : withPointer(
          named,
          rest.map((member) => ({ member })),
        );
  return expression === undefined ? undefined : { kind: 'expression', expression };
}

function readContext(text: string, pointer: string, report: Report): RuntimeExpression | undefined {
  const parsed = parseExpression(text);
  if ('problem' in parsed) {
    report(problemAt('error', 'expression/syntax', pointer, parsed.problem, parsed.suggestion));
    return undefined;
  }
  if (parsed.warning !== undefined) {
    report(quirk(pointer, parsed.warning));
  }
  return parsed.value;
}

interface Type {
  readonly language: SelectorType;
  readonly version?: string;
}

function readType(written: JsonValue, report: Report): Type | undefined {
  if (isJsonObject(written)) {
    const version = memberOf(written, 'version');
    const named = readType(memberOf(written, 'type') ?? null, ({ pointer, ...problem }) =>
      report({ ...problem, pointer: `${pointer}/type` }),
    );
    if (named === undefined) return undefined;
    if (typeof version !== 'string') {
      report(
        problemAt(
          'error',
          'arazzo/required-field',
          '/type',
          'An Expression Type Object must have "version".',
        ),
      );
      return undefined;
    }
    const problem = versionProblem(named.language, version);
    if (problem === undefined) return { ...named, version };
    report(problemAt('error', 'arazzo/field-value', '/type/version', problem));
    return undefined;
  }
  const language = typeof written === 'string' ? selectorType(written) : undefined;
  if (language !== undefined) return { language };
  const told =
    typeof written === 'string'
      ? `"${written}" is not a type of selectors; they are`
      : 'The type of a selector is one of';
  report(problemAt('error', 'arazzo/field-value', '/type', `${told} "jsonpath", "xpath" and "jsonpointer".`));
  return undefined;
}

/** A query that can be evaluated, or why it is none. The warning is for one that cannot be checked here. */
export type ReadQuery =
  | { readonly value: string; readonly warning?: string }
  | {
      readonly problem: string;
      readonly code: 'arazzo/field-value' | 'expression/jsonpath-syntax' | 'expression/xpath-syntax';
    };

/**
 * Checks the query of a selector or of a replacement's target. A query of JSONPath's draft is rewritten as one of RFC
 * 9535.
 */
export function readQuery(language: SelectorType, version: string | undefined, written: string): ReadQuery {
  switch (language) {
    case 'jsonpointer':
      return parsePointer(written) === undefined
        ? {
            problem: 'It is not a JSON Pointer; it must be empty or begin with "/".',
            code: 'arazzo/field-value',
          }
        : { value: written };
    case 'jsonpath': {
      const query = version === JSONPATH_DRAFT ? fromDraft(written.trim()) : { value: written.trim() };
      const compiled = 'value' in query ? compileQuery(query.value) : query;
      if ('problem' in compiled) return { problem: compiled.problem, code: 'expression/jsonpath-syntax' };
      return 'value' in query ? query : { problem: query.problem, code: 'expression/jsonpath-syntax' };
    }
    case 'xpath': {
      const compiled = compileXPath(written);
      if ('value' in compiled) return { value: written };
      return xpathEngine() === undefined
        ? { value: written, warning: compiled.problem }
        : { problem: compiled.problem, code: 'expression/xpath-syntax' };
    }
  }
}
