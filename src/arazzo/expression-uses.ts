import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { Criterion } from '../expressions/criterion.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import type {
  ArazzoDocument,
  FailureAction,
  Interaction,
  Output,
  Parameter,
  Step,
  SuccessAction,
  Workflow,
} from './model.ts';

/** The part of a workflow that an expression stands in; it decides what has a value there. */
export type ExpressionPlace =
  | 'request'
  | 'question'
  | 'successCriteria'
  | 'action'
  /** An action for when nothing came back: `onTimeout`, `onCancel`. */
  | 'unanswered'
  | 'stepOutputs'
  | 'workflowOutputs'
  | 'choices';

/** An expression of a document, and where it stands. */
export interface ExpressionUse {
  readonly expression: RuntimeExpression;
  readonly pointer: string;
  readonly place: ExpressionPlace;
  readonly workflow: Workflow;
  /** Absent for what a workflow says for all of its steps. */
  readonly step?: Step;
}

type Found = Pick<ExpressionUse, 'expression' | 'pointer'>;

/** Every expression of a document's workflows, in document order of the parts. */
export function expressionUses(document: ArazzoDocument): readonly ExpressionUse[] {
  return document.workflows.flatMap((workflow) => [
    ...inPlace(workflow, 'choices', choices(workflow.inputs ?? {}, `${workflow.pointer}/inputs`)),
    ...inPlace(workflow, 'request', workflow.parameters.flatMap(inParameter)),
    ...workflow.steps.flatMap((step) => usesInStep(workflow, step)),
    ...inPlace(
      workflow,
      'action',
      [...workflow.successActions, ...workflow.failureActions].flatMap(inAction),
    ),
    ...inPlace(workflow, 'workflowOutputs', workflow.outputs.flatMap(inOutput)),
  ]);
}

function usesInStep(workflow: Workflow, step: Step): readonly ExpressionUse[] {
  const body = step.requestBody;
  const { correlationId } = step.message ?? {};
  const request = [
    ...(correlationId === undefined ? [] : inTemplate(correlationId, `${step.pointer}/correlationId`)),
    ...step.parameters.flatMap(inParameter),
    ...(body?.payload === undefined ? [] : inTemplate(body.payload, `${body.pointer}/payload`)),
    ...(body?.replacements ?? []).flatMap(({ value, pointer }) => inTemplate(value, `${pointer}/value`)),
  ];
  return [
    ...(step.target.kind === 'interaction'
      ? [
          ...inPlace(workflow, 'question', inQuestion(step.target.interaction), step),
          ...inPlace(workflow, 'choices', inSchema(step.target.interaction), step),
        ]
      : []),
    ...inPlace(workflow, 'request', request, step),
    ...inPlace(
      workflow,
      'successCriteria',
      inCriteria(step.successCriteria ?? [], `${step.pointer}/successCriteria`),
      step,
    ),
    ...inPlace(workflow, 'action', [...step.onSuccess, ...step.onFailure].flatMap(inAction), step),
    ...inPlace(workflow, 'unanswered', [...step.onTimeout, ...step.onCancel].flatMap(inAction), step),
    ...inPlace(workflow, 'stepOutputs', step.outputs.flatMap(inOutput), step),
  ];
}

/** What a person is asked with. */
function inQuestion({ prompt, context, redirect, parameters, pointer }: Interaction): readonly Found[] {
  return [
    ...inTemplate(prompt, `${pointer}/prompt`),
    ...context.flatMap(inOutput),
    ...(redirect?.kind === 'url' ? inTemplate(redirect.url, `${pointer}/url`) : []),
    ...parameters.flatMap(inParameter),
  ];
}

function inSchema({ inputSchema, pointer }: Interaction): readonly Found[] {
  return inputSchema === undefined ? [] : choices(inputSchema, `${pointer}/inputSchema`);
}

function inPlace(
  workflow: Workflow,
  place: ExpressionPlace,
  found: readonly Found[],
  step?: Step,
): readonly ExpressionUse[] {
  return found.map((use) => ({ ...use, place, workflow, ...(step === undefined ? {} : { step }) }));
}

function inParameter(parameter: Parameter): readonly Found[] {
  return inTemplate(parameter.value, `${parameter.pointer}/value`);
}

function inOutput(output: Output): readonly Found[] {
  return inTemplate(output.value, output.pointer);
}

function inAction(action: SuccessAction | FailureAction): readonly Found[] {
  return [
    ...inCriteria(action.criteria, `${action.pointer}/criteria`),
    ...action.parameters.flatMap(inParameter),
  ];
}

function inCriteria(criteria: readonly Criterion[], pointer: string): readonly Found[] {
  return criteria.flatMap((criterion, index) =>
    expressionsIn(criterion).map((expression) => ({
      expression,
      pointer: criterion.kind === 'simple' ? `${pointer}/${index}/condition` : `${pointer}/${index}`,
    })),
  );
}

function inTemplate(template: Template, pointer: string): readonly Found[] {
  switch (template.kind) {
    case 'constant':
      return [];
    case 'expression':
      return [{ expression: template.expression, pointer }];
    case 'selector':
      return [{ expression: template.context, pointer: `${pointer}/context` }];
    case 'text':
      return template.parts.flatMap((part) =>
        typeof part === 'string' ? [] : [{ expression: part, pointer }],
      );
    case 'object':
      return template.members.flatMap(([name, member]) => inTemplate(member, childPointer(pointer, name)));
    case 'array':
      return template.items.flatMap((item, index) => inTemplate(item, `${pointer}/${index}`));
  }
}

/** The expressions that inputs take their choices from. */
function choices(schema: JsonObject, pointer: string): readonly Found[] {
  const properties = memberOf(schema, 'properties');
  if (!isJsonObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const from = at(at(at(property, 'x-xstate'), 'choices'), 'from');
    const parsed = typeof from === 'string' ? parseExpression(from) : undefined;
    if (parsed === undefined || !('value' in parsed)) return [];
    return [
      {
        expression: parsed.value,
        pointer: `${childPointer(`${pointer}/properties`, name)}/x-xstate/choices/from`,
      },
    ];
  });
}

function at(value: JsonValue | undefined, member: string): JsonValue | undefined {
  return isJsonObject(value) ? memberOf(value, member) : undefined;
}
