import { hasMember, isJsonObject, setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import type { WaitDescription } from '../machines/describe-wait.ts';
import type { WaitAnswer } from '../run/run-workflow.ts';
import { labelOf, pickOne } from './ask-input.ts';
import type { AskedInput } from './ask-input.ts';
import { askInteraction } from './ask-interaction.ts';
import { askAll } from './ask-values.ts';
import type { Callbacks } from './callbacks.ts';
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
  /** Where browsers come back to. */
  readonly callbacks?: Callbacks;
  /** Called before each wait is asked for. */
  readonly before?: () => void;
}

const MAX_OPTIONAL = 4;

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
export function endOf(error: unknown): 'stop' | 'cancel' | undefined {
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
    const maxOptional = options.maxOptional ?? MAX_OPTIONAL;
    const { interaction } = wait;
    if (interaction !== undefined) {
      const { callbacks } = options;
      const how = { maxOptional, ...(callbacks === undefined ? {} : { callbacks }) };
      return endedBy(askInteraction(terminal, { ...wait, interaction }, how, signal));
    }
    const known = await callbackValues(wait, options.callbacks);
    if (Object.keys(known).length > 0) return { type: 'submit', values: known };
    const inputs = inputsToAsk(wait, offered, maxOptional);
    if (inputs.length === 0) return { type: 'stop' };
    return endedBy(askForInputs(terminal, wait, inputs, options, signal));
  };
}

async function askForInputs(
  terminal: Terminal,
  wait: WaitDescription,
  inputs: readonly AskedInput[],
  options: AskOptions,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  for (;;) {
    const asked = await askAll(terminal, inputs, offersOf(wait, options), options, signal);
    if (asked.kind === 'values') return { type: 'submit', values: asked.values };
    if (asked.kind !== 'revise') return { type: asked.kind };
    const input = await chooseRevised(terminal, wait.revisable, options, signal);
    if (input !== undefined) return { type: 'revise', input };
  }
}

/** The answer, or how the prompt was ended. */
async function endedBy(asked: Promise<WaitAnswer>): Promise<WaitAnswer> {
  try {
    return await asked;
  } catch (error) {
    const type = endOf(error);
    if (type === undefined) throw error;
    return { type };
  }
}

/** The inputs of a wait that nobody types: where browsers come back to, and the proof that they come back with. */
async function callbackValues(
  { inputs }: WaitDescription,
  callbacks: Callbacks | undefined,
): Promise<Readonly<Record<string, JsonValue>>> {
  const values: Record<string, JsonValue> = {};
  for (const { name, schema, rejection } of inputs) {
    const value = rejection === undefined ? await callbacks?.valueFor(schema) : undefined;
    if (value !== undefined) setMember(values, name, value);
  }
  return values;
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
