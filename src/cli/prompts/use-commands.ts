import { useEffect, useState } from '@inquirer/core';
import { isTicking } from './key-line.ts';
import { commandOf, formatSeconds, secondsUntil } from './keys.ts';
import type { Key, PromptAnswer, PromptOffers } from './keys.ts';

/** What the hook gives to a prompt. */
export interface Commands {
  /** Epoch milliseconds of this drawing. */
  readonly now: number;
  /** Handles a key: `ended` when it ended the prompt, a sentence when it is refused, `undefined` when it is not ours. */
  readonly handle: (key: Key) => 'ended' | { readonly refused: string } | undefined;
}

/**
 * The keys that every prompt has (again, back, cancel), a clock for the countdowns, and the end of the input
 * stream, which cancels: a prompt that nobody can answer any more must not wait.
 */
export function useCommands<Value>(
  offers: PromptOffers,
  clock: () => number,
  end: (answer: PromptAnswer<Value>) => void,
): Commands {
  const [now, setNow] = useState(clock());
  useEffect((rl) => {
    const onClose = (): void => end({ kind: 'cancel' });
    rl.on('close', onClose);
    const timer = isTicking(offers, clock()) ? setInterval(() => setNow(clock()), 1000) : undefined;
    return () => {
      rl.removeListener('close', onClose);
      clearInterval(timer);
    };
  }, []);
  return {
    now,
    handle: (key) => {
      const command = commandOf(key);
      if (command === undefined) return undefined;
      if (command === 'revise' && offers.revise === undefined) return undefined;
      if (command === 'decline' && offers.decline === undefined) return undefined;
      if (command === 'repeat') {
        if (offers.repeat === undefined) return undefined;
        const seconds = offers.repeat.from === undefined ? 0 : secondsUntil(offers.repeat.from, clock());
        if (seconds > 0) return { refused: `Not yet: ${offers.repeat.label} in ${formatSeconds(seconds)}.` };
      }
      end({ kind: command });
      return 'ended';
    },
  };
}
