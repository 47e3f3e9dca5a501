import {
  hasMember,
  isJsonObject,
  memberOf,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../../document/json.ts';
import { parsePointer, resolvePointer } from '../../document/json-pointer.ts';
import { sampleScalar } from './sample-scalar.ts';

/** How a value is made of a schema. */
export interface SampleOptions {
  /** The schema that `$ref`s are looked up in. */
  readonly root: JsonValue;
  /** Which alternative is taken where there are several: 0 is the first. */
  readonly variant: number;
  /** Whether properties are there that are not required. */
  readonly isFull: boolean;
}

interface Making extends SampleOptions {
  readonly depth: number;
  /** How deep properties may stand that are not required. */
  readonly fullDepth: number;
  /** The `$ref`s that lead here. */
  readonly open: ReadonlySet<string>;
  /** How many values may still be made. */
  readonly budget: { left: number };
}

const MAX_DEPTH = 12;
const MAX_ITEMS = 50;
/** No sample has more values: schemas that refer to each other lead through each other in countless ways. */
const MAX_VALUES = 2000;
/** How deep a sample is whole: the deepest of these with which it is not too large. */
const FULL_DEPTHS: readonly number[] = [MAX_DEPTH, 6, 4, 3, 2, 1, 0];

/**
 * A value that a self-contained schema allows, as far as one can be made without trying: whether it is valid is for
 * the check of the schema to say. Always the same one; texts tell the property that they stand in, so that values
 * which come from different places differ.
 */
export function sampleSchema(schema: JsonValue, name: string, options: SampleOptions): JsonValue | undefined {
  for (const fullDepth of options.isFull ? FULL_DEPTHS : [0]) {
    const budget = { left: MAX_VALUES };
    const value = sample(schema, name, { ...options, depth: 0, fullDepth, open: new Set(), budget });
    if (budget.left > 0) return value;
  }
  return undefined;
}

/** A schema whose parts are put into one. */
interface Flat {
  readonly schema: JsonObject;
  /** By property, and by the other keywords that hold schemas, the `$ref`s that lead to where it is declared. */
  readonly ways: ReadonlyMap<string, ReadonlySet<string>>;
  /** The `$ref`s whose parts are in it. */
  readonly taken: ReadonlySet<string>;
}

/** A schema with its `$ref`, its `allOf` and one of its alternatives put into one. */
export function flattened(
  schema: JsonValue,
  {
    root,
    variant,
    open = new Set(),
    taken = new Set(),
  }: Pick<SampleOptions, 'root' | 'variant'> & {
    readonly open?: ReadonlySet<string>;
    readonly taken?: ReadonlySet<string>;
  },
): Flat | undefined {
  if (schema === false) return undefined;
  if (!isJsonObject(schema)) return { schema: {}, ways: new Map(), taken };
  const { $ref, allOf, oneOf, anyOf, ...own } = schema;
  let parts: JsonObject = own;
  let seen = taken;
  const ways = new Map(placesOf(own).map((place) => [place, open]));
  const add = (part: JsonValue, way = open): boolean => {
    const flat = flattened(part, { root, variant, open: way, taken: seen });
    if (flat === undefined) return false;
    seen = flat.taken;
    parts = merged(parts, flat.schema);
    for (const [place, refs] of flat.ways) ways.set(place, new Set([...(ways.get(place) ?? []), ...refs]));
    return true;
  };
  if (typeof $ref === 'string') {
    if (open.has($ref)) return undefined;
    if (!seen.has($ref) && !add(targetOf(root, $ref) ?? {}, new Set([...open, $ref]))) return undefined;
    seen = new Set([...seen, $ref]);
  }
  for (const part of Array.isArray(allOf) ? (allOf as readonly JsonValue[]) : [])
    if (!add(part)) return undefined;
  for (const alternatives of [oneOf, anyOf]) {
    if (!Array.isArray(alternatives) || alternatives.length === 0) continue;
    const choices = alternatives as readonly JsonValue[];
    const order = choices.map((_, index) => choices[(index + variant) % choices.length] ?? {});
    if (!order.some((choice) => add(choice))) return undefined;
  }
  return { schema: parts, ways, taken: seen };
}

const ITEMS = 'items';
const OTHERS = 'additionalProperties';
const propertyPlace = (name: string): string => `properties/${name}`;

/** Where a schema holds others that parts of a value are made of. */
function placesOf(schema: JsonObject): readonly string[] {
  const properties = isJsonObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  return [...properties.map(propertyPlace), ITEMS, OTHERS];
}

/** The schema of a member or an item, as far as one is declared. */
export function childSchema(schema: JsonValue, token: string, root: JsonValue): JsonValue | undefined {
  for (const variant of [0, 1, 2, 3]) {
    const flat = flattened(schema, { root, variant })?.schema;
    if (flat === undefined) continue;
    const properties = flat['properties'];
    if (isJsonObject(properties) && hasMember(properties, token)) return properties[token];
    if (/^\d+$/.test(token)) {
      const prefix = flat['prefixItems'];
      const placed = Array.isArray(prefix) ? (prefix as readonly JsonValue[])[Number(token)] : undefined;
      const item = placed ?? flat['items'];
      if (item !== undefined) return item;
    }
    const others = flat['additionalProperties'];
    if (isJsonObject(others)) return others;
  }
  return undefined;
}

function targetOf(root: JsonValue, reference: string): JsonValue | undefined {
  const tokens = parsePointer(reference.slice(1));
  return tokens === undefined ? undefined : resolvePointer(root, tokens);
}

/** What both schemas ask for, as far as a sample needs it. */
function merged(a: JsonObject, b: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...a };
  for (const [keyword, value] of Object.entries(b)) {
    const known = memberOf(result, keyword);
    if (known === undefined) setMember(result, keyword, value);
    else if (keyword === 'properties' && isJsonObject(known) && isJsonObject(value)) {
      const properties: Record<string, JsonValue> = { ...known };
      for (const [name, property] of Object.entries(value)) {
        const other = memberOf(properties, name);
        setMember(properties, name, other === undefined ? property : { allOf: [other, property] });
      }
      result[keyword] = properties;
    } else if (keyword === 'required' && Array.isArray(known) && Array.isArray(value)) {
      result[keyword] = [
        ...new Set([...(known as readonly JsonValue[]), ...(value as readonly JsonValue[])]),
      ];
    } else if (keyword === 'enum' && Array.isArray(known) && Array.isArray(value)) {
      const others = value as readonly JsonValue[];
      result[keyword] = (known as readonly JsonValue[]).filter((item) => others.includes(item));
    } else if (/^(?:minimum|minLength|minItems|exclusiveMinimum)$/.test(keyword)) {
      result[keyword] = Math.max(Number(known), Number(value));
    } else if (/^(?:maximum|maxLength|maxItems|exclusiveMaximum)$/.test(keyword)) {
      result[keyword] = Math.min(Number(known), Number(value));
    }
  }
  return result;
}

function sample(written: JsonValue, name: string, making: Making): JsonValue | undefined {
  making.budget.left -= 1;
  if (making.depth > MAX_DEPTH || making.budget.left <= 0) return undefined;
  const flat = flattened(written, { root: making.root, variant: making.variant, open: making.open });
  if (flat === undefined) return undefined;
  const { schema, ways } = flat;
  const inner = (place: string): Making => ({
    ...making,
    depth: making.depth + 1,
    open: ways.get(place) ?? making.open,
  });
  const given = givenValue(schema, making.variant);
  if (given !== undefined) return given;
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, making.isFull && making.depth < making.fullDepth, inner);
    case 'array':
      return sampleArray(schema, name, inner(ITEMS));
    case 'null':
      return null;
    case 'boolean':
      return making.variant % 2 === 0;
    case 'integer':
      return sampleScalar(schema, 'integer', name, making.variant);
    case 'number':
      return sampleScalar(schema, 'number', name, making.variant);
    default:
      return sampleScalar(schema, 'string', name, making.variant);
  }
}

/** What the schema itself says a value is. */
function givenValue(schema: JsonObject, variant: number): JsonValue | undefined {
  if (schema['const'] !== undefined) return schema['const'];
  const values = schema['enum'];
  if (Array.isArray(values) && values.length > 0)
    return (values as readonly JsonValue[])[variant % values.length] ?? null;
  if (variant > 0) return undefined;
  const examples = schema['examples'];
  if (Array.isArray(examples) && examples.length > 0) return (examples as readonly JsonValue[])[0];
  return schema['example'] ?? schema['default'];
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((one) => one !== 'null') ?? 'null');
  if (schema['properties'] !== undefined || schema['additionalProperties'] !== undefined) return 'object';
  if (Array.isArray(schema['required'])) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  if (schema['minimum'] !== undefined || schema['maximum'] !== undefined) return 'number';
  return 'string';
}

function sampleObject(
  schema: JsonObject,
  isFull: boolean,
  makingAt: (place: string) => Making,
): JsonValue | undefined {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(
    Array.isArray(schema['required']) ? (schema['required'] as readonly JsonValue[]).map(String) : [],
  );
  const result: Record<string, JsonValue> = {};
  for (const [name, property] of Object.entries(properties)) {
    const isRequired = required.has(name);
    if (!isRequired && (!isFull || isWriteOnly(property))) continue;
    const value = sample(property, name, makingAt(propertyPlace(name)));
    if (value !== undefined) setMember(result, name, value);
    else if (isRequired) return undefined;
  }
  const others = schema['additionalProperties'];
  for (const name of required) {
    if (hasMember(result, name)) continue;
    const value = sample(isJsonObject(others) ? others : {}, name, makingAt(OTHERS));
    if (value !== undefined) setMember(result, name, value);
  }
  const least = Number(schema['minProperties'] ?? 0);
  for (let count = 1; Object.keys(result).length < Math.min(least, MAX_ITEMS); count += 1) {
    const value = sample(isJsonObject(others) ? others : {}, `property${count}`, makingAt(OTHERS));
    setMember(result, `property${count}`, value ?? null);
  }
  return result;
}

function isWriteOnly(property: JsonValue): boolean {
  return isJsonObject(property) && property['writeOnly'] === true;
}

function sampleArray(schema: JsonObject, name: string, making: Making): JsonValue | undefined {
  const prefix = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as readonly JsonValue[]) : [];
  const least = Math.min(Number(schema['minItems'] ?? 0), MAX_ITEMS);
  const most = Math.min(Number(schema['maxItems'] ?? MAX_ITEMS), MAX_ITEMS);
  const length = Math.min(most, Math.max(least, prefix.length, 1));
  const items: JsonValue[] = [];
  const rest = schema['items'];
  for (let index = 0; index < length; index += 1) {
    // Where the same item may stand only once, each is another one.
    const variant = schema['uniqueItems'] === true ? making.variant + index : making.variant;
    const value = sample(prefix[index] ?? rest ?? {}, `${name}_${index + 1}`, { ...making, variant });
    if (value === undefined) return items.length >= least ? items : undefined;
    items.push(value);
  }
  return items;
}
