import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { formEncode, isJsonMediaType, mediaTypeOf } from './media-type.ts';
import type { OperationParameter, ParameterLocation } from './operation.ts';
import { encodeAllowingReserved, encodeCookie, encodeStrictly } from './percent-encoding.ts';

/** Encodes one name or one value. */
type Encode = (text: string) => string;

const verbatim: Encode = (text) => text;

/** How a parameter is written when the operation does not declare it: its location's default style. */
export function undeclaredParameter(name: string, location: ParameterLocation): OperationParameter {
  const style = defaultStyle(location);
  return { name, in: location, required: false, style, explode: style === 'form', allowReserved: false };
}

/** The style of a parameter that names none. */
export function defaultStyle(location: ParameterLocation): 'form' | 'simple' {
  return location === 'query' || location === 'cookie' || location === 'querystring' ? 'form' : 'simple';
}

/**
 * What a path parameter puts in the place of its `{variable}`: percent-encoded, with the prefix of its style
 * (`matrix`, `label`). Empty when there is nothing to write.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export function serializePathParameter(parameter: OperationParameter, value: JsonValue): string {
  const encode: Encode = parameter.allowReserved
    ? (text) => encodeAllowingReserved(text, 'path')
    : encodeStrictly;
  if (parameter.contentType !== undefined) return encode(contentText(parameter.contentType, value));
  const { name, explode } = parameter;
  switch (parameter.style) {
    case 'matrix':
      if (explode) {
        return pairs(name, value, encode)
          .map(([key, item]) => (item === '' ? `;${key}` : `;${key}=${item}`))
          .join('');
      }
      return prefixed(`;${encode(name)}`, '=', flat(value, ',', encode), isEmpty(value));
    case 'label':
      if (explode) return `.${isJsonObject(value) ? members(value, encode, '.') : flat(value, '.', encode)}`;
      return `.${flat(value, ',', encode)}`;
    default:
      return explode && isJsonObject(value)
        ? members(value, encode, ',')
        : flat(value, DELIMITERS[parameter.style] ?? ',', encode);
  }
}

/**
 * The `name=value` pairs of a query parameter, percent-encoded; none for an empty array or object.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#style-values
 */
export function serializeQueryParameter(parameter: OperationParameter, value: JsonValue): readonly string[] {
  const encode: Encode = parameter.allowReserved
    ? (text) => encodeAllowingReserved(text, 'query')
    : encodeStrictly;
  const name = encodeStrictly(parameter.name);
  if (parameter.contentType !== undefined)
    return [`${name}=${encode(contentText(parameter.contentType, value))}`];
  if (isEmpty(value)) return [];
  if (parameter.style === 'deepObject' && isJsonObject(value))
    return deepPairs(parameter.name, value, encode);
  const delimiter = DELIMITERS[parameter.style] ?? ',';
  if (parameter.explode || typeof value !== 'object') {
    return pairs(parameter.name, value, encode).map(([key, item]) => `${key}=${item}`);
  }
  return [`${name}=${flat(value, delimiter, encode)}`];
}

const DELIMITERS: Readonly<Record<string, string>> = {
  spaceDelimited: '%20',
  tabDelimited: '%09',
  pipeDelimited: '%7C',
};

/**
 * The value of a header parameter; none for an empty array or object. Nothing is percent-encoded: a header holds what
 * it is given.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#appendix-d-serializing-headers-and-cookies
 */
export function serializeHeaderParameter(
  parameter: OperationParameter,
  value: JsonValue,
): string | undefined {
  if (parameter.contentType !== undefined) return contentText(parameter.contentType, value);
  if (isEmpty(value)) return undefined;
  return parameter.explode && isJsonObject(value)
    ? members(value, verbatim, ',')
    : flat(value, decodeURIComponent(DELIMITERS[parameter.style] ?? ','), verbatim);
}

/** The `name=value` pairs of a cookie parameter; only characters that a cookie cannot hold are percent-encoded. */
export function serializeCookieParameter(parameter: OperationParameter, value: JsonValue): readonly string[] {
  const name = encodeStrictly(parameter.name);
  if (parameter.contentType !== undefined)
    return [`${name}=${encodeCookie(contentText(parameter.contentType, value))}`];
  if (isEmpty(value)) return [];
  if (parameter.explode) {
    return pairs(parameter.name, value, encodeCookie).map(([key, item]) => `${key}=${item}`);
  }
  return [`${name}=${flat(value, ',', encodeCookie)}`];
}

/** A value as text: strings as they are, other scalars as JSON writes them, arrays and objects as JSON. */
export function scalarText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as its media type writes it; a string that already is such a text stays as it is. */
function contentText(contentType: string, value: JsonValue): string {
  if (mediaTypeOf(contentType) === 'application/x-www-form-urlencoded' && isJsonObject(value))
    return formEncode(value);
  if (!isJsonMediaType(contentType) || typeof value !== 'string') return scalarText(value);
  return /^\s*[[{]/.test(value) && isJsonText(value) ? value : JSON.stringify(value);
}

/** Whether a text is JSON. */
export function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Items without `null`, which stands for an absent one. */
function present(items: readonly JsonValue[]): JsonValue[] {
  return items.filter((item) => item !== null);
}

function presentMembers(object: JsonObject): [string, JsonValue][] {
  return Object.entries(object).filter(([, value]) => value !== null);
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return present(value).length === 0;
  return isJsonObject(value) && presentMembers(value).length === 0;
}

/** Not exploded: the items, or names and values in turn. */
function flat(value: JsonValue, delimiter: string, encode: Encode): string {
  const items = Array.isArray(value)
    ? present(value)
    : isJsonObject(value)
      ? presentMembers(value).flat()
      : [value];
  return items.map((item) => encode(scalarText(item))).join(delimiter);
}

/** Exploded object: `R=100,G=200`. */
function members(value: JsonObject, encode: Encode, delimiter: string): string {
  return presentMembers(value)
    .map(([key, item]) => `${encode(key)}=${encode(scalarText(item))}`)
    .join(delimiter);
}

/** Exploded: one pair for each item or member. */
function pairs(name: string, value: JsonValue, encode: Encode): (readonly [string, string])[] {
  if (isJsonObject(value)) {
    return presentMembers(value).map(
      ([key, item]) => [encodeStrictly(key), encode(scalarText(item))] as const,
    );
  }
  const items = Array.isArray(value) ? present(value) : [value as JsonValue];
  return items.map((item) => [encodeStrictly(name), encode(scalarText(item))] as const);
}

function prefixed(prefix: string, separator: string, text: string, empty: boolean): string {
  if (empty) return '';
  return text === '' ? prefix : `${prefix}${separator}${text}`;
}

/** `color[R]=100`; nested objects nest their brackets, arrays repeat the name. */
function deepPairs(name: string, value: JsonObject, encode: Encode): string[] {
  return presentMembers(value).flatMap(([key, item]) => {
    const inner = `${name}[${key}]`;
    if (isJsonObject(item)) return deepPairs(inner, item, encode);
    return pairs(inner, item, encode).map(([pairName, text]) => `${pairName}=${text}`);
  });
}
