import type { JsonObject } from '../document/json.ts';
import { encodeStrictly } from './percent-encoding.ts';

/** A media type in lower case and without its parameters: `application/json`. */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}

/** Whether content of this type is JSON: `application/json`, `text/json` and `…+json`. */
export function isJsonMediaType(contentType: string): boolean {
  return /^(?:application|text)\/json$|\+json$/.test(mediaTypeOf(contentType));
}

const TEXTUAL =
  /^text\/|\+xml$|\+yaml$|^application\/(?:xml|yaml|x-yaml|javascript|x-www-form-urlencoded|x-ndjson|jsonl|x-jsonlines|json-seq|graphql)$/;

/** Whether content of this type is text that a string can hold; JSON is not meant here. */
export function isTextMediaType(contentType: string): boolean {
  return TEXTUAL.test(mediaTypeOf(contentType));
}

/**
 * An object as `application/x-www-form-urlencoded`: arrays repeat the name, objects are written as JSON, `null`
 * is left out, a space is `+`.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#encoding-the-x-www-form-urlencoded-media-type
 */
export function formEncode(object: JsonObject): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === null) continue;
      pairs.push(`${formText(name)}=${formText(typeof item === 'string' ? item : JSON.stringify(item))}`);
    }
  }
  return pairs.join('&');
}

function formText(text: string): string {
  return encodeStrictly(text).replaceAll('%20', '+');
}
