import type { MessageParameterLocation } from '../asyncapi/channel-operation.ts';
import type { Components } from './components.ts';
import type { Parameter } from './model.ts';
import { optional } from './optional.ts';
import type { ReadContext } from './read-context.ts';
import { readFields, reportNewer } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { isReusable, readReusable } from './read-reusable.ts';
import { readValue } from './read-value.ts';
import { PARAMETER_SHAPE } from './shapes.ts';

/**
 * Where a list of parameters stands: for an `operation` or a `message` each needs `in`; those of a called `workflow`
 * and of an `action` are its inputs; those of a workflow's `steps` are one or the other.
 */
export type ParameterPlace = 'operation' | 'message' | 'workflow' | 'action' | 'steps';

/** `channel` is in the JSON Schema, and not in the text: a variable of a channel's address. */
const LOCATIONS: readonly MessageParameterLocation[] = [
  'path',
  'query',
  'querystring',
  'header',
  'cookie',
  'channel',
];
const { section } = PARAMETER_SHAPE;

/**
 * Reads a list of parameters, Reusable Objects resolved.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#parameter-object
 */
export function readParameters(
  context: ReadContext,
  items: readonly Item[],
  place: ParameterPlace,
  components: Pick<Components, 'parameters'>,
): readonly Parameter[] {
  return items.flatMap((item) => {
    const parameter = isReusable(item.value)
      ? readReusedParameter(context, item, components)
      : readParameter(context, item);
    return parameter === undefined ? [] : placed(context, parameter, place);
  });
}

/** Reads one Parameter Object. */
export function readParameter(context: ReadContext, { value, pointer }: Item): Parameter | undefined {
  const fields = readFields(context, value, pointer, PARAMETER_SHAPE);
  if (fields === undefined) return undefined;
  const location = fields.string('in');
  const known = LOCATIONS.find((name) => name === location);
  if (location !== undefined && known === undefined) {
    const hint = location === 'body' ? ' Write the body as "requestBody".' : '';
    const message = `"in" of a parameter must be one of ${LOCATIONS.map((name) => `"${name}"`).join(', ')}, not "${location}".${hint}`;
    context.problem('error', 'arazzo/field-value', `${pointer}/in`, message, { section });
  }
  if ((location === 'querystring' || location === 'channel') && context.version === '1.0') {
    reportNewer(context, location, `${pointer}/in`, section);
  }
  const template = fields.has('value')
    ? readValue(context, fields.value('value') ?? null, `${pointer}/value`)
    : undefined;
  if (!fields.complete || template === undefined || (location !== undefined && known === undefined))
    return undefined;
  return { pointer, name: fields.string('name') ?? '', ...optional('in', known), value: template };
}

function readReusedParameter(
  context: ReadContext,
  item: Item,
  components: Pick<Components, 'parameters'>,
): Parameter | undefined {
  const found = readReusable(context, item, 'parameters', components.parameters);
  if (found === undefined) return undefined;
  const { value } = found;
  const replaced =
    value === undefined ? found.entry.value : readValue(context, value, `${item.pointer}/value`);
  return { ...found.entry, pointer: item.pointer, value: replaced };
}

function placed(context: ReadContext, parameter: Parameter, place: ParameterPlace): readonly Parameter[] {
  const { name, pointer } = parameter;
  const isRequest = place === 'operation' || place === 'message';
  if (isRequest && parameter.in === undefined) {
    context.problem('error', 'arazzo/required-field', pointer, missingLocation(name), { section });
    return [];
  }
  if (place === 'operation' && parameter.in === 'channel') {
    const message = `The parameter "${name}" belongs to a channel, and the step calls an operation of OpenAPI.`;
    context.problem('error', 'arazzo/async-field', `${pointer}/in`, message, { section });
    return [];
  }
  if (parameter.in === undefined || isRequest || place === 'steps') return [parameter];
  const message = `The parameter "${name}" is an input of the called workflow, so "in" ${place === 'action' ? 'must not be given' : 'is ignored'}.`;
  const severity = place === 'action' ? 'error' : 'warning';
  context.problem(severity, 'arazzo/irrelevant-field', `${pointer}/in`, message, { section });
  return [{ pointer, name, value: parameter.value }];
}

/** The sentence for a parameter of an operation that does not say where it goes. */
export function missingLocation(name: string): string {
  return `The parameter "${name}" of an operation must say where it goes with "in".`;
}
