import { memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import { formEncode, isJsonMediaType } from './media-type.ts';
import type { OperationParameter, PropertyEncoding } from './operation.ts';
import { serializeQueryParameter } from './parameter-style.ts';

/** How the properties of a form are written, by name. */
export type Encodings = Readonly<Record<string, PropertyEncoding>>;

/**
 * An object as `application/x-www-form-urlencoded`. A property whose encoding names a style is written as a query
 * parameter of that style, one whose encoding is a JSON media type as JSON; of the others arrays repeat the name and
 * objects are JSON.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#encoding-the-x-www-form-urlencoded-media-type
 */
export function formBody(payload: JsonObject, encodings: Encodings): string {
  return Object.entries(payload)
    .flatMap(([name, value]) => {
      const encoding = memberOf(encodings, name);
      const styled = styledParameter(name, encoding);
      if (styled === undefined) {
        const isJson = Array.isArray(value) && isJsonMediaType(encoding?.contentType ?? '');
        return formEncode(onlyMember(name, isJson ? JSON.stringify(value) : value));
      }
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
