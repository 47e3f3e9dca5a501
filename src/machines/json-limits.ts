import { isJsonObject } from '../document/json.ts';

/** Deeper than what any API's response is read to; far from where writing it as JSON overflows the stack. */
const MAX_DEPTH = 1000;

/** Whether a value that comes from outside is JSON data of a depth that can be handled; a cycle has no end. */
export function isPlainJson(value: unknown): boolean {
  try {
    return depthOf(value, 0, new Map()) !== undefined;
  } catch {
    // Looking at it runs code of its own, which failed.
    return false;
  }
}

/** How deep a value is; `undefined`: too deep, or no JSON. What is shared is looked at once. */
function depthOf(value: unknown, above: number, known: Map<object, number>): number | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return 0;
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : undefined;
  if (typeof value !== 'object' || above >= MAX_DEPTH) return undefined;
  const seen = known.get(value);
  if (seen !== undefined) return above + seen > MAX_DEPTH ? undefined : seen;
  let deepest = 0;
  for (const member of Object.values(value) as readonly unknown[]) {
    // An `undefined` member is absent, as JSON has it.
    if (member === undefined && !Array.isArray(value)) continue;
    const depth = depthOf(member, above + 1, known);
    if (depth === undefined) return undefined;
    deepest = Math.max(deepest, depth);
  }
  known.set(value, deepest + 1);
  return deepest + 1;
}

/** Whether a value's JSON takes at most so many bytes of UTF-8; a large value is not looked at to its end. */
export function isJsonWithin(value: unknown, limitBytes: number): boolean {
  let left = limitBytes;
  const pending: unknown[] = [value];
  while (pending.length > 0 && left >= 0) {
    const next = pending.pop();
    if (typeof next === 'string') left -= bytesOfText(next, left);
    else if (Array.isArray(next)) {
      left -= 2 + Math.max(0, next.length - 1);
      if (left < 0) break;
      for (const item of next as readonly unknown[]) pending.push(item);
    } else if (isJsonObject(next)) {
      const members = Object.entries(next).filter(([, member]) => member !== undefined);
      left -= 2 + Math.max(0, members.length - 1);
      for (const [name, member] of members) {
        left -= bytesOfText(name, left) + 1;
        pending.push(member);
      }
    } else left -= JSON.stringify(next)?.length ?? 4;
  }
  return left >= 0;
}

/** Text that JSON writes as it is, one byte a character: nearly all there is, and much cheaper to count. */
const PLAIN_ASCII = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function bytesOfText(text: string, limit: number): number {
  if (text.length + 2 > limit) return limit + 1;
  return PLAIN_ASCII.test(text) ? text.length + 2 : new TextEncoder().encode(JSON.stringify(text)).length;
}
