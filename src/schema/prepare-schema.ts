import { isJsonObject, setMember } from '../document/json.ts';
import { LIST_KEYWORDS, SCHEMA_KEYWORDS } from '../document/json-schema-keywords.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { compilePattern } from '../expressions/linear-pattern.ts';

/** A schema in the form that the validator is given. */
export interface PreparedSchema {
  readonly schema: JsonValue;
  /** The checks that stand in for `pattern`, by the name of the format that the schema now asks for. */
  readonly patterns: ReadonlyMap<string, (text: string) => boolean>;
  /** `patternProperties` were resolved against the names in one value: prepare again for another. */
  readonly dependsOnNames: boolean;
}

/** Formats that stand in for a `pattern` begin with this; what follows is the pattern. */
export const PATTERN_FORMAT = 'pattern:';

/** Formats that are checked. Others pass, as the specification has it. */
const CHECKED_FORMATS: ReadonlySet<string> = new Set([
  'date',
  'time',
  'date-time',
  'duration',
  'uri',
  'uri-reference',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
]);

/** Keywords whose value is data, or a name, and never a schema. */
const DATA_KEYWORDS: ReadonlySet<string> = new Set([
  'const',
  'enum',
  'default',
  'examples',
  'example',
  'required',
  'dependentRequired',
]);
/** Keywords whose value maps names to schemas. */
const MAP_KEYWORDS: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);
/** What the validator knows and 2020-12 does not, or keeps for itself. */
const DROPPED_KEYWORDS: ReadonlySet<string> = new Set([
  'id',
  '$id',
  '$schema',
  '$recursiveRef',
  '$recursiveAnchor',
  '__absolute_uri__',
  '__absolute_ref__',
  '__absolute_recursive_ref__',
]);

/**
 * Copies a schema so that the validator never runs a pattern of the document on JavaScript's own engine, which
 * can take exponential time: `pattern` becomes a format with a linear-time check, and each key of
 * `patternProperties` becomes the list of the names in `value` that it matches. Patterns that the linear-time
 * engine cannot take are left out; `patternProblems` tells them.
 */
export function prepareSchema(schema: JsonValue, value: JsonValue): PreparedSchema {
  const patterns = new Map<string, (text: string) => boolean>();
  let names: ReadonlySet<string> | undefined;

  function copySchema(node: JsonValue): JsonValue {
    // The validator does not say where a `false` stands; it does for its long form.
    if (node === false) return { not: {} };
    if (!isJsonObject(node)) return node;
    const copy: Record<string, JsonValue> = {};
    for (const [keyword, child] of Object.entries(node)) {
      if (DROPPED_KEYWORDS.has(keyword) || (keyword === 'format' && !isChecked(child))) continue;
      setMember(copy, keyword, copyKeyword(keyword, child));
    }
    if (typeof copy['pattern'] === 'string') replacePattern(copy, copy['pattern']);
    return copy;
  }

  function copyKeyword(keyword: string, child: JsonValue): JsonValue {
    if (DATA_KEYWORDS.has(keyword)) return child;
    if (keyword === 'patternProperties' && isJsonObject(child)) return copyPatternProperties(child);
    if (MAP_KEYWORDS.has(keyword) && isJsonObject(child)) return copyMap(child);
    if (LIST_KEYWORDS.has(keyword) && Array.isArray(child))
      return (child as readonly JsonValue[]).map(copySchema);
    return isJsonObject(child) || SCHEMA_KEYWORDS.has(keyword) ? copySchema(child) : child;
  }

  function copyMap(map: JsonObject): JsonObject {
    const copy: Record<string, JsonValue> = {};
    for (const [name, child] of Object.entries(map)) setMember(copy, name, copySchema(child));
    return copy;
  }

  function copyPatternProperties(map: JsonObject): JsonObject {
    names ??= memberNames(value);
    const copy: Record<string, JsonValue> = {};
    for (const [pattern, child] of Object.entries(map)) {
      const compiled = compilePattern(pattern);
      if ('problem' in compiled) continue;
      const matching = [...names].filter((name) => compiled.value.test(name)).map(escapeForRegExp);
      // Two patterns may match the same names, and each must keep a key of its own.
      const own = `(?:){${Object.keys(copy).length}}`;
      setMember(
        copy,
        matching.length === 0 ? `${own}(?!)` : `^${own}(?:${matching.join('|')})$`,
        copySchema(child),
      );
    }
    return copy;
  }

  function replacePattern(copy: Record<string, JsonValue>, pattern: string): void {
    delete copy['pattern'];
    const compiled = compilePattern(pattern);
    if ('problem' in compiled) return;
    const name = `${PATTERN_FORMAT}${pattern}`;
    patterns.set(name, (text) => compiled.value.test(text));
    const others = Array.isArray(copy['allOf']) ? (copy['allOf'] as readonly JsonValue[]) : [];
    copy['allOf'] = [...others, { format: name }];
  }

  const copy = copySchema(schema);
  return { schema: copy, patterns, dependsOnNames: names !== undefined };
}

function isChecked(format: JsonValue): boolean {
  return typeof format === 'string' && CHECKED_FORMATS.has(format);
}

function escapeForRegExp(name: string): string {
  return name.replace(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
}

function memberNames(value: JsonValue, names = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) memberNames(item, names);
  else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      names.add(name);
      memberNames(member, names);
    }
  }
  return names;
}
