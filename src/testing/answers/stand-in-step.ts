import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../../document/json.ts';
import type { Criterion } from '../../expressions/criterion.ts';
import type { RuntimeExpression } from '../../expressions/runtime-expression.ts';
import type { Scope } from '../../expressions/scope.ts';
import type { Operation } from '../../openapi/operation.ts';
import type {
  InteractionStepPlan,
  MessageStepPlan,
  OperationStepPlan,
  WorkflowPlan,
} from '../../plan/workflow-plan.ts';
import type { Answers, GivenExample } from './answer.ts';
import { createAnswers } from './create-answers.ts';
import { missingAnswers } from './missing-answers.ts';
import { allCriteriaOf } from './step-criteria.ts';

/** A step to which something comes that is no response: a person's answer, or a message. */
export type AskingStep = InteractionStepPlan | MessageStepPlan;

/**
 * Constructs what may come to a step that asks a person or receives a message, as if it were the body (and the headers)
 * of a response with the status 200: see {@link createAnswers}.
 */
export function createStandInAnswers(
  workflow: WorkflowPlan,
  step: AskingStep,
  given: readonly GivenExample[],
  scope: Scope,
): Answers {
  const { step: standIn, schema } = standInOf(step);
  const { answers } = createAnswers(
    {
      workflow,
      step: standIn,
      body: schema === undefined ? {} : { schema },
      examples: given.map((example) => ({ ...example, statusCode: 200 })),
    },
    scope,
  );
  const written = new Set(allCriteriaOf(step).map(({ pointer }) => pointer));
  const missing = missingAnswers(allCriteriaOf(standIn), answers);
  return { answers, missing: missing.filter(({ criterion }) => written.has(criterion)) };
}

/** A step that sends a request, in the place of one that does not. */
interface StandIn {
  readonly step: OperationStepPlan;
  /** What the body of its response looks like, where that is known. */
  readonly schema: JsonObject | undefined;
}

/** The step with whose outputs and criteria the answers are constructed; the same one for the same step. */
export function standInOf(step: AskingStep): StandIn {
  const known = standIns.get(step) ?? { step: standInFor(step), schema: schemaOf(step) };
  standIns.set(step, known);
  return known;
}

const standIns = new WeakMap<AskingStep, StandIn>();

const NO_OPERATION: Operation = {
  source: '',
  method: 'GET',
  path: '/',
  servers: [],
  parameters: [],
  security: [],
};

/** An expression that nothing is known for before a workflow has ended. */
const NOTHING: RuntimeExpression = { kind: 'outputs', name: '', pointer: [] };

function standInFor(step: AskingStep): OperationStepPlan {
  const { stepId, pointer, state, inputs, successCriteria, onSuccess, onFailure, outputs } = step;
  const own = step.kind;
  return {
    kind: 'operation',
    stepId,
    pointer,
    state,
    inputs,
    operation: NO_OPERATION,
    parameters: [],
    atMostOnce: false,
    successCriteria: rewritten(successCriteria ?? impliedCriteria(step), own),
    onSuccess: rewritten(onSuccess, own),
    onFailure: rewritten(onFailure, own),
    outputs: rewritten(outputs, own),
  };
}

/** What makes an answer a success where the document has no criteria: any does, but a refusal to acknowledge. */
function impliedCriteria(step: AskingStep): readonly Criterion[] {
  if (step.kind !== 'interaction' || step.mode !== 'acknowledge') return [];
  const source = { from: 'payload', pointer: ['acknowledged'] } as const;
  return [
    {
      kind: 'simple',
      text: '$interaction.payload#/acknowledged != false',
      condition: {
        kind: 'compare',
        operator: '!=',
        left: { kind: 'reference', expression: { kind: 'interaction', source }, path: [] },
        right: { kind: 'literal', value: false },
      },
    },
  ];
}

/** The same part of a plan, with what comes to the step read as its response; of a real one there is nothing. */
function rewritten<Part>(part: Part, own: AskingStep['kind']): Part {
  return rewrite(part as JsonValue, own) as Part;
}

function rewrite(value: JsonValue, own: AskingStep['kind']): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => rewrite(item, own));
  if (!isJsonObject(value) || value['kind'] === 'literal') return value;
  const { kind, source } = value;
  if (kind === 'statusCode') return NOTHING;
  if (isJsonObject(source) && (kind === 'response' || kind === 'message' || kind === 'interaction'))
    return kind === own ? { kind: 'response', source: asPartOfResponse(source) } : NOTHING;
  const members: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) setMember(members, name, rewrite(member, own));
  return members;
}

function asPartOfResponse(source: JsonObject): JsonObject {
  if (source['from'] === 'payload') return { from: 'body', pointer: source['pointer'] ?? [] };
  return source['from'] === 'query' ? { from: 'body', pointer: [source['name'] ?? ''] } : source;
}

/** What an answer or a payload looks like, where that is known. */
function schemaOf(step: AskingStep): JsonObject | undefined {
  if (step.kind === 'interaction')
    return isJsonObject(step.schema) && Object.keys(step.schema).length > 0 ? step.schema : undefined;
  const [only, ...others] = step.channelOperation.messages;
  const { requiredProperties = [] } = (others.length === 0 ? only : undefined) ?? {};
  if (requiredProperties.length === 0) return undefined;
  // The plan has no more of a message's schema.
  const properties: Record<string, JsonValue> = {};
  for (const name of requiredProperties) setMember(properties, name, {});
  return { type: 'object', required: requiredProperties, properties };
}
