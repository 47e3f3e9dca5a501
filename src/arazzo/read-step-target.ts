import { parsePointer } from '../document/json-pointer.ts';
import type { SourceDescription, StepMessage, StepTarget } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import type { Fields } from './read-fields.ts';
import { readQualifiedId } from './read-qualified-id.ts';
import { parseSourcePointer } from './read-source-pointer.ts';
import { readValue } from './read-value.ts';
import { STEP_SHAPE } from './shapes.ts';

const TARGETS = ['operationId', 'operationPath', 'workflowId', 'channelPath'] as const;
const { section } = STEP_SHAPE;

/**
 * Reads what a step calls: exactly one of `operationId`, `operationPath`, `workflowId` and `channelPath`, and
 * with it what only steps of AsyncAPI may say.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function readStepTarget(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  sources: readonly SourceDescription[],
): StepTarget | undefined {
  const present = TARGETS.filter((name) => fields.has(name));
  const [kind] = present;
  if (kind === undefined || present.length > 1) {
    const found = present.map((name) => `"${name}"`).join(' and ');
    const message = `A step must have exactly one of "operationId", "operationPath", "workflowId" and "channelPath"${found === '' ? '' : `, not ${found}`}.`;
    context.problem('error', 'arazzo/step-target', pointer, message, { section });
    return undefined;
  }
  const text = fields.string(kind) ?? '';
  const place = `${pointer}/${kind}`;
  const target = readTarget(context, kind, text, place, sources);
  checkMessageFields(context, fields, pointer, target, sources);
  return target;
}

function readTarget(
  context: ReadContext,
  kind: StepTarget['kind'],
  text: string,
  pointer: string,
  sources: readonly SourceDescription[],
): StepTarget | undefined {
  if (kind === 'operationId' || kind === 'workflowId') {
    const found = readQualifiedId(context, text, pointer, section, sources);
    if (found === undefined) return undefined;
    const source = optional('source', found.source);
    return kind === 'operationId'
      ? { kind, ...source, operationId: found.id }
      : { kind, ...source, workflowId: found.id };
  }
  const found = parseSourcePointer(text, sources);
  const only = sources.filter((source) => source.type === 'asyncapi');
  if (found === undefined && kind === 'channelPath' && only[0] !== undefined && only.length === 1) {
    const message = `"channelPath" should name its source: "{$sourceDescriptions.${only[0].name}.url}#/channels/<name>".`;
    context.problem('warning', 'arazzo/lenient-form', pointer, message, { section });
    const path = /^#?\//.test(text) ? parsePointer(text.replace(/^#/, '')) : undefined;
    return { kind, source: only[0].name, path: path ?? ['channels', text] };
  }
  if (found === undefined) {
    const example = kind === 'operationPath' ? '/paths/~1pets/get' : '/channels/orders';
    const message = `"${kind}" must name a source and a place in it: "{$sourceDescriptions.<name>.url}#${example}".`;
    context.problem('error', 'arazzo/source-pointer', pointer, message, { section });
    return undefined;
  }
  if (found.loose) {
    const message = `"${kind}" should be written "{$sourceDescriptions.${found.source}.url}#…".`;
    context.problem('warning', 'arazzo/lenient-form', pointer, message, { section });
  }
  return { kind, source: found.source, path: found.path };
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
  target: StepTarget | undefined,
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
  target: StepTarget,
  sources: readonly SourceDescription[],
): SourceDescription['type'] | undefined {
  if (target.source !== undefined) return sources.find((source) => source.name === target.source)?.type;
  const callable = sources.filter((source) => source.type !== 'arazzo');
  return callable.length === 1 ? callable[0]?.type : undefined;
}
