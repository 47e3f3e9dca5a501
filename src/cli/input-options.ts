import { hasMember, isJsonObject, memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import { didYouMean } from '../document/did-you-mean.ts';
import type { InputPlan } from '../plan/workflow-plan.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { coerce } from './coerce.ts';
import { CommandError } from './command-error.ts';

/** `name=value` in two parts; `what` names the option in the error for a text without `=`. */
export function splitPair(text: string, what: string): readonly [name: string, value: string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new CommandError(`${what} must be written as name=value, with a name before the "=".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** What the command line and the input file say of the inputs. */
export interface GivenInputs {
  /** Each as `name=value`. */
  readonly pairs: readonly string[];
  /** The members of the input file. */
  readonly file?: JsonObject;
}

function unknownInput(name: string, known: readonly string[]): CommandError {
  const suggestion = didYouMean(name, known);
  const names = known.length === 0 ? 'It has no inputs.' : `Its inputs: ${known.join(', ')}.`;
  return new CommandError(
    `The workflow has no input "${name}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    { hint: names },
  );
}

function refusedValue(name: string, problem: string, schema: JsonValue | undefined): CommandError {
  const description = isJsonObject(schema) ? memberOf(schema, 'description') : undefined;
  return new CommandError(
    `The value of input "${name}" is refused: ${problem}`,
    typeof description === 'string' ? { hint: `${name}: ${description}` } : {},
  );
}

/** Whether the schema of all inputs lets in names that it does not list. */
function isOpen(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return true;
  const additional = memberOf(schema, 'additionalProperties');
  return (
    (additional !== undefined && additional !== false) ||
    ['patternProperties', 'anyOf', 'oneOf', 'if', '$ref', '$dynamicRef'].some((keyword) =>
      hasMember(schema, keyword),
    )
  );
}

/** Why a value does not suit an input, in one sentence that never holds the value; `undefined` when it does. */
export function problemOf(schema: JsonValue, value: JsonValue): string | undefined {
  // A reference out of the input's own schema is for the machine to follow, which checks the value once more.
  const problem = compileSchema(schema)(value).find(({ rule }) => rule !== '$ref');
  if (problem === undefined) return undefined;
  return problem.instance === '' ? problem.message : `${problem.message} (at ${problem.instance})`;
}

/**
 * The inputs of a run: the file's, overruled by the pairs, each pair's type decided by the input's schema.
 *
 * @throws CommandError for a pair without `=`, a name that the workflow does not know, and a value that does not
 * suit the input's schema. The message never holds the value.
 */
export function readInputs(
  given: GivenInputs,
  plan: { readonly inputs: readonly Pick<InputPlan, 'name' | 'schema'>[]; readonly inputSchema: JsonValue },
): JsonObject {
  const byName = new Map(plan.inputs.map((input) => [input.name, input]));
  const known = [...byName.keys()];
  const open = isOpen(plan.inputSchema);
  const values: Record<string, JsonValue> = {};
  const accept = (name: string, read: (schema: JsonValue | undefined) => JsonValue): void => {
    const input = byName.get(name);
    if (input === undefined && !open) throw unknownInput(name, known);
    const value = read(input?.schema);
    const problem = input === undefined ? undefined : problemOf(input.schema, value);
    if (problem !== undefined) throw refusedValue(name, problem, input?.schema);
    setMember(values, name, value);
  };
  for (const [name, value] of Object.entries(given.file ?? {})) accept(name, () => value);
  for (const pair of given.pairs) {
    const [name, text] = splitPair(pair, `The input "${pair.split('=', 1)[0] ?? ''}"`);
    accept(name, (schema) => {
      const coerced = coerce(text, schema);
      if ('problem' in coerced) throw refusedValue(name, `it ${coerced.problem}.`, schema);
      return coerced.value;
    });
  }
  return values;
}
