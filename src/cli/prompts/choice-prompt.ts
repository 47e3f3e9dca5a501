import {
  createPrompt,
  isDownKey,
  isEnterKey,
  isUpKey,
  useKeypress,
  usePagination,
  useState,
} from '@inquirer/core';
import type { Palette } from '../render/palette.ts';
import { keyLine } from './key-line.ts';
import type { PromptAnswer, PromptOffers } from './keys.ts';
import { useCommands } from './use-commands.ts';

/** One of the things to choose from. */
export interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
  /** Shown dimmed behind the label. */
  readonly note?: string;
}

/** A question that is answered by picking from a list; the list is not empty. */
export interface ChoiceQuestion extends PromptOffers {
  readonly message: string;
  readonly choices: readonly Choice<number>[];
  readonly style: Palette;
  readonly clock: () => number;
}

const HIDE_CURSOR = '\u001b[?25l';
const PAGE_SIZE = 8;

/**
 * Asks to pick one of a list with the arrow keys, by its number, or by the first letters of its label.
 * Gives the choice's value, or the key that was pressed instead. Made to be cleared when it is over (`clearPromptOnDone`).
 */
export const choicePrompt = createPrompt<PromptAnswer<number>, ChoiceQuestion>((question, done) => {
  const { style, choices } = question;
  const [active, setActive] = useState(0);
  const [refused, setRefused] = useState<string | undefined>(undefined);
  const commands = useCommands<number>(question, question.clock, done);

  useKeypress((key, rl) => {
    const handled = commands.handle(key);
    if (handled === 'ended') return;
    setRefused(handled?.refused);
    if (handled !== undefined) return;
    const chosen = choices[active];
    if (isEnterKey(key)) {
      if (chosen !== undefined) done({ kind: 'value', value: chosen.value });
    } else if (isUpKey(key) || isDownKey(key)) {
      rl.clearLine(0);
      setActive((active + (isUpKey(key) ? choices.length - 1 : 1)) % choices.length);
    } else if (rl.line !== '') {
      const typed = rl.line.toLowerCase();
      const byNumber = /^\d+$/.test(typed) ? Number(typed) - 1 : -1;
      const byLabel = choices.findIndex((choice) => choice.label.toLowerCase().startsWith(typed));
      const found = byNumber >= 0 && byNumber < choices.length ? byNumber : byLabel;
      if (found === -1) rl.clearLine(0);
      else setActive(found);
    }
  });

  const page = usePagination({
    items: choices,
    active,
    pageSize: PAGE_SIZE,
    loop: false,
    renderItem: ({ item, isActive, index }) => {
      const note = item.note === undefined ? '' : ` ${style.dim(item.note)}`;
      const line = `${isActive ? '❯' : ' '} ${String(index + 1)}. ${item.label}`;
      return `${isActive ? style.accent(line) : line}${note}`;
    },
  });

  const problem = refused === undefined ? '' : `${style.bad(`✖ ${refused}`)}\n`;
  const keys = keyLine(question, 'choose', commands.now, style);
  return `${style.accent('?')} ${style.bold(question.message)}\n${page}\n${problem}${keys}${HIDE_CURSOR}`;
});
