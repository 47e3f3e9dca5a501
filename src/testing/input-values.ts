import { memberOf, isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import type { Runtime } from '../machines/runtime.ts';
import { sampleSchema } from './answers/sample-schema.ts';

/** Values for an input that somebody gives. */
export interface GivenValues {
  readonly good?: JsonValue;
  readonly bad?: JsonValue;
}

/** The values that inputs are tried with. */
export interface InputValues {
  /** One that the input's schema allows; `undefined` where none is found. */
  good(runtime: Runtime, input: string): JsonValue | undefined;
  /** One that it allows with nothing in it that may be left out; `undefined` where that is the good one. */
  sparse(runtime: Runtime, input: string): JsonValue | undefined;
  /** One that it does not allow; `undefined` where it allows everything. */
  bad(runtime: Runtime, input: string): JsonValue | undefined;
}

/** Of these one at least is refused by almost any schema that has a rule. */
export const UNLIKELY: readonly JsonValue[] = [
  'wrong',
  '',
  false,
  -1,
  1e9,
  0.5,
  null,
  [],
  {},
  'x'.repeat(300),
  0,
  1,
  true,
];

/**
 * Values for the inputs of workflows: those that are given by the name of the input, in whichever workflow it is; else
 * those that its schema gives itself (`const`, `examples`, `default`, `enum`), or that can be made of it.
 */
export function createInputValues(given: Readonly<Record<string, GivenValues>>): InputValues {
  const known = new Map<Runtime, Map<string, Values>>();
  const valuesOf = (runtime: Runtime, input: string): Values => {
    const ofRuntime = known.get(runtime) ?? new Map<string, Values>();
    known.set(runtime, ofRuntime);
    const found = ofRuntime.get(input) ?? valuesFor(runtime, input, memberOf(given, input) ?? {});
    ofRuntime.set(input, found);
    return found;
  };
  return {
    good: (runtime, input) => valuesOf(runtime, input).good,
    sparse: (runtime, input) => valuesOf(runtime, input).sparse,
    bad: (runtime, input) => valuesOf(runtime, input).bad,
  };
}

/** What is tried for one input. */
interface Values extends GivenValues {
  readonly sparse?: JsonValue;
}

function valuesFor(runtime: Runtime, input: string, given: GivenValues): Values {
  const schema = runtime.inputs.get(input)?.schema ?? {};
  const check = runtime.checkInput(input);
  const isGood = (value: JsonValue): boolean => check(value).length === 0;
  const good = given.good ?? candidates(schema, input, runtime.plan.inputSchema).find(isGood);
  // A text is what a person types, and a wrong one shows more than a value of another type.
  const typed = typeof good === 'string' ? wrongTexts(good) : [];
  const bad = given.bad ?? [...typed, ...UNLIKELY].find((value) => !isGood(value));
  const least = isJsonObject(good)
    ? sampleSchema(schema, input, { root: runtime.plan.inputSchema, variant: 0, isFull: false })
    : undefined;
  const isSparse = isJsonObject(least) && isGood(least) && JSON.stringify(least) !== JSON.stringify(good);
  return {
    ...(good === undefined ? {} : { good }),
    ...(isSparse ? { sparse: least } : {}),
    ...(bad === undefined ? {} : { bad }),
  };
}

function wrongTexts(good: string): readonly string[] {
  return [good.slice(0, -1), good.slice(1), `${good}${good}`, `?${good}`, good.toUpperCase(), 'nothing'];
}

function candidates(schema: JsonValue, name: string, root: JsonValue): readonly JsonValue[] {
  const own = isJsonObject(schema) ? schema : {};
  const examples = memberOf(own, 'examples');
  const single = ['const', 'example', 'default'].map((keyword) => memberOf(own, keyword));
  const choices = memberOf(own, 'enum');
  const made = [0, 1, 2].flatMap((variant) =>
    [true, false].map((isFull) => sampleSchema(schema, name, { root, variant, isFull })),
  );
  return [
    ...(Array.isArray(examples) ? (examples as readonly JsonValue[]) : []),
    ...single,
    ...(Array.isArray(choices) ? (choices as readonly JsonValue[]) : []),
    ...made,
  ].filter((value) => value !== undefined);
}

/** The good, or the bad, values of all inputs of a workflow. */
export function allValues(runtime: Runtime, pick: (input: string) => JsonValue | undefined): JsonObject {
  const values: Record<string, JsonValue> = {};
  for (const input of runtime.inputs.keys()) {
    const value = pick(input);
    if (value !== undefined) setMember(values, input, value);
  }
  return values;
}
