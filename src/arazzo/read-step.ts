import { parseDuration } from '../document/duration.ts';
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
import { INTERACTION_SECTION } from './specification.ts';

const { section } = STEP_SHAPE;

/** Beyond it, dates cannot be relied on. */
const LONGEST_TIMEOUT_MS = 100 * 365 * 24 * 3600 * 1000;

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
  const target = readStepTarget(context, fields, pointer, scope);
  const message = target?.kind === 'interaction' ? undefined : readStepMessage(context, fields, pointer);
  const place = fields.has('workflowId') ? 'workflow' : message === undefined ? 'operation' : 'message';
  const own = target?.kind === 'interaction' ? [] : fields.items('parameters');
  const parameters = readParameters(context, own, place, scope.components);
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
    onTimeout: readFailureActions(context, oneOrMore(fields, 'onTimeout', pointer), scope),
    onCancel: readFailureActions(context, oneOrMore(fields, 'onCancel', pointer), scope),
    outputs,
    dependsOn: readDependencies(context, fields, pointer, STEP_DEPENDENCY, section),
    ...optional('timeoutMs', readTimeout(context, fields, pointer)),
    extension: readStepExtension(context, value, pointer, outputs),
  };
  if (target !== undefined) checkInteractionFields(context, fields, pointer, target);
  if (!fields.complete || target === undefined) return undefined;
  if (step.stepId === '') {
    context.problem('error', 'arazzo/field-value', `${pointer}/stepId`, 'A stepId must not be empty.', {
      section,
    });
    return undefined;
  }
  return { ...step, target };
}

/** A field that holds one object or a list of them. */
function oneOrMore(fields: Fields, name: string, pointer: string): readonly Item[] {
  const one = fields.object(name);
  return one === undefined ? fields.items(name) : [{ value: one, pointer: `${pointer}/${name}` }];
}

/** What has no meaning where a person is asked, and where nobody is. */
function checkInteractionFields(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  { kind }: StepTarget,
): void {
  const isAsking = kind === 'interaction';
  const irrelevant = isAsking ? ['parameters', 'requestBody'] : ['onCancel'];
  for (const name of irrelevant) {
    if (!fields.has(name)) continue;
    const message = isAsking
      ? `A step that asks a person calls nothing; "${name}" is ignored.`
      : `Only a step that asks a person can be declined; "${name}" is ignored.`;
    const options = { part: 'key', section: INTERACTION_SECTION } as const;
    context.problem('warning', 'arazzo/irrelevant-field', `${pointer}/${name}`, message, options);
  }
}

function readBody(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  target: StepTarget | undefined,
  ofMessage: StepMessage | undefined,
): Step['requestBody'] {
  const body = readRequestBody(context, fields.object('requestBody'), `${pointer}/requestBody`);
  if (target?.kind === 'interaction') return undefined;
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
  const written = fields.string('timeout');
  const timeout = written === undefined ? fields.number('timeout') : parseDuration(written);
  if (written === undefined && timeout === undefined) return undefined;
  if (timeout !== undefined && timeout > 0 && timeout <= LONGEST_TIMEOUT_MS) return timeout;
  const message =
    timeout === undefined
      ? `"timeout" must be a duration of ISO 8601 such as "PT8H" or "P2D", not "${written ?? ''}".`
      : timeout === 0
        ? '"timeout" must be above 0; it counts milliseconds.'
        : '"timeout" must not be above 100 years.';
  context.problem('error', 'arazzo/field-value', `${pointer}/timeout`, message, { section });
  return undefined;
}
