import { childOf } from '../document/json-pointer.ts';
import type { JsonValue } from '../document/json.ts';
import type { ChannelMessage, ChannelOperation } from './channel-operation.ts';

/** The parts of a message that may hold its correlation id. */
export interface CorrelatedParts {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: JsonValue;
}

/**
 * Whether a message is one that a step waits for: it has the correlation id in a place that the description declares.
 * Without a wanted id every message is. Where the description declares no place, it is the transport's to tell, and every
 * message that it gives is taken.
 *
 * @param wanted - the step's `correlationId`, evaluated; an object or a list equals by its JSON
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function messageCorrelates(
  { messages }: Pick<ChannelOperation, 'messages'>,
  wanted: JsonValue | undefined,
  message: CorrelatedParts,
): boolean {
  if (wanted === undefined) return true;
  const places = messages.flatMap(({ correlation }) => correlation ?? []);
  return places.length === 0 || places.some((place) => isSame(idAt(place, message), wanted));
}

function idAt(
  { in: part, path }: NonNullable<ChannelMessage['correlation']>,
  { headers, payload }: CorrelatedParts,
): JsonValue | undefined {
  if (part === 'payload') return path.reduce<JsonValue | undefined>(childOf, payload);
  const [name = ''] = path;
  return Object.entries(headers).find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];
}

/** A header is always a text, and the number that it stands for is the same id. */
function isSame(found: JsonValue | undefined, wanted: JsonValue): boolean {
  if (found === undefined || found === null) return false;
  return typeof found === 'object' || typeof wanted === 'object'
    ? JSON.stringify(found) === JSON.stringify(wanted)
    : String(found) === String(wanted);
}
