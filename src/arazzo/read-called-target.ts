import { parsePointer } from '../document/json-pointer.ts';
import type { SourceDescription, StepTarget } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { readQualifiedId } from './read-qualified-id.ts';
import { parseSourcePointer } from './read-source-pointer.ts';
import { STEP_SHAPE } from './shapes.ts';

const { section } = STEP_SHAPE;

/** The targets that name something to call. */
export type CalledTarget = Exclude<StepTarget, { kind: 'interaction' }>;

/** Reads the name of what is called. */
export function readTarget(
  context: ReadContext,
  kind: CalledTarget['kind'],
  text: string,
  pointer: string,
  sources: readonly SourceDescription[],
): CalledTarget | undefined {
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
