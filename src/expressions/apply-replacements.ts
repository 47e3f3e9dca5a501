import { childOf, parsePointer } from '../document/json-pointer.ts';
import { isJsonObject, setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { isJsonType, isXmlType } from './content-type.ts';
import { textOf } from './evaluate.ts';
import type { SelectorType } from './expression-type.ts';
import { compileQuery } from './json-path.ts';
import { singularPath } from './singular-path.ts';
import { compileXPath } from './xpath-engine.ts';

/** A Payload Replacement Object whose value was evaluated. */
export interface EvaluatedReplacement {
  /** A JSON Pointer, a query of RFC 9535 or an XPath expression, as `type` says. */
  readonly target: string;
  /** Absent: XPath where the content type is XML, else a JSON Pointer. */
  readonly type?: SelectorType;
  /** `undefined` is absent: the replacement is not made. */
  readonly value: JsonValue | undefined;
}

/** A payload after its replacements, or one sentence on which one cannot be made. It holds no value of the payload. */
export type Replaced = { readonly value: JsonValue | undefined } | { readonly problem: string };

/**
 * Makes replacements in a payload, one after the other; what is given is not changed.
 * - A JSON Pointer sets a member or an item; one that is missing is made, its parents are not; `-` appends to an array.
 * - JSONPath sets everything it selects; where it selects nothing and names one place, it is read as a JSON Pointer.
 * - XPath sets the content of the elements, attributes and texts it selects, in a payload that is a text of XML; the
 *   result is a text again.
 *
 * A text where JSON is sent is parsed first, and JSON of no payload starts from `{}`. A target that leads nowhere is a
 * problem. Never throws.
 *
 * @param contentType Of the body; absent where it is not known, which is taken for JSON unless the payload is a text.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#payload-replacement-object
 */
export function applyReplacements(
  payload: JsonValue | undefined,
  contentType: string | undefined,
  replacements: readonly EvaluatedReplacement[],
): Replaced {
  try {
    return replaceAll(payload, contentType, replacements);
  } catch {
    return { problem: 'The payload becomes too large or too deep to be copied.' };
  }
}

function replaceAll(
  payload: JsonValue | undefined,
  contentType: string | undefined,
  replacements: readonly EvaluatedReplacement[],
): Replaced {
  let value = payload;
  for (const replacement of replacements) {
    if (replacement.value === undefined) continue;
    const xml = contentType === undefined ? isMarkup(value) : isXmlType(contentType);
    const type = replacement.type ?? (xml ? 'xpath' : 'jsonpointer');
    const replaced =
      type === 'xpath'
        ? replaceInXml(value, replacement.target, replacement.value)
        : replaceInJson(value, contentType, type, replacement.target, replacement.value);
    if ('problem' in replaced) {
      return {
        problem: `The replacement of "${shorten(replacement.target)}" cannot be made: ${replaced.problem}`,
      };
    }
    value = replaced.value;
  }
  return { value };
}

function isMarkup(payload: JsonValue | undefined): boolean {
  return typeof payload === 'string' && payload.trimStart().startsWith('<');
}

function replaceInXml(payload: JsonValue | undefined, target: string, value: JsonValue): Replaced {
  if (typeof payload !== 'string')
    return { problem: 'XPath leads into a payload that is a text of XML only.' };
  const compiled = compileXPath(target);
  return 'problem' in compiled ? compiled : compiled.value.replace(payload, textOf(value));
}

function replaceInJson(
  payload: JsonValue | undefined,
  contentType: string | undefined,
  type: 'jsonpointer' | 'jsonpath',
  target: string,
  value: JsonValue,
): Replaced {
  const start = structured(payload, contentType);
  if ('problem' in start) return start;
  const paths = type === 'jsonpointer' ? pointerPaths(target) : queryPaths(target, start.value);
  if ('problem' in paths) return paths;
  const copy: Holder = { root: JSON.parse(JSON.stringify(start.value)) as JsonValue };
  for (const path of paths.value) {
    const problem = setAt(copy, path, value);
    if (problem !== undefined) return { problem };
  }
  return { value: copy.root };
}

/** A payload that may be written to. */
interface Holder {
  root: JsonValue;
}

type Present = { readonly value: JsonValue } | { readonly problem: string };

function structured(payload: JsonValue | undefined, contentType: string | undefined): Present {
  const isJson = contentType === undefined || isJsonType(contentType);
  if (payload === undefined) {
    return isJson || /^(?:application\/x-www-form-urlencoded|multipart\/)/i.test(contentType)
      ? { value: {} }
      : { problem: 'there is no payload.' };
  }
  if (typeof payload !== 'string') return { value: payload };
  if (!isJson) return { problem: 'the payload is a text.' };
  try {
    return { value: JSON.parse(payload) as JsonValue };
  } catch {
    return { problem: 'the payload is a text that is not JSON.' };
  }
}

type Paths = { readonly value: readonly (readonly string[])[] } | { readonly problem: string };

function pointerPaths(target: string): Paths {
  const tokens = parsePointer(target);
  return tokens === undefined ? { problem: 'it is not a JSON Pointer.' } : { value: [tokens] };
}

function queryPaths(target: string, payload: JsonValue): Paths {
  const compiled = compileQuery(target);
  if ('problem' in compiled) return compiled;
  const nodes = compiled.value.select(payload);
  if (nodes === undefined) return { problem: 'the query selects too much.' };
  if (nodes.length > 0) {
    // What lies deeper is set first: it is gone once its parent is replaced.
    const paths = nodes.map(({ path }) => path.map(String));
    return { value: paths.toSorted((one, other) => other.length - one.length) };
  }
  const path = singularPath(target);
  return path === undefined ? { problem: 'the query selects nothing.' } : { value: [path] };
}

function setAt(holder: Holder, path: readonly string[], value: JsonValue): string | undefined {
  const leaf = path.at(-1);
  if (leaf === undefined) {
    holder.root = value;
    return undefined;
  }
  let container = holder.root;
  for (const token of path.slice(0, -1)) {
    const child = childOf(container, token);
    if (child === undefined) return `there is no "${shorten(token)}" to reach into.`;
    container = child;
  }
  if (Array.isArray(container)) return setItem(container as JsonValue[], leaf, value);
  if (!isJsonObject(container)) return `what should hold "${shorten(leaf)}" has no members.`;
  setMember(container as Record<string, JsonValue>, leaf, value);
  return undefined;
}

function setItem(items: JsonValue[], token: string, value: JsonValue): string | undefined {
  const index = token === '-' ? items.length : /^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
  if (index < 0 || index > items.length) return `the array has no item "${shorten(token)}".`;
  items[index] = value;
  return undefined;
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
