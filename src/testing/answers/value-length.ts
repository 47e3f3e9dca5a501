import type { JsonValue } from '../../document/json.ts';

/** A list or a text cut or drawn out to a length; `undefined` of anything else. */
export function ofLength(value: JsonValue, length: number): JsonValue | undefined {
  if (typeof value === 'string')
    return value.length >= length ? value.slice(0, length) : value.padEnd(length, 'x');
  if (!Array.isArray(value)) return undefined;
  const items = (value as readonly JsonValue[]).slice(0, length);
  while (items.length < length) items.push(items.at(-1) ?? items.length + 1);
  return items;
}
