import { isJsonObject, type JsonObject, type JsonValue } from '../../document/json.ts';
import { compileSchema } from '../../schema/compile-schema.ts';
import { childSchema, flattened, sampleSchema } from './sample-schema.ts';

/** What the body of a response of one status and media type looks like. */
export interface Shape {
  /** Whether the operation declares such a response at all; `true` where nothing is known of the operation. */
  readonly isDeclared: boolean;
  readonly schema: JsonObject | boolean | undefined;
  /** Whether a body is one that the schema allows. */
  isValid(body: JsonValue | undefined): boolean;
  /** A value for a part of the body, the one that fits best. */
  sampleAt(tokens: readonly string[]): JsonValue | undefined;
  /** Several values for a part of the body; none where nothing is declared of it. */
  samplesAt(tokens: readonly string[]): readonly JsonValue[];
  /** The schema of a part of the body, its references followed; `undefined` where nothing is declared of it. */
  schemaAt(tokens: readonly string[]): JsonObject | undefined;
}

/** No more values than these are taken of one enumeration. */
const MAX_VALUES = 60;

/** The shape that a self-contained schema describes; without one anything is allowed. */
export function createShape(schema: JsonObject | boolean | undefined, isDeclared: boolean): Shape {
  const check = schema === undefined ? undefined : compileSchema(schema);
  const root = schema ?? {};
  const known = new Map<string, readonly JsonValue[]>();
  const schemas = new Map<string, JsonObject | undefined>();
  const judged = new WeakMap<object, boolean>();
  const judge = (body: JsonValue): boolean => check === undefined || check(body).length === 0;

  const partAt = (tokens: readonly string[]): JsonValue | undefined => {
    let part: JsonValue | undefined = schema;
    for (const token of tokens) part = part === undefined ? undefined : childSchema(part, token, root);
    return part;
  };
  const shape: Shape = {
    isDeclared,
    schema,
    isValid(body) {
      if (body === undefined) return check === undefined;
      if (typeof body !== 'object' || body === null) return judge(body);
      const found = judged.get(body) ?? judge(body);
      judged.set(body, found);
      return found;
    },
    sampleAt: (tokens) => shape.samplesAt(tokens)[0],
    samplesAt(tokens) {
      const key = JSON.stringify(tokens);
      const found = known.get(key) ?? valuesOf(partAt(tokens), tokens.at(-1) ?? 'value', root);
      known.set(key, found);
      return found;
    },
    schemaAt(tokens) {
      const key = JSON.stringify(tokens);
      if (!schemas.has(key)) {
        const part = partAt(tokens);
        schemas.set(key, part === undefined ? undefined : flattened(part, { root, variant: 0 })?.schema);
      }
      return schemas.get(key);
    },
  };
  return shape;
}

function valuesOf(part: JsonValue | undefined, name: string, root: JsonValue): readonly JsonValue[] {
  if (part === undefined) return [];
  const flat = flattened(part, { root, variant: 0 })?.schema;
  const listed = flat?.['enum'];
  const values: JsonValue[] = [];
  const given = Array.isArray(listed) ? (listed as readonly JsonValue[]).slice(0, MAX_VALUES) : [];
  const type = flat?.['type'];
  const isNullable = type === 'null' || (Array.isArray(type) && type.includes('null'));
  for (const variant of [0, 1, 2]) {
    for (const isFull of [true, false]) {
      const value = sampleSchema(part, name, { root, variant, isFull });
      if (value !== undefined) values.push(value);
    }
  }
  const all = [...values, ...given, ...(isNullable ? [null] : [])];
  const check = compileSchema(withDefinitions(part, root));
  const once = [...new Map(all.map((value) => [JSON.stringify(value), value])).values()];
  const isGood = (value: JsonValue): boolean => check(value).length === 0;
  return [...once.filter(isGood), ...once.filter((value) => !isGood(value))];
}

function withDefinitions(part: JsonValue, root: JsonValue): JsonValue {
  const definitions = isJsonObject(root) ? root['$defs'] : undefined;
  return isJsonObject(part) && definitions !== undefined ? { ...part, $defs: definitions } : part;
}
