import type { SourceRange } from './diagnostic.ts';
import type { JsonValue } from './json.ts';
import { MAX_DEPTH } from './source-tree.ts';
import type { SourceTree } from './source-tree.ts';

const SPACE = /[ \t\r\n]*/y;
const BARE = /[^\s,\]}]*/y;
/** In a number: that a double may not hold it. */
const LARGE_NUMBER = /[eE]|\d{16}/;

/**
 * Reads a text that is JSON to the letter, many times faster than as YAML.
 *
 * @returns `undefined` for everything that needs a second look: no JSON, a member twice, deep nesting, numbers
 * that a double may not hold. Reading it as YAML then gives the same data, or located diagnostics.
 */
export function readJsonText(text: string): SourceTree | undefined {
  if (!/^\uFEFF?\s*[{[]/.test(text)) return undefined;
  let value: JsonValue;
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isPlain(text)) return undefined;
  return { value, rangeOf: (tokens, part) => findRange(text, tokens, part) };
}

/** Whether valid JSON has no member twice, no number in doubt, and is not nested too deeply. */
function isPlain(text: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        if (keyNext) {
          const keys = open.at(-1);
          const key = stringAt(text, at, end);
          if (keys === undefined || keys.has(key)) return false;
          keys.add(key);
          keyNext = false;
        }
        at = end - 1;
        break;
      }
      case 0x7b:
        open.push(new Set());
        keyNext = true;
        break;
      case 0x5b:
        open.push(undefined);
        keyNext = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        keyNext = false;
        break;
      case 0x2c:
        keyNext = open.at(-1) !== undefined;
        break;
      case 0x2d:
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39: {
        const end = matchEnd(BARE, text, at);
        if (end - at > 3 && LARGE_NUMBER.test(text.slice(at, end))) return false;
        at = end - 1;
        break;
      }
      default:
    }
    if (open.length > MAX_DEPTH) return false;
  }
  return true;
}

function findRange(text: string, tokens: readonly string[], part: 'key' | 'value'): SourceRange {
  let at = skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0);
  let key: SourceRange | undefined;
  for (const token of tokens) {
    const child = text[at] === '{' ? findMember(text, at, token) : findItem(text, at, token);
    if (child === undefined) return { start: at, end: valueEnd(text, at) };
    at = child.value;
    key = child.key;
  }
  return part === 'key' && key !== undefined ? key : { start: at, end: valueEnd(text, at) };
}

interface Child {
  readonly value: number;
  readonly key?: SourceRange;
}

function findMember(text: string, start: number, token: string): Child | undefined {
  let at = skipSpace(text, start + 1);
  while (text[at] === '"') {
    const end = stringEnd(text, at);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (stringAt(text, at, end) === token) return { value, key: { start: at, end } };
    at = skipSpace(text, skipSpace(text, valueEnd(text, value)) + 1);
  }
  return undefined;
}

function findItem(text: string, start: number, token: string): Child | undefined {
  if (text[start] !== '[' || !/^(?:0|[1-9]\d*)$/.test(token)) return undefined;
  let at = skipSpace(text, start + 1);
  for (let index = Number(token); text[at] !== ']'; index -= 1) {
    if (index === 0) return { value: at };
    const end = skipSpace(text, valueEnd(text, at));
    if (text[end] !== ',') return undefined;
    at = skipSpace(text, end + 1);
  }
  return undefined;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') return matchEnd(BARE, text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = stringEnd(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at + 1;
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner;
}

function skipSpace(text: string, at: number): number {
  return matchEnd(SPACE, text, at);
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.exec(text);
  return Math.max(at, pattern.lastIndex);
}
