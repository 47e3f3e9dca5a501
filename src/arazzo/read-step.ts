import type { Step, StepMessage, StepTarget } from './model.ts';
import { optional } from './optional.ts';
import { readFailureActions, readSuccessActions } from './read-actions.ts';
import type { ActionScope } from './read-actions.ts';
import type { ReadContext } from './read-context.ts';
import { readCriteria } from './read-criteria.ts';
import { readDependencies, STEP_DEPENDENCY } from './read-dependencies.ts';
import { readStepExtension } from './read-extension.ts';
import { readFields } from './read-fields.ts';
import type { Fields, Item } from './read-fields.ts';
import { readOutputs } from './read-outputs.ts';
import { readParameters } from './read-parameters.ts';
import { readRequestBody } from './read-request-body.ts';
import { readStepMessage, readStepTarget } from './read-step-target.ts';
import { STEP_SHAPE } from './shapes.ts';

const { section } = STEP_SHAPE;

/**
 * Reads a Step Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readStep(
  context: ReadContext,
  { value, pointer }: Item,
  scope: ActionScope,
): Step | undefined {
  const fields = readFields(context, value, pointer, STEP_SHAPE);
  if (fields === undefined) return undefined;
  const target = readStepTarget(context, fields, pointer, scope.sources);
  const message = readStepMessage(context, fields, pointer);
  const place = fields.has('workflowId') ? 'workflow' : message === undefined ? 'operation' : 'message';
  const parameters = readParameters(context, fields.items('parameters'), place, scope.components);
  const requestBody = readBody(context, fields, pointer, target, message);
  const outputs = readOutputs(context, fields.object('outputs'), `${pointer}/outputs`, section);
  const step = {
    pointer,
    stepId: fields.string('stepId') ?? '',
    ...optional('description', fields.string('description')),
    ...optional('message', message),
    parameters,
    ...optional('requestBody', requestBody),
    ...optional('successCriteria', readSuccessCriteria(context, fields, pointer)),
    onSuccess: readSuccessActions(context, fields.items('onSuccess'), scope),
    onFailure: readFailureActions(context, fields.items('onFailure'), scope),
    outputs,
    dependsOn: readDependencies(context, fields, pointer, STEP_DEPENDENCY, section),
    ...optional('timeoutMs', readTimeout(context, fields, pointer)),
    extension: readStepExtension(context, value, pointer, outputs),
  };
  if (!fields.complete || target === undefined) return undefined;
  if (step.stepId === '') {
    context.problem('error', 'arazzo/field-value', `${pointer}/stepId`, 'A stepId must not be empty.', {
      section,
    });
    return undefined;
  }
  return { ...step, target };
}

function readBody(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  target: StepTarget | undefined,
  ofMessage: StepMessage | undefined,
): Step['requestBody'] {
  const body = readRequestBody(context, fields.object('requestBody'), `${pointer}/requestBody`);
  const receives = ofMessage?.action === 'receive';
  if (body === undefined || (target?.kind !== 'workflowId' && !receives)) return body;
  const message = `A step that ${receives ? 'receives a message' : 'calls a workflow'} sends no body; "requestBody" is ignored.`;
  context.problem('warning', 'arazzo/irrelevant-field', `${pointer}/requestBody`, message, {
    part: 'key',
    section,
  });
  return undefined;
}

function readSuccessCriteria(context: ReadContext, fields: Fields, pointer: string): Step['successCriteria'] {
  if (!fields.has('successCriteria')) return undefined;
  const items = fields.items('successCriteria');
  if (items.length === 0) {
    const message = '"successCriteria" must not be empty; leave it out for the default.';
    context.problem('error', 'arazzo/empty-list', `${pointer}/successCriteria`, message, { section });
    return undefined;
  }
  return readCriteria(context, items);
}

function readTimeout(context: ReadContext, fields: Fields, pointer: string): number | undefined {
  const timeout = fields.number('timeout');
  if (timeout !== 0) return timeout;
  const message = '"timeout" must be above 0; it counts milliseconds.';
  context.problem('error', 'arazzo/field-value', `${pointer}/timeout`, message, { section });
  return undefined;
}
