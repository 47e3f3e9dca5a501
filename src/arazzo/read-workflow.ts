import { isJsonObject } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { checkSchema } from './check-schema.ts';
import type { Parameter, Step, Workflow } from './model.ts';
import { optional } from './optional.ts';
import { readFailureActions, readSuccessActions } from './read-actions.ts';
import type { ActionScope } from './read-actions.ts';
import type { ReadContext } from './read-context.ts';
import { readDependencies, WORKFLOW_DEPENDENCY } from './read-dependencies.ts';
import { readWorkflowExtension } from './read-extension.ts';
import { readFields } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { readOutputs } from './read-outputs.ts';
import { missingLocation, readParameters } from './read-parameters.ts';
import { readStep } from './read-step.ts';
import { resolveSchema } from './resolve-schema.ts';
import { PARAMETER_SHAPE, WORKFLOW_SHAPE } from './shapes.ts';

const { section } = WORKFLOW_SHAPE;

/**
 * Reads a Workflow Object. Steps that are broken are reported and left out.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export function readWorkflow(
  context: ReadContext,
  { value, pointer }: Item,
  scope: ActionScope,
): Workflow | undefined {
  const fields = readFields(context, value, pointer, WORKFLOW_SHAPE);
  if (fields === undefined) return undefined;
  const inputs = readInputs(context, fields.value('inputs'), `${pointer}/inputs`);
  const steps = fields.items('steps').flatMap((item) => readStep(context, item, scope) ?? []);
  if (fields.has('steps') && fields.items('steps').length === 0) {
    context.problem('error', 'arazzo/empty-list', `${pointer}/steps`, 'A workflow must have a step.', {
      section,
    });
  }
  const parameters = readParameters(context, fields.items('parameters'), 'steps', scope.components);
  const outputs = readOutputs(context, fields.object('outputs'), `${pointer}/outputs`, section);
  const workflow = {
    pointer,
    workflowId: fields.string('workflowId') ?? '',
    ...optional('summary', fields.string('summary')),
    ...optional('description', fields.string('description')),
    ...optional('inputs', inputs),
    dependsOn: readDependencies(context, fields, pointer, WORKFLOW_DEPENDENCY, section),
    steps,
    successActions: readSuccessActions(context, fields.items('successActions'), scope),
    failureActions: readFailureActions(context, fields.items('failureActions'), scope),
    parameters: located(context, parameters, steps),
    outputs,
    secretOutputs: readWorkflowExtension(context, value, pointer, outputs),
  };
  if (!fields.complete) return undefined;
  if (workflow.workflowId === '') {
    context.problem(
      'error',
      'arazzo/field-value',
      `${pointer}/workflowId`,
      'A workflowId must not be empty.',
      { section },
    );
    return undefined;
  }
  return workflow;
}

function readInputs(
  context: ReadContext,
  schema: JsonValue | undefined,
  pointer: string,
): JsonObject | undefined {
  if (schema === undefined) return undefined;
  checkSchema(context, schema, pointer);
  const resolved = resolveSchema(context, schema, pointer);
  if (isJsonObject(resolved)) return resolved;
  return resolved === false ? { not: {} } : {};
}

/** The workflow's parameters go to operations too, if it has a step that calls one; then each needs its place. */
function located(
  context: ReadContext,
  parameters: readonly Parameter[],
  steps: readonly Step[],
): readonly Parameter[] {
  if (steps.every(({ target }) => target.kind === 'workflowId' || target.kind === 'interaction'))
    return parameters;
  return parameters.filter((parameter) => {
    if (parameter.in !== undefined) return true;
    const message = missingLocation(parameter.name);
    context.problem('error', 'arazzo/required-field', parameter.pointer, message, {
      section: PARAMETER_SHAPE.section,
    });
    return false;
  });
}
