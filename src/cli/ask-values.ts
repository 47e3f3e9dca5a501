import { setMember } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { askOne } from './ask-input.ts';
import type { AskedInput } from './ask-input.ts';
import type { PromptOffers } from './prompts/keys.ts';
import type { Terminal } from './terminal.ts';

/** The values that a person gave, or what they want instead. */
export type Asked =
  | { readonly kind: 'values'; readonly values: Readonly<Record<string, JsonValue>> }
  | { readonly kind: 'repeat' | 'revise' | 'decline' | 'cancel' };

/** Asks for several inputs, one after the other; "back" goes to the one before, and from the first one out. */
export async function askAll(
  terminal: Terminal,
  inputs: readonly AskedInput[],
  offers: PromptOffers,
  options: { readonly suggestion?: (name: string) => string | undefined },
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
