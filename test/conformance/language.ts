import { parseDocument } from '../../src/document/parse-document.ts';
import type { JsonValue } from '../../src/document/json.ts';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { evaluateCriteria, judgeCriterion } from '../../src/expressions/evaluate-criterion.ts';
import { evaluateExpression, evaluateTemplate } from '../../src/expressions/evaluate.ts';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';
import { parseExpression } from '../../src/expressions/parse-expression.ts';
import { parseTemplate } from '../../src/expressions/parse-template.ts';
import type { Scope } from '../../src/expressions/scope.ts';
import { registerXPath } from '../../src/expressions/xpath-engine.ts';
import { xpath31 } from '../../src/expressions/xpath.ts';

registerXPath(xpath31);

/** What a runtime expression gives; it must be one. */
export function valueOf(expression: string, scope: Scope): JsonValue | undefined {
  const parsed = parseExpression(expression);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return evaluateExpression(parsed.value, scope);
}

/** Whether a text is a runtime expression: `false` and `'lenient'` tell those that the grammar has not. */
export function isExpression(text: string): boolean | 'lenient' {
  const parsed = parseExpression(text);
  return 'problem' in parsed ? false : parsed.warning === undefined || 'lenient';
}

/** What a value of a document with its expressions gives; `missing` names what keeps it from being made. */
export function made(value: JsonValue, scope: Scope): ReturnType<typeof evaluateTemplate> {
  const parsed = parseTemplate(value);
  const errors = parsed.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join(' '));
  return evaluateTemplate(parsed.value, scope);
}

/** `severity code pointer` of the problems of a value. */
export function problemsOfValue(value: JsonValue): readonly string[] {
  return parseTemplate(value).problems.map(({ severity, code, pointer }) =>
    `${severity} ${code} ${pointer}`.trim(),
  );
}

/** `severity code pointer` of the problems of a criterion. */
export function problemsOf(criterion: JsonValue): readonly string[] {
  return parseCriterion(criterion).problems.map(({ severity, code, pointer }) =>
    `${severity} ${code} ${pointer}`.trim(),
  );
}

/** Whether criteria pass; those that are refused fail. */
export function passes(criteria: JsonValue | readonly JsonValue[], scope: Scope): boolean {
  const list = Array.isArray(criteria) ? (criteria as readonly JsonValue[]) : [criteria];
  const parsed = list.map((criterion) => parseCriterion(criterion).value);
  return parsed.every((criterion) => criterion !== undefined && evaluateCriteria([criterion], scope));
}

/** Why a criterion cannot be evaluated, `undefined` where it can. */
export function evaluationProblem(criterion: JsonValue, scope: Scope): string | undefined {
  const parsed = parseCriterion(criterion).value;
  return parsed === undefined ? 'refused' : judgeCriterion(parsed, scope).problem;
}

/** A scope with a response of that body. */
export function answered(body: JsonValue, rest: Scope = {}): Scope {
  return { ...rest, response: { statusCode: 200, headers: { 'content-type': 'application/json' }, body } };
}

/** `severity code pointer` of what reading a document of one step finds, pointers from the step on. */
export function problemsOfStep(members: string, version = '1.1.0'): readonly string[] {
  return readStep(members, version).problems;
}

/** Reads a document of one step. */
export function readStep(members: string, version = '1.1.0', target = 'operationId: send') {
  const text = `arazzo: ${version}
info: { title: Example, version: 1.0.0 }
sourceDescriptions: [{ name: api, url: ./openapi.yaml, type: openapi }]
workflows: [{ workflowId: main, steps: [{ stepId: one, ${target}, ${members} }] }]
`;
  const parsed = parseDocument(text, { uri: 'file:///example.arazzo.yaml' });
  if (parsed.value === undefined) throw new Error('The document cannot be parsed.');
  const read = readArazzo(parsed.value);
  const problems = read.diagnostics.map(({ severity, code, location }) =>
    `${severity} ${code} ${location.pointer.replace('/workflows/0/steps/0', '')}`.trim(),
  );
  return { step: read.value?.workflows[0]?.steps[0], problems };
}
