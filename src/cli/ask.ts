import { hasMember, isJsonObject, setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { WaitDescription } from '../machines/describe-wait.ts';
import type { WaitAnswer } from '../run/run-workflow.ts';
import { askOne, labelOf, pickOne } from './ask-input.ts';
import type { AskedInput } from './ask-input.ts';
import type { PromptOffers } from './prompts/keys.ts';
import { printableLine } from './render/printable.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Answers a wait of a workflow. */
export type Ask = (wait: WaitDescription, signal: AbortSignal) => Promise<WaitAnswer>;

/** How a person is asked. */
export interface AskOptions {
  /** Taken for an input when nothing is typed. */
  readonly suggestion?: (name: string) => string | undefined;
  /** How many optional inputs of a wait are asked for at most; where there are more, none is. Default 4. */
  readonly maxOptional?: number;
  /** The schema of an input that is there already and may be changed, for its title. */
  readonly schemaOf?: (name: string) => JsonValue | undefined;
  /** Called before each wait is asked for. */
  readonly before?: () => void;
}

const MAX_OPTIONAL = 4;

type Asked =
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, JsonValue>> }
  | { readonly kind: 'repeat' | 'revise' | 'cancel' };

/** Asks for several inputs, one after the other; "back" goes to the one before, and from the first one out. */
async function askAll(
  terminal: Terminal,
  inputs: readonly AskedInput[],
  offers: PromptOffers,
  options: AskOptions,
  signal: AbortSignal,
): Promise<Asked> {
  const values: Record<string, JsonValue> = {};
  let index = 0;
  for (;;) {
    const input = inputs[index];
    if (input === undefined) return { kind: 'values', values };
    const here = index === 0 ? offers : { ...offers, revise: { label: 'back' } };
    const answer = await askOne(terminal, input, here, options.suggestion?.(input.name), signal);
    if (answer.kind === 'value') {
      if (answer.value !== undefined) setMember(values, input.name, answer.value);
      index += 1;
    } else if (answer.kind === 'revise' && index > 0) {
      index -= 1;
      const before = inputs[index];
      if (before !== undefined) delete values[before.name];
    } else {
      return { kind: answer.kind };
    }
  }
}

function knownLabel(name: string, options: AskOptions): string {
  return labelOf(name, options.schemaOf?.(name) ?? {});
}

async function chooseRevised(
  terminal: Terminal,
  names: readonly string[],
  options: AskOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (names.length < 2) return names[0];
  const choices = names.map((name) => ({ label: knownLabel(name, options), value: name }));
  const answer = await pickOne(terminal, { message: 'Change what?', choices }, {}, signal);
  return answer.kind === 'value' && typeof answer.value === 'string' ? answer.value : undefined;
}

/** Whether a prompt was ended from outside: by its signal (`stop`), or by the person (`cancel`). */
function endOf(error: unknown): 'stop' | 'cancel' | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'AbortPromptError') return 'stop';
  return error.name === 'ExitPromptError' || error.name === 'CancelPromptError' ? 'cancel' : undefined;
}

function offersOf(wait: WaitDescription, options: AskOptions): PromptOffers {
  const [only, ...others] = wait.revisable;
  return {
    ...(wait.canRepeat
      ? { repeat: { label: 'send again', ...(wait.repeatAt === undefined ? {} : { from: wait.repeatAt }) } }
      : {}),
    ...(only === undefined
      ? {}
      : {
          revise: {
            label:
              others.length === 0 ? `change ${knownLabel(only, options).toLowerCase()}` : 'change an answer',
          },
        }),
    ...(wait.expiresAt === undefined ? {} : { expiresAt: wait.expiresAt }),
  };
}

function tellRefusals(terminal: Terminal, wait: WaitDescription): void {
  const refuse = (text: string): void => {
    tell(terminal, terminal.progressStyle.bad(`✖ ${printableLine(text)}`));
  };
  if (wait.rejection !== undefined) refuse(wait.rejection.message);
  for (const { name, schema, rejection } of wait.inputs) {
    if (rejection !== undefined) refuse(`${labelOf(name, schema)}: ${rejection.message}`);
  }
}

/** The inputs of a wait to ask for: the required ones, and once the optional ones without a default. */
function inputsToAsk(
  wait: WaitDescription,
  offered: Set<string>,
  maxOptional: number,
): readonly AskedInput[] {
  const required = wait.inputs.filter((input) => input.required);
  const optional = wait.inputs.filter(
    ({ name, schema, required: needed }) =>
      !needed && !offered.has(name) && !(isJsonObject(schema) && hasMember(schema, 'default')),
  );
  for (const { name } of optional) offered.add(name);
  return optional.length > maxOptional ? required : [...required, ...optional];
}

/**
 * Asks the person at the terminal for what a workflow waits for: each required input, and once each optional one
 * without a default. Offers "send again", "change …" and cancel where the machine accepts them.
 */
export function createAsk(terminal: Terminal, options: AskOptions = {}): Ask {
  const offered = new Set<string>();
  return async (wait, signal) => {
    options.before?.();
    tellRefusals(terminal, wait);
    const inputs = inputsToAsk(wait, offered, options.maxOptional ?? MAX_OPTIONAL);
    if (inputs.length === 0) return { type: 'stop' };
    try {
      for (;;) {
        const asked = await askAll(terminal, inputs, offersOf(wait, options), options, signal);
        if (asked.kind === 'values') return { type: 'submit', values: asked.values };
        if (asked.kind !== 'revise') return { type: asked.kind };
        const input = await chooseRevised(terminal, wait.revisable, options, signal);
        if (input !== undefined) return { type: 'revise', input };
      }
    } catch (error) {
      const type = endOf(error);
      if (type === undefined) throw error;
      return { type };
    }
  };
}

/** Asks for inputs before a run begins; `undefined` when the person cancels. */
export async function askBefore(
  terminal: Terminal,
  inputs: readonly AskedInput[],
  options: AskOptions,
): Promise<Readonly<Record<string, JsonValue>> | undefined> {
  try {
    const asked = await askAll(terminal, inputs, {}, options, terminal.signal);
    return asked.kind === 'values' ? asked.values : undefined;
  } catch (error) {
    if (endOf(error) === undefined) throw error;
    return undefined;
  }
}
