import { setMember, type JsonValue } from '../document/json.ts';

/** Deeper values, longer texts and larger wholes are cut: an application's context may be anything. */
const MAX_DEPTH = 64;
const MAX_TEXT_LENGTH = 64 * 1024;
const MAX_VALUES = 20_000;

/** What stands where a value was cut. */
const CUT = '…';

/**
 * A plain JSON copy of any value of a program, made without running more of the program's code than getters, whose
 * exceptions are caught. Functions and absent members are left out, cycles and what is too large are cut, an actor is
 * named, and an error is its name and message.
 *
 * @param maxValues - how many values it may have, default 20,000
 */
export function toPlainJson(value: unknown, maxValues: number = MAX_VALUES): JsonValue {
  const budget = { left: maxValues };
  return copy(value, 0, new Set(), budget) ?? null;
}

interface Budget {
  left: number;
}

function copy(value: unknown, depth: number, above: Set<object>, budget: Budget): JsonValue | undefined {
  budget.left -= 1;
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT_LENGTH ? value.slice(0, MAX_TEXT_LENGTH) + CUT : value;
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return null;
  if (depth >= MAX_DEPTH || budget.left < 0 || above.has(value)) return CUT;
  above.add(value);
  try {
    return copyObject(value, depth, above, budget);
  } catch {
    // A getter or a proxy of the program failed.
    return CUT;
  } finally {
    above.delete(value);
  }
}

function copyObject(value: object, depth: number, above: Set<object>, budget: Budget): JsonValue {
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (isActor(value)) return { actor: value.id };
  const inner = (item: unknown): JsonValue | undefined => copy(item, depth + 1, above, budget);
  if (Array.isArray(value) || value instanceof Set) {
    const items: JsonValue[] = [];
    for (const item of value) {
      if (budget.left < 0) break;
      items.push(inner(item) ?? null);
    }
    return items;
  }
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const members: Record<string, JsonValue> = {};
  const entries = value instanceof Map ? value.entries() : Object.entries(value).values();
  for (const [name, member] of entries) {
    if (budget.left < 0) break;
    const plain = inner(member);
    if (plain !== undefined) setMember(members, String(name), plain);
  }
  return members;
}

function isActor(value: object): value is { readonly id: string } {
  return (
    'getSnapshot' in value && typeof value.getSnapshot === 'function' && 'id' in value && 'sessionId' in value
  );
}
