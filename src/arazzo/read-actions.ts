import type { Components } from './components.ts';
import type { ActionTarget, FailureAction, SourceDescription, SuccessAction } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { readCriteria } from './read-criteria.ts';
import { readActionExtension } from './read-extension.ts';
import { readFields } from './read-fields.ts';
import type { Fields, Item } from './read-fields.ts';
import { readParameters } from './read-parameters.ts';
import { readQualifiedId } from './read-qualified-id.ts';
import { isReusable, readReusable } from './read-reusable.ts';
import { FAILURE_ACTION_SHAPE, SUCCESS_ACTION_SHAPE } from './shapes.ts';
import type { ObjectShape } from './shapes.ts';
import { suggest } from './suggest.ts';

/** What the readers of actions need to know of the rest of the document. */
export interface ActionScope {
  readonly sources: readonly SourceDescription[];
  readonly components: Components;
}

/** Reads a list of success actions, Reusable Objects resolved. */
export function readSuccessActions(
  context: ReadContext,
  items: readonly Item[],
  scope: ActionScope,
): readonly SuccessAction[] {
  return items.flatMap((item) => {
    if (!isReusable(item.value)) return readSuccessAction(context, item, scope) ?? [];
    const found = readReusable(context, item, 'successActions', scope.components.successActions);
    return found === undefined ? [] : { ...found.entry, pointer: item.pointer };
  });
}

/** Reads a list of failure actions, Reusable Objects resolved. */
export function readFailureActions(
  context: ReadContext,
  items: readonly Item[],
  scope: ActionScope,
): readonly FailureAction[] {
  return items.flatMap((item) => {
    if (!isReusable(item.value)) return readFailureAction(context, item, scope) ?? [];
    const found = readReusable(context, item, 'failureActions', scope.components.failureActions);
    return found === undefined ? [] : { ...found.entry, pointer: item.pointer };
  });
}

/**
 * Reads a Success Action Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#success-action-object
 */
export function readSuccessAction(
  context: ReadContext,
  item: Item,
  scope: Pick<ActionScope, 'sources'> & { readonly components: Pick<Components, 'parameters'> },
): SuccessAction | undefined {
  const read = readAction(context, item, SUCCESS_ACTION_SHAPE, ['end', 'goto'], scope);
  if (read === undefined) return undefined;
  const { type, target, base } = read;
  if (type === 'end') return { ...base, type };
  return type === 'goto' && target !== undefined ? { ...base, type, target } : undefined;
}

/**
 * Reads a Failure Action Object.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#failure-action-object
 */
export function readFailureAction(
  context: ReadContext,
  item: Item,
  scope: Pick<ActionScope, 'sources'> & { readonly components: Pick<Components, 'parameters'> },
): FailureAction | undefined {
  const read = readAction(context, item, FAILURE_ACTION_SHAPE, ['end', 'goto', 'retry'], scope);
  if (read === undefined) return undefined;
  const { type, target, base, fields } = read;
  if (type === 'end') return { ...base, type };
  if (type === 'goto') return target === undefined ? undefined : { ...base, type, target };
  return {
    ...base,
    type,
    ...optional('target', target),
    ...optional('retryAfterSeconds', fields.number('retryAfter')),
    retryLimit: fields.number('retryLimit') ?? 1,
  };
}

function readAction<Type extends string>(
  context: ReadContext,
  { value, pointer }: Item,
  shape: ObjectShape,
  types: readonly Type[],
  scope: Pick<ActionScope, 'sources'> & { readonly components: Pick<Components, 'parameters'> },
) {
  const { section } = shape;
  const fields = readFields(context, value, pointer, shape);
  if (fields === undefined) return undefined;
  const type = readActionType(context, fields, pointer, shape, types);
  const target = readActionTarget(context, fields, pointer, section, type, scope.sources);
  const criteria = readCriteria(context, fields.items('criteria'));
  if (shape === SUCCESS_ACTION_SHAPE && fields.has('criteria') && fields.items('criteria').length === 0) {
    const message = '"criteria" must not be empty; leave it out for an action that always matches.';
    context.problem('error', 'arazzo/empty-list', `${pointer}/criteria`, message, { section });
  }
  const parameters = readParameters(context, fields.items('parameters'), 'action', scope.components);
  if (fields.has('parameters') && !fields.has('workflowId')) {
    const message = '"parameters" of an action are the inputs of a workflow, so it must have "workflowId".';
    context.problem('error', 'arazzo/action-target', `${pointer}/parameters`, message, { section });
  }
  const ask = readActionExtension(context, value, pointer);
  if (!fields.complete || type === undefined) return undefined;
  const base = { pointer, name: fields.string('name') ?? '', criteria, parameters, ...optional('ask', ask) };
  return { fields, type, target, base };
}

function readActionType<Type extends string>(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  shape: ObjectShape,
  types: readonly Type[],
): Type | undefined {
  const written = fields.string('type');
  const type = types.find((name) => name === written);
  if (written === undefined || type !== undefined) return type;
  const hint = suggest(written, types);
  const message = `"type" of a ${shape.name} must be one of ${types.map((name) => `"${name}"`).join(', ')}, not "${written}".${hint}`;
  context.problem('error', 'arazzo/field-value', `${pointer}/type`, message, { section: shape.section });
  return undefined;
}

function readActionTarget(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  section: string,
  type: string | undefined,
  sources: readonly SourceDescription[],
): ActionTarget | undefined {
  const stepId = fields.string('stepId');
  const workflowId = fields.string('workflowId');
  if (type === 'end') {
    for (const field of ['stepId', 'workflowId']) {
      if (!fields.has(field)) continue;
      const message = `"${field}" means nothing for an action of type "end"; it is ignored.`;
      context.problem('warning', 'arazzo/irrelevant-field', `${pointer}/${field}`, message, {
        part: 'key',
        section,
      });
    }
    return undefined;
  }
  if (stepId !== undefined && workflowId !== undefined) {
    const message = 'An action must not have both "stepId" and "workflowId".';
    context.problem('error', 'arazzo/action-target', pointer, message, { section });
    return undefined;
  }
  if (stepId !== undefined) return { kind: 'step', stepId };
  if (workflowId !== undefined) {
    const found = readQualifiedId(context, workflowId, `${pointer}/workflowId`, section, sources);
    return found === undefined
      ? undefined
      : { kind: 'workflow', ...optional('source', found.source), workflowId: found.id };
  }
  if (type === 'goto') {
    const message = 'An action of type "goto" must have "stepId" or "workflowId".';
    context.problem('error', 'arazzo/action-target', pointer, message, { section });
  }
  return undefined;
}
