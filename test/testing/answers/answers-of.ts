import type { JsonObject, JsonValue } from '../../../src/document/json.ts';
import { evaluateCriterion } from '../../../src/expressions/evaluate-criterion.ts';
import type { Scope } from '../../../src/expressions/scope.ts';
import type { OpenApiDocument } from '../../../src/openapi/openapi-document.ts';
import type { OperationStepPlan, WorkflowPlan } from '../../../src/plan/workflow-plan.ts';
import type { AnswerSources, Answers } from '../../../src/testing/answers/answer.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';
import { allCriteriaOf, laterCriteriaOf } from '../../../src/testing/answers/step-criteria.ts';
import { xpath31 } from '../../../src/expressions/xpath.ts';
import { registerXPath } from '../../../src/expressions/xpath-engine.ts';
import { documentOf, link, openApiOf } from '../../plan/small-documents.ts';

registerXPath(xpath31);

/** A description with the operation `call`, which answers with these. */
export function describedBy(responses: JsonObject): OpenApiDocument {
  return openApiOf({ '/call': { post: { operationId: 'call', responses } } });
}

/** A response with a JSON body of this schema. */
export function jsonOf(schema: JsonValue): JsonObject {
  return { description: '', content: { 'application/json': { schema } } };
}

/** What is at hand when the small step's response comes. */
export const SCOPE: Scope = { inputs: { state: 'CA', limit: 10 }, steps: {}, sourceDescriptions: {} };

/** A workflow whose first step calls `call`, linked. */
export function sourcesOf(
  step: JsonObject,
  openapi: OpenApiDocument = describedBy({}),
  more: readonly JsonObject[] = [],
): AnswerSources {
  const inputs = { type: 'object', properties: { state: { type: 'string' }, limit: { type: 'integer' } } };
  const steps = [{ stepId: 'first', operationId: 'call', ...step }, ...more];
  const { plans, diagnostics } = link(documentOf({ inputs, steps }), { api: openapi });
  const [workflow] = plans;
  const first = workflow?.steps[0];
  if (workflow === undefined || first?.kind !== 'operation')
    throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return { workflow, step: first, openapi };
}

/** The answers of a step with these success criteria. */
export function answersFor(
  criteria: readonly JsonValue[],
  openapi?: OpenApiDocument,
  scope: Scope = SCOPE,
): Answers {
  return createAnswers(sourcesOf({ successCriteria: criteria }, openapi), scope);
}

/** The decisions that answers claim and do not make, evaluated from what happens alone. */
export function wrongDecisions(
  { answers }: Answers,
  workflow: WorkflowPlan,
  step: OperationStepPlan,
  scope: Scope,
): readonly string[] {
  const later = new Set(laterCriteriaOf(workflow, step.stepId).map(({ pointer }) => pointer));
  const own = new Map(allCriteriaOf(step).map(({ criterion, pointer }) => [pointer, criterion]));
  return answers.flatMap(({ happening, decides, label }) => {
    const { statusCode, headers = {}, body } = happening;
    const response = { statusCode, headers, ...(body === undefined ? {} : { body }) };
    return decides.flatMap(({ criterion, outcome }) => {
      const found = own.get(criterion);
      if (found === undefined) return later.has(criterion) ? [] : [`${label}: nothing at ${criterion}`];
      const actual = evaluateCriterion(found, { ...scope, response });
      return actual === outcome ? [] : [`${label}: ${found.text} is ${String(actual)}`];
    });
  });
}

/** Both outcomes of each criterion that answers have: `['true', 'false']`. */
export function outcomesOf({ answers }: Answers, pointer: string): readonly boolean[] {
  const all = answers.flatMap(({ decides }) => decides.filter(({ criterion }) => criterion === pointer));
  return [true, false].filter((wanted) => all.some(({ outcome }) => outcome === wanted));
}
