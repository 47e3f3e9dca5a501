import { isJsonObject, memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer, parsePointer, resolvePointer } from '../document/json-pointer.ts';
import type { ReadContext } from './read-context.ts';
import { SCHEMA_KEYWORDS, SCHEMA_LIST_KEYWORDS, SCHEMA_MAP_KEYWORDS } from './schema-keywords.ts';

/** The schemas of a document may grow to this many nodes by their references; beyond that it is refused. */
const MAX_NODES = 100_000;

/** Keywords that may stand beside a `$ref` without changing what it allows. */
const ANNOTATIONS = new Set([
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
  'x-xstate',
]);

interface Resolution {
  readonly context: ReadContext;
  /** The schema that is being resolved, for pointers into itself and for its anchors. */
  readonly whole: JsonValue;
  /** The schemas that are being looked into, outermost first. */
  readonly open: Set<JsonValue>;
}

/**
 * A schema with every `$ref` replaced by what it refers to: a JSON Pointer into the document or into the schema
 * itself, or the name of an `$anchor`. What cannot be found is reported and allows everything; so does the inner
 * end of a schema that contains itself.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#components-object
 */
export function resolveSchema(context: ReadContext, schema: JsonValue, pointer: string): JsonValue {
  return resolve({ context, whole: schema, open: new Set() }, schema, pointer, new Set());
}

function resolve(
  state: Resolution,
  schema: JsonValue,
  pointer: string,
  chain: ReadonlySet<string>,
): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const { schemaNodes } = state.context;
  schemaNodes.count += 1;
  if (schemaNodes.count > MAX_NODES) {
    if (schemaNodes.count === MAX_NODES + 1) {
      report(
        state,
        pointer,
        `The schemas grow beyond ${MAX_NODES} nodes when their references are followed.`,
      );
    }
    return {};
  }
  const reference = memberOf(schema, '$ref');
  if (typeof reference !== 'string') return resolveMembers(state, schema, pointer);
  const siblings = Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$ref'));
  const target = resolveReference(state, reference, pointer, chain);
  const names = Object.keys(siblings);
  if (names.length === 0) return target;
  const rest = resolveMembers(state, siblings, pointer);
  const isAnnotated = isJsonObject(target) && names.every((name) => ANNOTATIONS.has(name));
  if (isAnnotated) return { ...target, ...rest };
  const inherited = memberOf(rest, 'allOf');
  return {
    ...rest,
    allOf: [target, ...(Array.isArray(inherited) ? (inherited as readonly JsonValue[]) : [])],
  };
}

function resolveReference(
  state: Resolution,
  reference: string,
  pointer: string,
  chain: ReadonlySet<string>,
): JsonValue {
  const place = `${pointer}/$ref`;
  if (!reference.startsWith('#')) {
    report(
      state,
      place,
      `"${reference}" is not in this document; only references that begin with "#" are followed.`,
    );
    return {};
  }
  const target = findTarget(state, reference);
  if (target === undefined) {
    report(
      state,
      place,
      `"${reference}" refers to nothing; component schemas are "#/components/inputs/<key>".`,
    );
    return {};
  }
  if (chain.has(reference)) {
    report(state, place, `"${reference}" refers to itself.`);
    return {};
  }
  if (state.open.has(target.value)) {
    const message = `"${reference}" contains itself; values are checked one level deep only.`;
    state.context.problem('warning', 'arazzo/schema-reference', place, message, {
      section: 'components-object',
    });
    return {};
  }
  state.open.add(target.value);
  const resolved = resolve(state, target.value, target.pointer ?? pointer, new Set([...chain, reference]));
  state.open.delete(target.value);
  return resolved;
}

function findTarget(
  state: Resolution,
  reference: string,
): { readonly value: JsonValue; readonly pointer?: string } | undefined {
  const fragment = decode(reference.slice(1));
  const { root } = state.context;
  if (fragment === '') return { value: state.whole };
  if (!fragment.startsWith('/')) {
    const value = findAnchor(state.whole, fragment) ?? findAnchorInDocument(root, fragment);
    return value === undefined ? undefined : { value };
  }
  const tokens = parsePointer(fragment);
  if (tokens === undefined) return undefined;
  const inDocument = resolvePointer(root, tokens);
  if (inDocument !== undefined) return { value: inDocument, pointer: fragment };
  const inSchema = resolvePointer(state.whole, tokens);
  return inSchema === undefined ? undefined : { value: inSchema };
}

function findAnchorInDocument(root: JsonObject, name: string): JsonValue | undefined {
  const inputs = resolvePointer(root, ['components', 'inputs']);
  const workflows = memberOf(root, 'workflows');
  const schemas = [
    ...(isJsonObject(inputs) ? Object.values(inputs) : []),
    ...(Array.isArray(workflows)
      ? workflows.map((workflow: JsonValue) =>
          isJsonObject(workflow) ? (memberOf(workflow, 'inputs') ?? null) : null,
        )
      : []),
  ];
  for (const schema of schemas) {
    const found = findAnchor(schema, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findAnchor(schema: JsonValue, name: string): JsonValue | undefined {
  if (!isJsonObject(schema)) return undefined;
  if (memberOf(schema, '$anchor') === name || memberOf(schema, '$dynamicAnchor') === name) return schema;
  for (const [keyword, value] of Object.entries(schema)) {
    for (const inner of subschemas(keyword, value)) {
      const found = findAnchor(inner, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function subschemas(keyword: string, value: JsonValue): readonly JsonValue[] {
  if (SCHEMA_KEYWORDS.has(keyword)) return [value];
  if (SCHEMA_LIST_KEYWORDS.has(keyword)) return Array.isArray(value) ? value : [];
  return SCHEMA_MAP_KEYWORDS.has(keyword) && isJsonObject(value) ? Object.values(value) : [];
}

function resolveMembers(state: Resolution, schema: JsonObject, pointer: string): JsonObject {
  const result: Record<string, JsonValue> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const place = childPointer(pointer, keyword);
    setMember(result, keyword, resolveKeyword(state, keyword, value, place));
  }
  return result;
}

function resolveKeyword(state: Resolution, keyword: string, value: JsonValue, pointer: string): JsonValue {
  const inner = (item: JsonValue, token: string | number): JsonValue =>
    resolve(state, item, childPointer(pointer, token), new Set());
  if (SCHEMA_KEYWORDS.has(keyword)) return resolve(state, value, pointer, new Set());
  if (SCHEMA_LIST_KEYWORDS.has(keyword) && Array.isArray(value)) return value.map(inner);
  if (!SCHEMA_MAP_KEYWORDS.has(keyword) || !isJsonObject(value)) return value;
  const map: Record<string, JsonValue> = {};
  for (const [name, item] of Object.entries(value)) setMember(map, name, inner(item, name));
  return map;
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function report(state: Resolution, pointer: string, message: string): void {
  state.context.problem('error', 'arazzo/schema-reference', pointer, message, {
    section: 'components-object',
  });
}
