import { createPrompt, isEnterKey, useKeypress, useState } from '@inquirer/core';
import type { Palette } from '../render/palette.ts';
import { keyLine } from './key-line.ts';
import type { PromptAnswer, PromptOffers } from './keys.ts';
import { useCommands } from './use-commands.ts';

/** A question that is answered by typing. */
export interface TextQuestion extends PromptOffers {
  readonly message: string;
  /** Shown under the question until the answer fits. */
  readonly hint?: string;
  /** Taken when nothing is typed; shown unless the answer is hidden. */
  readonly default?: string;
  /** Whether nothing at all is an answer. */
  readonly optional: boolean;
  /** What is typed is shown as dots. */
  readonly hidden: boolean;
  /** Why a text is refused, `undefined` when it is not. Called at every key. */
  readonly check: (text: string) => string | undefined;
  readonly style: Palette;
  readonly clock: () => number;
}

/**
 * Asks for a line of text and checks it while it is typed. Gives the text as typed (the default, or the empty
 * text of an optional question), or the key that was pressed instead. Made to be cleared when it is over
 * (`clearPromptOnDone`): whoever asks writes what was answered.
 */
export const textPrompt = createPrompt<PromptAnswer<string>, TextQuestion>((question, done) => {
  const { style } = question;
  const [text, setText] = useState('');
  const [refused, setRefused] = useState<string | undefined>(undefined);
  const commands = useCommands<string>(question, question.clock, done);

  useKeypress((key, rl) => {
    const handled = commands.handle(key);
    if (handled === 'ended') return;
    if (handled !== undefined) {
      setRefused(handled.refused);
      return;
    }
    if (!isEnterKey(key)) {
      setText(rl.line);
      setRefused(undefined);
      return;
    }
    const given = text === '' ? (question.default ?? '') : text;
    const problem =
      given === '' ? (question.optional ? undefined : 'Please type something.') : question.check(given);
    if (problem === undefined) {
      done({ kind: 'value', value: given });
    } else {
      // Readline has emptied its line at enter; the person goes on with what was typed.
      rl.write(text);
      setRefused(problem);
    }
  });

  const shown = question.hidden ? '•'.repeat(text.length) : text;
  const problem = text === '' ? undefined : question.check(text);
  const fits = text !== '' && problem === undefined;
  const fallback =
    text === '' && question.default !== undefined && !question.hidden
      ? `${style.dim(`(${question.default})`)} `
      : '';
  const notes = [
    refused === undefined ? undefined : style.bad(`✖ ${refused}`),
    // The hint says in the author's words what the schema's problem says in general ones.
    fits ? undefined : question.hint !== undefined ? style.dim(question.hint) : problem && style.dim(problem),
  ];
  const keys = keyLine(question, question.optional && text === '' ? 'skip' : 'continue', commands.now, style);
  return [
    `${fits ? style.good('✔') : style.accent('?')} ${style.bold(question.message)} ${fallback}${shown}`,
    [...notes, keys].filter((line) => line !== undefined).join('\n'),
  ];
});
