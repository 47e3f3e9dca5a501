import type { JsonValue } from '../document/json.ts';
import type { ResponseRecord } from '../expressions/scope.ts';

const lazy = new WeakSet<object>();

/**
 * A response whose body is decoded when somebody first looks at it: most steps look at the status only, and decoding
 * a large body takes longer than all the rest.
 *
 * @param decode - gives JSON data that is nested to a bounded depth; called once at most, never throws
 */
export function lazyResponse(
  statusCode: number,
  headers: ResponseRecord['headers'],
  decode: () => JsonValue | undefined,
): ResponseRecord {
  let decoded: { readonly body: JsonValue | undefined } | undefined;
  const response = {
    statusCode,
    headers,
    get body() {
      decoded ??= { body: decode() };
      return decoded.body;
    },
  };
  lazy.add(response);
  // Only its type differs: the member is there, and may be `undefined`.
  return response as ResponseRecord;
}

/** Whether a response was made by {@link lazyResponse}: its parts need no check, and a check would decode its body. */
export function isLazyResponse(response: object): response is ResponseRecord {
  return lazy.has(response);
}
