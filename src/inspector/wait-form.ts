import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import type { Failure } from '../machines/context.ts';
import { describeWait, type PendingInput, type WaitingSnapshot } from '../machines/describe-wait.ts';
import type { InteractionDescription } from '../machines/describe-redirect.ts';
import type { AskedInput, Question, SubmittedValue, Wait } from './entry.ts';
import { toPlainJson } from './plain-json.ts';

/**
 * What the page asks in a wait, without what may be secret: the values of choices stay here, and their labels and the
 * failure are for `redact`. `undefined` where the machine waits for nobody.
 */
export function waitForm(
  snapshot: WaitingSnapshot,
  redact: (value: JsonValue) => JsonValue,
): Wait | undefined {
  const wait = describeWait(snapshot);
  if (wait === undefined) return undefined;
  const { state, stepId, title, rejection, failure, canRepeat, repeatAt, expiresAt, revisable, interaction } =
    wait;
  return {
    state,
    stepId,
    canRepeat,
    revisable,
    inputs: wait.inputs.map((input) => askedInput(input, redact)),
    ...(title === undefined ? {} : { title }),
    ...(rejection === undefined ? {} : { rejection }),
    ...(failure === undefined ? {} : { failure: redact(toPlainJson(failure)) as unknown as Failure }),
    ...(repeatAt === undefined ? {} : { repeatAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(interaction === undefined ? {} : { question: questionOf(interaction, redact) }),
  };
}

function questionOf(
  { prompt, context, url }: InteractionDescription,
  redact: (value: JsonValue) => JsonValue,
): Question {
  return {
    prompt: textOf(redact(prompt)),
    context: redact(context),
    // A link with something taken out of it leads nowhere.
    ...(url === undefined || redact(url) !== url ? {} : { url }),
  };
}

function askedInput(input: PendingInput, redact: (value: JsonValue) => JsonValue): AskedInput {
  const { name, schema, required, secret, rejection, choices } = input;
  return {
    name,
    schema: secret ? withoutExamples(schema) : schema,
    required,
    secret,
    ...(rejection === undefined ? {} : { rejection }),
    ...(choices === undefined ? {} : { choices: choices.map(({ label }) => textOf(redact(label))) }),
  };
}

function textOf(label: JsonValue): string {
  return typeof label === 'string' ? label : JSON.stringify(label);
}

/** A secret's schema may show one. */
function withoutExamples(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const hidden = new Set(['default', 'example', 'examples', 'const', 'enum']);
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !hidden.has(keyword)));
}

/** The values that a form sent, with what was picked put in its place; a choice that is gone is left out. */
export function submittedValues(
  snapshot: WaitingSnapshot,
  values: Readonly<Record<string, SubmittedValue>>,
): JsonObject {
  const inputs = describeWait(snapshot)?.inputs ?? [];
  const submitted: Record<string, JsonValue> = {};
  for (const [name, given] of Object.entries(values)) {
    const value =
      'choice' in given
        ? inputs.find((input) => input.name === name)?.choices?.[given.choice]?.value
        : given.value;
    if (value !== undefined) setMember(submitted, name, value);
  }
  return submitted;
}
