import type { SourceDescription, StepMessage, StepTarget } from './model.ts';
import type { ActionScope } from './read-actions.ts';
import { readTarget } from './read-called-target.ts';
import type { CalledTarget } from './read-called-target.ts';
import type { ReadContext } from './read-context.ts';
import type { Fields } from './read-fields.ts';
import { readStepInteraction } from './read-interaction.ts';
import { readValue } from './read-value.ts';
import { STEP_SHAPE } from './shapes.ts';

const TARGETS = ['operationId', 'operationPath', 'workflowId', 'channelPath', 'interaction'] as const;
const { section } = STEP_SHAPE;

/**
 * Reads what a step does: exactly one of `operationId`, `operationPath`, `workflowId`, `channelPath` and, in the draft
 * of 1.2, `interaction`, and with it what only steps of AsyncAPI may say.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readStepTarget(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  scope: ActionScope,
): StepTarget | undefined {
  const { sources } = scope;
  const present = TARGETS.filter((name) => fields.has(name));
  const [kind] = present;
  if (kind === undefined || present.length > 1) {
    const found = present.map((name) => `"${name}"`).join(' and ');
    const names = TARGETS.filter((name) => name !== 'interaction' || context.version === '1.2');
    const choice = `${names
      .slice(0, -1)
      .map((name) => `"${name}"`)
      .join(', ')} and "${names.at(-1) ?? ''}"`;
    const message = `A step must have exactly one of ${choice}${found === '' ? '' : `, not ${found}`}.`;
    context.problem('error', 'arazzo/step-target', pointer, message, { section });
    return undefined;
  }
  const place = `${pointer}/${kind}`;
  if (kind === 'interaction') {
    checkMessageFields(context, fields, pointer, undefined, sources);
    const item = { value: fields.value(kind) ?? null, pointer: place };
    const interaction = readStepInteraction(context, item, scope);
    return interaction === undefined ? undefined : { kind, interaction };
  }
  const text = fields.string(kind) ?? '';
  const target = readTarget(context, kind, text, place, sources);
  checkMessageFields(context, fields, pointer, target, sources);
  return target;
}

/**
 * Reads what a step does with a message; `undefined` where it does nothing with one, or what it does is not known. A step
 * with a `channelPath` and without an action, which is reported, is not one that calls an operation of OpenAPI either.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readStepMessage(
  context: ReadContext,
  fields: Fields,
  pointer: string,
): StepMessage | undefined {
  const action = fields.string('action');
  if (action !== 'send' && action !== 'receive') return undefined;
  if (action === 'send' || !fields.has('correlationId')) return { action };
  const correlationId = readValue(context, fields.value('correlationId') ?? null, `${pointer}/correlationId`);
  return { action, correlationId };
}

/** The rules of `action` and `correlationId`, which are for steps of AsyncAPI only. */
function checkMessageFields(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  target: CalledTarget | undefined,
  sources: readonly SourceDescription[],
): void {
  const report = (field: string, message: string): void =>
    context.problem('error', 'arazzo/async-field', field === '' ? pointer : `${pointer}/${field}`, message, {
      section,
    });
  const action = fields.string('action');
  if (action !== undefined && action !== 'send' && action !== 'receive') {
    report('action', `"action" must be "send" or "receive", not "${action}".`);
  }
  if (fields.has('correlationId') && action !== 'receive') {
    report('correlationId', '"correlationId" is for steps with "action: receive" only.');
  }
  if (target === undefined) return;
  const type = sourceType(target, sources);
  if (target.kind === 'workflowId' || target.kind === 'operationPath') {
    if (action !== undefined) report('action', `A step with "${target.kind}" must not have "action".`);
  } else if (target.kind === 'channelPath') {
    if (action === undefined) report('', 'A step with "channelPath" must have "action".');
    if (type !== undefined && type !== 'asyncapi') {
      report(
        'channelPath',
        `"channelPath" must lead into a source of type "asyncapi", and "${target.source}" is of type "${type}".`,
      );
    }
  } else if (type === 'asyncapi' && action === undefined) {
    report('', 'A step that calls an operation of AsyncAPI must have "action".');
  } else if (type !== undefined && type !== 'asyncapi' && action !== undefined) {
    report('action', '"action" is for operations of AsyncAPI only.');
  }
}

function sourceType(
  target: CalledTarget,
  sources: readonly SourceDescription[],
): SourceDescription['type'] | undefined {
  if (target.source !== undefined) return sources.find((source) => source.name === target.source)?.type;
  const callable = sources.filter((source) => source.type !== 'arazzo');
  return callable.length === 1 ? callable[0]?.type : undefined;
}
