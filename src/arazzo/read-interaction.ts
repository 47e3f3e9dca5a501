import { isJsonObject } from '../document/json.ts';
import type { JsonObject } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import { checkSchema } from './check-schema.ts';
import type { Components } from './components.ts';
import type { Interaction, InteractionMode, RedirectTarget, SourceDescription } from './model.ts';
import { optional } from './optional.ts';
import { readTarget } from './read-called-target.ts';
import type { ReadContext } from './read-context.ts';
import { describe, readFields } from './read-fields.ts';
import type { Fields, Item } from './read-fields.ts';
import { readParameters } from './read-parameters.ts';
import { isReusable, readReusable } from './read-reusable.ts';
import { readValue } from './read-value.ts';
import { resolveSchema } from './resolve-schema.ts';
import { INTERACTION_SHAPE } from './shapes.ts';
import { suggest } from './suggest.ts';

const MODES: readonly InteractionMode[] = ['form', 'redirect', 'acknowledge'];
const { section } = INTERACTION_SHAPE;

/** What the reader of an interaction needs to know of the rest of the document. */
interface InteractionScope {
  readonly sources: readonly SourceDescription[];
  readonly components: Pick<Components, 'parameters'>;
}

/**
 * Reads the `interaction` of a step: an Interaction Object, or a Reusable Object that refers to one of
 * `components.interactions`.
 */
export function readStepInteraction(
  context: ReadContext,
  item: Item,
  scope: InteractionScope & { readonly components: Pick<Components, 'parameters' | 'interactions'> },
): Interaction | undefined {
  if (!isReusable(item.value)) return readInteraction(context, item, scope);
  return readReusable(context, item, 'interactions', scope.components.interactions)?.entry;
}

/**
 * Reads an Interaction Object of the draft of 1.2. What its mode asks for is checked by rules.
 *
 * @see https://github.com/OAI/Arazzo-Specification/pull/568
 */
export function readInteraction(
  context: ReadContext,
  { value, pointer }: Item,
  { sources, components }: InteractionScope,
): Interaction | undefined {
  const fields = readFields(context, value, pointer, INTERACTION_SHAPE);
  if (fields === undefined) return undefined;
  const mode = readMode(context, fields, pointer);
  const inputSchema = readSchema(context, fields, pointer);
  const redirect = readRedirect(context, fields, pointer, sources);
  const prompt = readValue(context, fields.string('prompt') ?? '', `${pointer}/prompt`);
  const shown = Object.entries(fields.object('context') ?? {}).map(([name, entry]) => {
    const place = childPointer(`${pointer}/context`, name);
    return { pointer: place, name, value: readValue(context, entry, place) };
  });
  const parameters = readParameters(context, fields.items('parameters'), 'operation', components);
  if (!fields.complete || mode === undefined) return undefined;
  return {
    pointer,
    mode,
    prompt,
    context: shown,
    ...optional('inputSchema', inputSchema),
    ...optional('redirect', redirect),
    parameters,
  };
}

function readMode(context: ReadContext, fields: Fields, pointer: string): InteractionMode | undefined {
  const written = fields.string('mode');
  if (written === undefined) return 'form';
  const mode = MODES.find((name) => name === written);
  if (mode !== undefined) return mode;
  const message = `"mode" of an interaction must be one of ${MODES.map((name) => `"${name}"`).join(', ')}, not "${written}".${suggest(written, MODES)}`;
  context.problem('error', 'arazzo/field-value', `${pointer}/mode`, message, { section });
  return undefined;
}

function readSchema(context: ReadContext, fields: Fields, pointer: string): JsonObject | undefined {
  const schema = fields.value('inputSchema');
  if (schema === undefined) return undefined;
  const place = `${pointer}/inputSchema`;
  checkSchema(context, schema, place);
  const resolved = resolveSchema(context, schema, place);
  if (isJsonObject(resolved)) return resolved;
  return resolved === false ? { not: {} } : {};
}

/** The first of the fields that say where to send the actor; a rule reports where there are more. */
function readRedirect(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  sources: readonly SourceDescription[],
): RedirectTarget | undefined {
  const url = fields.string('url');
  if (url !== undefined) return { kind: 'url', url: readUrl(context, url, `${pointer}/url`) };
  for (const kind of ['operationId', 'operationPath'] as const) {
    const text = fields.string(kind);
    if (text === undefined) continue;
    const target = readTarget(context, kind, text, `${pointer}/${kind}`, sources);
    return target?.kind === 'operationId' || target?.kind === 'operationPath' ? target : undefined;
  }
  return undefined;
}

function readUrl(context: ReadContext, text: string, pointer: string): ReturnType<typeof readValue> {
  const url = readValue(context, text, pointer);
  if (url.kind === 'constant' && !/^https?:\/\//i.test(text)) {
    const message = `"url" of an interaction must be an absolute http or https URL, not ${text === '' ? describe(undefined) : `"${text}"`}.`;
    context.problem('error', 'arazzo/field-value', pointer, message, { section });
  }
  return url;
}
