import { memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import { formEncode } from './media-type.ts';
import type { OperationParameter, PropertyEncoding } from './operation.ts';
import { serializeQueryParameter } from './parameter-style.ts';

/** How the properties of a form are written, by name. */
export type Encodings = Readonly<Record<string, PropertyEncoding>>;

/**
 * An object as `application/x-www-form-urlencoded`. A property whose encoding names a style is written as a query
 * parameter of that style; of the others arrays repeat the name and objects are JSON.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#encoding-the-x-www-form-urlencoded-media-type
 */
export function formBody(payload: JsonObject, encodings: Encodings): string {
  return Object.entries(payload)
    .flatMap(([name, value]) => {
      const styled = styledParameter(name, memberOf(encodings, name));
      if (styled === undefined) return formEncode(onlyMember(name, value));
      return value === null ? [] : serializeQueryParameter(styled, value);
    })
    .filter((text) => text !== '')
    .join('&');
}

/** A property as the query parameter that its encoding makes of it, where it does. */
export function styledParameter(
  name: string,
  encoding: PropertyEncoding | undefined,
): OperationParameter | undefined {
  if (encoding === undefined) return undefined;
  const { style, explode, allowReserved } = encoding;
  if (style === undefined && explode === undefined && allowReserved === undefined) return undefined;
  const written = style ?? 'form';
  return {
    name,
    in: 'query',
    required: false,
    style: written,
    explode: explode ?? written === 'form',
    allowReserved: allowReserved ?? false,
  };
}

function onlyMember(name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([[name, value]]);
}
