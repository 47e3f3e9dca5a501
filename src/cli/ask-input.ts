import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { PendingInput } from '../machines/describe-wait.ts';
import { coerce, typesOf } from './coerce.ts';
import { problemOf } from './input-options.ts';
import type { Choice } from './prompts/choice-prompt.ts';
import type { PromptAnswer, PromptOffers } from './prompts/keys.ts';
import type { textPrompt } from './prompts/text-prompt.ts';
import { printableLine } from './render/printable.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** What is known of an input that is asked for. */
export type AskedInput = Pick<PendingInput, 'name' | 'schema' | 'required' | 'secret' | 'choices'>;

function textMember(schema: JsonValue, member: string): string | undefined {
  const value = isJsonObject(schema) ? memberOf(schema, member) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? printableLine(value) : undefined;
}

/** What a person reads as the name of an input: its title, else its name in words. */
export function labelOf(name: string, schema: JsonValue): string {
  const title = textMember(schema, 'title');
  if (title !== undefined) return title;
  const words = printableLine(
    name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' '),
  ).toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function exampleOf(schema: JsonValue): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const examples = memberOf(schema, 'examples');
  const example = Array.isArray(examples)
    ? (examples[0] as JsonValue | undefined)
    : memberOf(schema, 'example');
  if (example === undefined) return undefined;
  return printableLine(typeof example === 'string' ? example : JSON.stringify(example), 80);
}

function hintOf(input: AskedInput): string | undefined {
  const example = exampleOf(input.schema);
  const parts = [
    textMember(input.schema, 'description'),
    example === undefined ? undefined : `For example ${example}`,
  ];
  const hint = parts.filter((part) => part !== undefined).join(' ');
  return hint === '' ? undefined : hint;
}

/** What to choose from: the choices of an earlier step, the values of an enumeration, or yes and no. */
function choicesOf(input: AskedInput): readonly Choice<JsonValue>[] {
  const found: Choice<JsonValue>[] = [];
  if (input.choices !== undefined && input.choices.length > 0) {
    for (const { value, label } of input.choices) {
      const note = typeof value === 'string' && value !== label ? { note: printableLine(value, 80) } : {};
      found.push({ label: printableLine(label, 80), value, ...note });
    }
    return found;
  }
  const values = isJsonObject(input.schema) ? memberOf(input.schema, 'enum') : undefined;
  if (Array.isArray(values)) {
    for (const value of values as readonly JsonValue[]) {
      found.push({
        label: printableLine(typeof value === 'string' ? value : JSON.stringify(value), 80),
        value,
      });
    }
  } else if (typesOf(input.schema).join() === 'boolean') {
    found.push({ label: 'yes', value: true }, { label: 'no', value: false });
  }
  return found;
}

/** What is left on the screen of a question: the answer, or what was wanted instead. */
function summarize(terminal: Terminal, message: string, answer: PromptAnswer<unknown>, shown: string): void {
  const { good, dim, accent } = terminal.progressStyle;
  const said = {
    value: accent(shown),
    repeat: dim('again'),
    revise: dim('back'),
    decline: dim('declined'),
    cancel: dim('cancelled'),
  };
  tell(terminal, `${answer.kind === 'value' ? good('✔') : dim('·')} ${message} ${said[answer.kind]}`);
}

/** Asks to pick one of a list. */
export async function pickOne(
  terminal: Terminal,
  question: { readonly message: string; readonly choices: readonly Choice<JsonValue | undefined>[] },
  offers: PromptOffers,
  signal: AbortSignal,
): Promise<PromptAnswer<JsonValue | undefined>> {
  const { choicePrompt } = await import('./prompts/choice-prompt.ts');
  const { message, choices } = question;
  const answer = await choicePrompt(
    {
      ...offers,
      message,
      choices: choices.map((choice, index) => ({ ...choice, value: index })),
      style: terminal.progressStyle,
      clock: terminal.now,
    },
    promptContext(terminal, signal),
  );
  const chosen = answer.kind === 'value' ? choices[answer.value] : undefined;
  summarize(terminal, message, answer, chosen?.label ?? '');
  return answer.kind === 'value' ? { kind: 'value', value: chosen?.value } : answer;
}

function promptContext(terminal: Terminal, signal: AbortSignal): Parameters<typeof textPrompt>[1] & object {
  return { input: terminal.input, output: terminal.progress, signal, clearPromptOnDone: true };
}

async function typeOne(
  terminal: Terminal,
  input: AskedInput,
  offers: PromptOffers,
  suggestion: string | undefined,
  signal: AbortSignal,
): Promise<PromptAnswer<JsonValue | undefined>> {
  const { textPrompt } = await import('./prompts/text-prompt.ts');
  const hint = hintOf(input);
  const message = messageOf(input);
  const answer = await textPrompt(
    {
      ...offers,
      message,
      optional: !input.required,
      hidden: input.secret,
      ...(hint === undefined ? {} : { hint }),
      ...(suggestion === undefined ? {} : { default: suggestion }),
      check: (text) => {
        const coerced = coerce(text, input.schema);
        if ('problem' in coerced) return `It ${coerced.problem}.`;
        const problem = problemOf(input.schema, coerced.value);
        return problem === undefined ? undefined : printableLine(problem);
      },
      style: terminal.progressStyle,
      clock: terminal.now,
    },
    promptContext(terminal, signal),
  );
  const text = answer.kind === 'value' ? answer.value : '';
  summarize(terminal, message, answer, text === '' ? '–' : input.secret ? '•••' : printableLine(text));
  if (answer.kind !== 'value') return answer;
  if (text === '' && !input.required) return { kind: 'value', value: undefined };
  const coerced = coerce(text, input.schema);
  return { kind: 'value', value: 'problem' in coerced ? text : coerced.value };
}

function messageOf(input: AskedInput): string {
  return labelOf(input.name, input.schema) + (input.required ? '' : ' (optional)');
}

/**
 * Asks for one input: from a list where there is one to choose from, else as a line of text.
 *
 * @param suggestion Taken when nothing is typed.
 */
export function askOne(
  terminal: Terminal,
  input: AskedInput,
  offers: PromptOffers,
  suggestion: string | undefined,
  signal: AbortSignal,
): Promise<PromptAnswer<JsonValue | undefined>> {
  const choices = choicesOf(input);
  if (choices.length === 0) return typeOne(terminal, input, offers, suggestion, signal);
  const none = input.required ? [] : [{ label: 'none of them', value: undefined }];
  return pickOne(terminal, { message: messageOf(input), choices: [...choices, ...none] }, offers, signal);
}
