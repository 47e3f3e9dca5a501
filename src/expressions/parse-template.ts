import { isJsonObject } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { ExpressionProblem } from './expression-problem.ts';
import { formatExpression } from './format-expression.ts';
import { parseExpression } from './parse-expression.ts';
import { isSelector, parseSelector } from './parse-selector.ts';
import { readReference } from './read-reference.ts';
import { ROOTS } from './roots.ts';
import type { RuntimeExpression } from './runtime-expression.ts';
import type { Template } from './template.ts';

/** What parsing a value gives: always a template, and what is wrong or surprising about it. */
export interface ParsedTemplate {
  readonly value: Template;
  readonly problems: readonly ExpressionProblem[];
  /** Where Selector Objects stand, as JSON Pointers relative to the value. */
  readonly selectors: readonly string[];
}

/** What is found on the way through a value. */
interface Findings {
  readonly problems: ExpressionProblem[];
  readonly selectors: string[];
}

/** Values nested more deeply than this are taken as they are. */
const MAX_DEPTH = 400;

/**
 * Finds the expressions in a value, at any depth. A string that is one whole expression keeps the type of what
 * it refers to; `{$…}` inside of a string is embedded and makes a string; everything else is literal. What has
 * no expression inside becomes one `constant`. A string that looks like a broken expression is an error and
 * stays literal. An object with `context`, `selector` and `type`, whose context begins with `$`, is a Selector
 * Object; a broken one is an error and becomes `null`.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#runtime-expressions
 */
export function parseTemplate(value: JsonValue): ParsedTemplate {
  const findings: Findings = { problems: [], selectors: [] };
  return { value: parseValue(value, '', 0, findings), ...findings };
}

function parseValue(value: JsonValue, pointer: string, depth: number, findings: Findings): Template {
  if (typeof value === 'string') return parseText(value, pointer, findings.problems);
  if (depth >= MAX_DEPTH) return { kind: 'constant', value };
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item, index) =>
      parseValue(item, childPointer(pointer, index), depth + 1, findings),
    );
    return items.every(isConstant) ? { kind: 'constant', value } : { kind: 'array', items };
  }
  if (isSelector(value)) return parseSelectorAt(value, pointer, findings);
  if (isJsonObject(value)) return parseObject(value, pointer, depth, findings);
  return { kind: 'constant', value };
}

function parseObject(object: JsonObject, pointer: string, depth: number, findings: Findings): Template {
  const members = Object.entries(object).map(
    ([name, member]) => [name, parseValue(member, childPointer(pointer, name), depth + 1, findings)] as const,
  );
  return members.every(([, member]) => isConstant(member))
    ? { kind: 'constant', value: object }
    : { kind: 'object', members };
}

function parseSelectorAt(object: JsonObject, at: string, findings: Findings): Template {
  const { value, problems } = parseSelector(object);
  findings.selectors.push(at);
  for (const problem of problems) findings.problems.push({ ...problem, pointer: `${at}${problem.pointer}` });
  return value ?? { kind: 'constant', value: null };
}

function isConstant(template: Template): boolean {
  return template.kind === 'constant';
}

function parseText(text: string, pointer: string, problems: ExpressionProblem[]): Template {
  if (text.startsWith('$')) {
    const whole = parseWhole(text, pointer, problems);
    if (whole !== undefined) return whole;
  }
  const parts = splitEmbedded(text, pointer, problems);
  if (parts.some((part) => typeof part !== 'string')) return { kind: 'text', parts };
  return { kind: 'constant', value: text };
}

/** A string that begins with `$`: `undefined` where it is to be read as text after all. */
function parseWhole(text: string, pointer: string, problems: ExpressionProblem[]): Template | undefined {
  const parsed = parseExpression(text);
  if ('value' in parsed) {
    if (parsed.warning !== undefined) problems.push(quirk(pointer, parsed.warning, parsed.value, text));
    return { kind: 'expression', expression: parsed.value };
  }
  const literal = { kind: 'constant', value: text } as const;
  const read = readReference(text, { dotted: false });
  if ('problem' in read && read.unknownRoot) {
    if (/^\$[A-Za-z_][\w-]*(?:$|[.#[])/.test(text) && !text.includes('{$')) {
      problems.push({
        pointer,
        severity: 'warning',
        code: 'expression/unknown-root',
        message: `"${shorten(text)}" looks like an expression and is none; it is taken as text.`,
      });
      return literal;
    }
    return undefined;
  }
  // `$inputs.first $inputs.second` and `$inputs.host/{$inputs.path}` are texts, though they begin with `$`.
  if (text.includes('{$') || / \$/.test(text)) return undefined;
  problems.push(syntaxProblem(pointer, parsed));
  return literal;
}

/** Why a text that must be a runtime expression is none. */
export function syntaxProblem(
  pointer: string,
  { problem, offset, suggestion }: Exclude<ReturnType<typeof parseExpression>, { readonly value: unknown }>,
): ExpressionProblem {
  return {
    pointer,
    severity: 'error',
    code: suggestion !== undefined && offset === 0 ? 'expression/unknown-root' : 'expression/syntax',
    message: problem,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** The parts of a text: literals, and the expressions embedded by `{$…}`. */
export function splitEmbedded(
  text: string,
  pointer: string,
  problems: ExpressionProblem[],
): (string | RuntimeExpression)[] {
  const parts: (string | RuntimeExpression)[] = [];
  let literal = '';
  let at = 0;
  let close = -1;
  while (at < text.length) {
    const open = text.indexOf('{$', at);
    // Looked for once each: a text may be long and full of braces.
    if (open !== -1 && close < open) close = text.indexOf('}', open);
    if (open === -1 || close === -1) break;
    literal += text.slice(at, open);
    const next = text.indexOf('{', open + 1);
    if (next !== -1 && next < close) {
      // No brace can stand inside of an expression.
      literal += text.slice(open, next);
      at = next;
      continue;
    }
    const inner = text.slice(open + 1, close);
    const parsed = parseExpression(inner);
    if ('value' in parsed) {
      if (parsed.warning !== undefined) problems.push(quirk(pointer, parsed.warning, parsed.value, inner));
      if (literal !== '') parts.push(literal);
      parts.push(parsed.value);
      literal = '';
      at = close + 1;
    } else {
      reportBroken(inner, parsed, pointer, problems);
      literal += '{$';
      at = open + 2;
    }
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  warnOfBareExpressions(parts, pointer, problems);
  return parts;
}

function reportBroken(
  inner: string,
  parsed: { readonly problem: string; readonly suggestion?: string },
  pointer: string,
  problems: ExpressionProblem[],
): void {
  const root = /^\$([A-Za-z]+)/.exec(inner)?.[1];
  const known = root !== undefined && ROOTS.some((candidate) => candidate === root);
  if (!known && parsed.suggestion === undefined) return;
  problems.push({
    pointer,
    severity: 'error',
    code: known ? 'expression/syntax' : 'expression/unknown-root',
    message: parsed.problem,
    ...(parsed.suggestion !== undefined ? { suggestion: `{${parsed.suggestion}}` } : {}),
  });
}

const BARE =
  /(?<![\w$])\$(?:statusCode\b|(?:inputs|outputs)\.[\w-]+(?:[.#/][\w-]+)*|steps\.[\w-]+\.[\w-]+(?:[.#/][\w-]+)*|(?:response|request)\.(?:body|header|query|path)\b[\w.#/-]*)/;

function warnOfBareExpressions(
  parts: readonly (string | RuntimeExpression)[],
  pointer: string,
  problems: ExpressionProblem[],
): void {
  const bare = parts
    .map((part) => (typeof part === 'string' ? BARE.exec(part)?.[0] : undefined))
    .find((found) => found !== undefined);
  if (bare === undefined) return;
  problems.push({
    pointer,
    severity: 'warning',
    code: 'expression/not-embedded',
    message: `"${shorten(bare)}" inside of a text is taken as text; write "{${shorten(bare)}}" to embed its value.`,
    suggestion: `{${bare}}`,
  });
}

function quirk(
  pointer: string,
  message: string,
  expression: RuntimeExpression,
  written: string,
): ExpressionProblem {
  const suggestion = formatExpression(expression);
  // A name that cannot be referred to has no better form: another name has to be found.
  const better = suggestion === written ? {} : { suggestion };
  return { pointer, severity: 'warning', code: 'expression/quirk', message, ...better };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
