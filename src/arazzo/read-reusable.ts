import { didYouMean } from '../document/did-you-mean.ts';
import { hasMember, isJsonObject } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { Components } from './components.ts';
import type { ReadContext } from './read-context.ts';
import { readFields } from './read-fields.ts';
import type { Item } from './read-fields.ts';
import { REUSABLE_SHAPE } from './shapes.ts';

const { section } = REUSABLE_SHAPE;

/** Whether an item of a list is a Reusable Object and not the object itself. */
export function isReusable(value: JsonValue): boolean {
  return isJsonObject(value) && hasMember(value, 'reference');
}

/**
 * Reads a Reusable Object: the entry of `components` that it refers to, and the value that it sets.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#reusable-object
 */
export function readReusable<Entry>(
  context: ReadContext,
  item: Item,
  type: keyof Components,
  entries: ReadonlyMap<string, Entry | undefined>,
): { readonly entry: Entry; readonly value?: JsonValue } | undefined {
  const { pointer } = item;
  const fields = readFields(context, item.value, pointer, REUSABLE_SHAPE);
  const reference = fields?.string('reference');
  if (fields === undefined || reference === undefined) return undefined;
  const place = `${pointer}/reference`;
  const prefix = `$components.${type}.`;
  const key = reference.slice(prefix.length);
  if (!reference.startsWith(prefix) || key === '') {
    const message = `"${reference}" must refer to an entry of this document's components: "${prefix}<key>".`;
    context.problem('error', 'arazzo/reusable-reference', place, message, { section });
    return undefined;
  }
  if (!entries.has(key)) {
    const suggestion = didYouMean(key, entries.keys());
    const hint = suggestion === undefined ? '' : ` Did you mean "${prefix}${suggestion}"?`;
    context.problem('error', 'arazzo/reusable-reference', place, `There is no "${reference}".${hint}`, {
      section,
    });
    return undefined;
  }
  if (fields.has('value') && type !== 'parameters') {
    const message = '"value" is for parameters only; it is ignored.';
    context.problem('warning', 'arazzo/irrelevant-field', `${pointer}/value`, message, { section });
  }
  const entry = entries.get(key);
  const value = fields.value('value');
  return entry === undefined ? undefined : { entry, ...(value === undefined ? {} : { value }) };
}
