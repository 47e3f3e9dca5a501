import { childPointer } from '../document/json-pointer.ts';
import type { JsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { checkSchema } from './check-schema.ts';
import type { Components } from './components.ts';
import type { SourceDescription } from './model.ts';
import { readFailureAction, readSuccessAction } from './read-actions.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import type { Fields, Item } from './read-fields.ts';
import { readInteraction } from './read-interaction.ts';
import { readParameter } from './read-parameters.ts';
import { resolveSchema } from './resolve-schema.ts';
import { COMPONENTS_SHAPE } from './shapes.ts';
import { MAP_KEY } from './specification.ts';
import { suggest } from './suggest.ts';

/** The components of a document: those that are used by reference, and the schemas of inputs. */
export interface ReadComponents {
  readonly components: Components;
  readonly inputs: JsonObject;
}

const { section } = COMPONENTS_SHAPE;

/**
 * Reads the Components Object: every entry once, whether it is used or not.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#components-object
 */
export function readComponents(
  context: ReadContext,
  value: JsonObject | undefined,
  sources: readonly SourceDescription[],
): ReadComponents {
  const pointer = '/components';
  const fields = value === undefined ? undefined : readFields(context, value, pointer, COMPONENTS_SHAPE);
  const entries = (name: string): readonly (readonly [string, Item])[] => readMap(context, fields, name);
  const parameters = new Map(
    entries('parameters').map(([key, item]) => [key, readParameter(context, item)] as const),
  );
  context.components.parameters = parameters;
  const scope = { sources, components: { parameters } };
  const successActions = new Map(
    entries('successActions').map(([key, item]) => [key, readSuccessAction(context, item, scope)] as const),
  );
  const failureActions = new Map(
    entries('failureActions').map(([key, item]) => [key, readFailureAction(context, item, scope)] as const),
  );
  const interactions = new Map(
    entries('interactions').map(([key, item]) => [key, readInteraction(context, item, scope)] as const),
  );
  for (const [, item] of entries('inputs')) {
    checkSchema(context, item.value, item.pointer);
    resolveSchema(context, item.value, item.pointer);
  }
  return {
    components: { parameters, successActions, failureActions, interactions },
    inputs: fields?.object('inputs') ?? {},
  };
}

function readMap(
  context: ReadContext,
  fields: Fields | undefined,
  name: string,
): readonly (readonly [string, Item])[] {
  const map: Readonly<Record<string, JsonValue>> = fields?.object(name) ?? {};
  return Object.entries(map).map(([key, value]) => {
    const pointer = childPointer(`/components/${name}`, key);
    if (!MAP_KEY.test(key)) {
      const hint = suggest(key, [key.replaceAll(/[^A-Za-z0-9._-]+/g, '_')]);
      const message = `The key "${key}" may hold letters, digits, ".", "-" and "_" only.${hint}`;
      context.problem('error', 'arazzo/component-key', pointer, message, { part: 'key', section });
    }
    return [key, { value, pointer }] as const;
  });
}
