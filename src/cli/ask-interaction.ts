import { isJsonObject, memberOf, setMember } from '../document/json.ts';
import type { JsonObject, JsonValue } from '../document/json.ts';
import type { InteractionDescription } from '../machines/describe-redirect.ts';
import type { WaitDescription } from '../machines/describe-wait.ts';
import type { WaitAnswer } from '../run/run-workflow.ts';
import { askOne, pickOne } from './ask-input.ts';
import type { AskedInput } from './ask-input.ts';
import { askAll } from './ask-values.ts';
import type { CallbackListener } from './callback-listener.ts';
import type { Callbacks } from './callbacks.ts';
import { coerce } from './coerce.ts';
import { CommandError } from './command-error.ts';
import type { PromptOffers } from './prompts/keys.ts';
import { printableLine } from './render/printable.ts';
import { tellQuestion } from './render/question.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** A wait for the answer to an interaction. */
export type InteractionWait = WaitDescription & { readonly interaction: InteractionDescription };

/** How a person is asked what an interaction says. */
export interface AskInteractionOptions {
  readonly callbacks?: Callbacks;
  /** Of a form with more optional members than this, none is asked for. */
  readonly maxOptional: number;
}

/** Asks a person for the answer to an interaction: a form, a question, or a link to follow. */
export function askInteraction(
  terminal: Terminal,
  wait: InteractionWait,
  options: AskInteractionOptions,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const { problem } = wait.interaction;
  if (problem !== undefined) {
    tell(terminal, terminal.progressStyle.bad(`✖ ${printableLine(problem)}`));
    return Promise.resolve({ type: 'cancel' });
  }
  tellQuestion(terminal, wait.interaction);
  switch (wait.interaction.mode) {
    case 'form':
      return askForm(terminal, wait, options, signal);
    case 'acknowledge':
      return askToProceed(terminal, wait, options, signal);
    case 'redirect':
      return askRedirect(terminal, wait, options, signal);
  }
}

function offersOf({ expiresAt }: WaitDescription): PromptOffers {
  return { decline: { label: 'decline' }, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

async function askForm(
  terminal: Terminal,
  wait: InteractionWait,
  { maxOptional }: AskInteractionOptions,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const { inputs, interaction } = wait;
  if (inputs.length === 0) return askWhole(terminal, interaction.schema, offersOf(wait), signal);
  const required = inputs.filter((input) => input.required);
  const asked = inputs.length - required.length > maxOptional ? required : inputs;
  const answer = await askAll(terminal, asked, offersOf(wait), {}, signal);
  if (answer.kind === 'values') return { type: 'submit', values: answer.values };
  return { type: answer.kind === 'decline' ? 'decline' : 'cancel' };
}

/** Asks for an answer whose schema names no members, as JSON. */
async function askWhole(
  terminal: Terminal,
  schema: JsonValue,
  offers: PromptOffers,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const input: AskedInput = { name: 'answer', schema, required: true, secret: false };
  const answer = await askOne(terminal, input, offers, undefined, signal);
  if (answer.kind === 'value') return { type: 'submit', values: answer.value ?? {} };
  return { type: answer.kind === 'decline' ? 'decline' : 'cancel' };
}

async function askToProceed(
  terminal: Terminal,
  wait: InteractionWait,
  options: AskInteractionOptions,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const choices = [
    { label: 'proceed', value: true },
    { label: 'decline', value: false },
  ];
  const offers = wait.expiresAt === undefined ? {} : { expiresAt: wait.expiresAt };
  const answer = await pickOne(terminal, { message: 'Go on?', choices }, offers, signal);
  if (answer.kind !== 'value') return { type: answer.kind === 'decline' ? 'decline' : 'cancel' };
  if (answer.value !== true) return { type: 'decline' };
  const isFlag = wait.inputs.some(({ name }) => name === 'acknowledged');
  const rest = wait.inputs.filter(({ name, required }) => required && name !== 'acknowledged');
  const more =
    rest.length === 0
      ? ({ type: 'submit', values: {} } as const)
      : await askForm(terminal, { ...wait, inputs: rest }, options, signal);
  if (more.type !== 'submit') return more;
  return {
    type: 'submit',
    values: { ...(more.values as JsonObject), ...(isFlag ? { acknowledged: true } : {}) },
  };
}

async function askRedirect(
  terminal: Terminal,
  wait: InteractionWait,
  { callbacks }: AskInteractionOptions,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const { url = '', callback } = wait.interaction;
  const style = terminal.progressStyle;
  tell(terminal, `  ${style.dim('Open in your browser:')} ${style.accent(printableLine(url, 4000))}`);
  const listener = callback === undefined ? undefined : await listenAt(callback.url, callbacks, terminal);
  if (listener === undefined) return askAddress(terminal, wait, signal);
  const done = new AbortController();
  const inner = AbortSignal.any([signal, done.signal]);
  const query = listener.next(callback?.state, inner).then(
    (found): WaitAnswer => ({ type: 'submit', values: valuesOf(wait, found) }),
    () => undefined,
  );
  const choices = [{ label: 'decline', value: true }];
  const asked = pickOne(
    terminal,
    { message: 'Waiting for the browser to come back', choices },
    offersOf(wait),
    inner,
  )
    .then(({ kind }): WaitAnswer => ({ type: kind === 'cancel' ? 'cancel' : 'decline' }))
    // The prompt is ended when the browser is back; the wait, when it is over.
    .catch((error: unknown) => {
      if (done.signal.aborted) return undefined;
      throw error;
    });
  try {
    const first = await Promise.race([asked, query]);
    return first ?? (await asked) ?? { type: 'cancel' };
  } finally {
    done.abort();
    await asked.catch(() => undefined);
  }
}

/** Listens for the browser, or says why it cannot come back by itself. */
async function listenAt(
  url: string,
  callbacks: Callbacks | undefined,
  terminal: Terminal,
): Promise<CallbackListener | undefined> {
  try {
    return await callbacks?.listenAt(url);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    tell(terminal, terminal.progressStyle.bad(`✖ ${printableLine(error.message)}`));
    return undefined;
  }
}

/** Asks for the address at which the browser ended, where it is not one of this machine. */
async function askAddress(
  terminal: Terminal,
  wait: InteractionWait,
  signal: AbortSignal,
): Promise<WaitAnswer> {
  const schema = {
    title: 'The address at which the browser ended',
    type: 'string',
    pattern: '^https?://[^?]+\\?.',
    description: 'Copy it out of the address bar.',
  };
  const input: AskedInput = { name: 'address', schema, required: true, secret: false };
  const answer = await askOne(terminal, input, offersOf(wait), undefined, signal);
  if (answer.kind !== 'value') return { type: answer.kind === 'decline' ? 'decline' : 'cancel' };
  const address =
    typeof answer.value === 'string' && URL.canParse(answer.value) ? new URL(answer.value) : undefined;
  return { type: 'submit', values: valuesOf(wait, Object.fromEntries(address?.searchParams ?? [])) };
}

/** The parameters that came back, each of the type that the schema asks for. */
function valuesOf({ interaction }: InteractionWait, query: Readonly<Record<string, string>>): JsonObject {
  const properties = isJsonObject(interaction.schema)
    ? memberOf(interaction.schema, 'properties')
    : undefined;
  const values: Record<string, JsonValue> = {};
  for (const [name, text] of Object.entries(query)) {
    const coerced = coerce(
      text,
      (isJsonObject(properties) ? memberOf(properties, name) : undefined) ?? { type: 'string' },
    );
    setMember(values, name, 'value' in coerced ? coerced.value : text);
  }
  return values;
}
