import { didYouMean } from '../document/did-you-mean.ts';
import { MAX_SECONDS } from '../document/duration.ts';
import { hasMember, isJsonObject, memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { childPointer } from '../document/json-pointer.ts';
import type { ReadContext } from './read-context.ts';
import type { FieldShape, FieldType, ObjectShape } from './shapes.ts';

/** The fields of an object that were there and of the right type. */
export interface Fields {
  /** Whether every required field is among them. */
  readonly complete: boolean;
  has(name: string): boolean;
  /** A field of any type. */
  value(name: string): JsonValue | undefined;
  /** A field whose shape is a string. */
  string(name: string): string | undefined;
  /** A field whose shape is a number. */
  number(name: string): number | undefined;
  /** A field whose shape is a list, with the pointers of its items; empty when it is absent. */
  items(name: string): readonly Item[];
  /** A field whose shape is an object. */
  object(name: string): JsonObject | undefined;
}

/** An item of a list or of a map. */
export interface Item {
  readonly value: JsonValue;
  readonly pointer: string;
}

/**
 * Reads the fixed fields of an object: reports what is unknown, absent or of a wrong type, and gives the rest.
 * `undefined` when the value is not an object at all.
 */
export function readFields(
  context: ReadContext,
  value: JsonValue | undefined,
  pointer: string,
  shape: ObjectShape,
): Fields | undefined {
  const { section } = shape;
  if (!isJsonObject(value)) {
    const message = `${named(shape)} must be an object, not ${describe(value)}.`;
    context.problem('error', 'arazzo/field-type', pointer, message, { section });
    return undefined;
  }
  const found: Record<string, JsonValue> = {};
  for (const [name, content] of Object.entries(value)) {
    const field = fieldOf(context, shape, name);
    const place = childPointer(pointer, name);
    if (field === undefined) {
      if (!name.startsWith('x-')) reportUnknown(context, name, place, shape);
      else if (name === 'x-xstate' && shape.extended !== true) {
        const message = `"x-xstate" means nothing in a ${shape.name}.`;
        context.problem('warning', 'arazzo/extension-unknown-key', place, message, { part: 'key' });
      }
      continue;
    }
    if (field.since === '1.1' && context.version === '1.0') reportNewer(context, name, place, section);
    const problem = typeProblem((isDraft(context) ? field.drafted : undefined) ?? field.type, content);
    if (problem === undefined) setMember(found, name, content);
    else {
      const message = `"${name}" of a ${shape.name} must be ${problem}.`;
      context.problem('error', 'arazzo/field-type', place, message, { section });
    }
  }
  for (const [name, field] of Object.entries(shape.fields)) {
    if (field.required !== true || hasMember(value, name)) continue;
    const message = `${named(shape)} must have "${name}".`;
    context.problem('error', 'arazzo/required-field', pointer, message, { section });
  }
  return fieldsOf(found, pointer, shape);
}

/** A field that the document's version knows. */
function fieldOf(context: ReadContext, shape: ObjectShape, name: string): FieldShape | undefined {
  const field = memberOf(shape.fields, name);
  return field?.since === '1.2' && !isDraft(context) ? undefined : field;
}

function isDraft({ version }: ReadContext): boolean {
  return version === '1.2';
}

function fieldsOf(found: JsonObject, pointer: string, shape: ObjectShape): Fields {
  const get = (name: string): JsonValue | undefined => memberOf(found, name);
  return {
    complete: Object.entries(shape.fields).every(
      ([name, field]) => field.required !== true || hasMember(found, name),
    ),
    has: (name) => hasMember(found, name),
    value: get,
    string(name) {
      const value = get(name);
      return typeof value === 'string' ? value : undefined;
    },
    number(name) {
      const value = get(name);
      return typeof value === 'number' ? value : undefined;
    },
    items(name) {
      const value = get(name);
      if (!Array.isArray(value)) return [];
      const list = childPointer(pointer, name);
      return value.map((item: JsonValue, index) => ({ value: item, pointer: `${list}/${index}` }));
    },
    object(name) {
      const value = get(name);
      return isJsonObject(value) ? value : undefined;
    },
  };
}

function named({ name }: ObjectShape): string {
  return `${/^[AEIOU]/.test(name) ? 'An' : 'A'} ${name}`;
}

function reportUnknown(context: ReadContext, name: string, pointer: string, shape: ObjectShape): void {
  if (name === '$schema' && shape.section === 'arazzo-specification-object') {
    const message = '"$schema" is not a field of an Arazzo Description; it is ignored.';
    context.problem('warning', 'arazzo/unknown-field', pointer, message, {
      part: 'key',
      section: shape.section,
    });
    return;
  }
  const known = Object.keys(shape.fields).filter((field) => fieldOf(context, shape, field) !== undefined);
  const suggestion = didYouMean(name, known);
  const hint =
    (shape.hints && memberOf(shape.hints, name)) ?? (suggestion && `Did you mean "${suggestion}"?`);
  const message = `${named(shape)} has no field "${name}".${hint === undefined ? '' : ` ${hint}`}`;
  const severity = shape.ignoresOthers === true ? 'warning' : 'error';
  context.problem(severity, 'arazzo/unknown-field', pointer, message, {
    part: 'key',
    section: shape.section,
  });
}

/** Says that something of 1.1 stands in a 1.0 document; AsyncAPI is refused there, the rest is honoured. */
export function reportNewer(context: ReadContext, name: string, pointer: string, section: string): void {
  const refused = ['channelPath', 'action', 'correlationId', 'asyncapi', 'channel'].includes(name);
  const message = `"${name}" came with Arazzo 1.1, and this document says it is ${context.version}${refused ? '' : '; it is honoured'}.`;
  context.problem(refused ? 'error' : 'warning', 'arazzo/newer-version', pointer, message, {
    part: 'key',
    section,
  });
}

const EXPECTED: Record<FieldType, { readonly words: string; is(value: JsonValue): boolean }> = {
  string: { words: 'a string', is: (value) => typeof value === 'string' },
  nonNegativeNumber: {
    words: `a number that is not negative, ${MAX_SECONDS} at most`,
    is: (value) => typeof value === 'number' && value >= 0 && value <= MAX_SECONDS,
  },
  nonNegativeInteger: {
    words: 'a whole number that is not negative',
    is: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  array: { words: 'a list', is: (value) => Array.isArray(value) },
  object: { words: 'an object', is: isJsonObject },
  schema: { words: 'a JSON Schema', is: (value) => isJsonObject(value) || typeof value === 'boolean' },
  dependencies: { words: 'a list of ids', is: (value) => Array.isArray(value) || typeof value === 'string' },
  actions: {
    words: 'an action or a list of actions',
    is: (value) => Array.isArray(value) || isJsonObject(value),
  },
  timeout: {
    words: 'a whole number of milliseconds or a duration such as "PT8H"',
    is: (value) => typeof value === 'string' || (Number.isSafeInteger(value) && Number(value) >= 0),
  },
  any: { words: 'a value', is: () => true },
};

function typeProblem(type: FieldType, value: JsonValue): string | undefined {
  const expected = EXPECTED[type];
  if (expected.is(value)) return undefined;
  const quoted = type === 'string' && typeof value === 'number' ? `; write it in quotes: "${value}"` : '';
  const given = type.startsWith('nonNegative') && typeof value === 'number' ? value : describe(value);
  return `${expected.words}, not ${given}${quoted}`;
}

/** A value in words, for messages: what kind it is, never what it holds. */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
