import { isJsonObject, memberOf, setMember, type JsonValue } from '../document/json.ts';
import type { FromPage, SubmittedValue } from './entry.ts';

/** Reads what a page sent; `undefined` where it is nothing that a page sends. */
export function readPageMessage(text: string): FromPage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(message)) return undefined;
  const { type, actor, input, workflowId, values } = message;
  if (type === 'start') return typeof workflowId === 'string' ? { type, workflowId } : undefined;
  if (typeof actor !== 'string') return undefined;
  switch (type) {
    case 'repeat':
    case 'decline':
    case 'cancel':
      return { type, actor };
    case 'revise':
      return typeof input === 'string' ? { type, actor, input } : undefined;
    case 'submit': {
      const submitted = readValues(values);
      return submitted === undefined ? undefined : { type, actor, values: submitted };
    }
    default:
      return undefined;
  }
}

function readValues(values: JsonValue | undefined): Readonly<Record<string, SubmittedValue>> | undefined {
  if (!isJsonObject(values)) return undefined;
  const read: Record<string, SubmittedValue> = {};
  for (const [name, given] of Object.entries(values)) {
    if (!isJsonObject(given)) return undefined;
    const choice = memberOf(given, 'choice');
    const value = memberOf(given, 'value');
    if (typeof choice === 'number') setMember(read, name, { choice });
    else if (value !== undefined) setMember(read, name, { value });
    else return undefined;
  }
  return read;
}
