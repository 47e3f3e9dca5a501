import { describe, expect, test } from 'vitest';
import { choicePrompt } from '../../src/cli/prompts/choice-prompt.ts';
import { commandOf, formatSeconds, secondsUntil } from '../../src/cli/prompts/keys.ts';
import { keyLine } from '../../src/cli/prompts/key-line.ts';
import { textPrompt } from '../../src/cli/prompts/text-prompt.ts';
import type { TextQuestion } from '../../src/cli/prompts/text-prompt.ts';
import { createVirtualTerminal, KEYS } from './helpers/virtual-terminal.ts';

async function askText(question: Partial<TextQuestion>) {
  const virtual = createVirtualTerminal({ env: { NO_COLOR: '1' } });
  const { terminal } = virtual;
  const style = terminal.progressStyle;
  const answer = textPrompt(
    {
      message: 'Number',
      optional: false,
      hidden: false,
      check: () => undefined,
      style,
      clock: () => 1000,
      ...question,
    },
    { input: terminal.input, output: terminal.progress, clearPromptOnDone: true },
  );
  // A terminal's keys from before the question are thrown away.
  await virtual.progress.shows(/esc cancel/);
  return { ...virtual, answer };
}

const digits = (text: string): string | undefined => (/^\d+$/.test(text) ? undefined : 'Digits only.');

describe('the text prompt', () => {
  test('checks while it is typed: the mark changes when the text fits', async () => {
    const { answer, type, typeAt, progress } = await askText({ check: digits });
    type('x');
    await progress.shows(/\? Number x\nDigits only\./);
    await typeAt(/Number x/, '\u007f', '4');
    await progress.shows(/✔ Number 4/);
    type('2', KEYS.enter);
    expect(await answer).toEqual({ kind: 'value', value: '42' });
  });

  test('does not take a text that is refused, and keeps it for correction', async () => {
    const { answer, type, progress } = await askText({ check: digits });
    type('4x', KEYS.enter);
    await progress.shows(/✖ Digits only\./);
    type('\u007f', '2', KEYS.enter);
    expect(await answer).toEqual({ kind: 'value', value: '42' });
  });

  test('asks for something where nothing is no answer, and takes nothing where it is', async () => {
    const required = await askText({});
    required.type(KEYS.enter);
    await required.progress.shows(/✖ Please type something\./);
    required.type('a', KEYS.enter);
    expect(await required.answer).toEqual({ kind: 'value', value: 'a' });
    const optional = await askText({ optional: true });
    optional.type(KEYS.enter);
    expect(await optional.answer).toEqual({ kind: 'value', value: '' });
  });

  test('shows dots for what is hidden, also the default', async () => {
    const { answer, type, progress } = await askText({ hidden: true, default: 'default-secret' });
    type('hush');
    await progress.shows(/Number ••••/);
    type(KEYS.enter);
    expect(await answer).toEqual({ kind: 'value', value: 'hush' });
    expect(progress.raw).not.toMatch(/hush|default-secret/);
  });

  test('knows "again" and "back" only where they are offered', async () => {
    const plain = await askText({});
    plain.type(KEYS.again, KEYS.back, 'a', KEYS.enter);
    expect(await plain.answer).toEqual({ kind: 'value', value: 'a' });
    const again = await askText({ repeat: { label: 'send again' } });
    again.type(KEYS.again);
    expect(await again.answer).toEqual({ kind: 'repeat' });
    const back = await askText({ revise: { label: 'change number' } });
    back.type(KEYS.back);
    expect(await back.answer).toEqual({ kind: 'revise' });
  });

  test('"again" is refused before its time and taken from then on', async () => {
    const early = await askText({ repeat: { label: 'send again', from: 4500 } });
    early.type(KEYS.again);
    await early.progress.shows(/Not yet: send again in 4 s\./);
    early.type('a', KEYS.enter);
    await early.answer;
    const late = await askText({ repeat: { label: 'send again', from: 1000 } });
    late.type(KEYS.again);
    expect(await late.answer).toEqual({ kind: 'repeat' });
  });

  test('the end of the input cancels, so that nothing waits for ever', async () => {
    const { answer, hangUp, progress } = await askText({});
    await progress.shows(/cancel/);
    hangUp();
    expect(await answer).toEqual({ kind: 'cancel' });
  });

  test('counts down', async () => {
    let now = 0;
    const { answer, type, progress } = await askText({
      clock: () => now,
      expiresAt: 90_000,
      repeat: { label: 'again', from: 15_000 },
    });
    await progress.shows(/again in 15 s.*1:30 left/);
    now = 15_000;
    await progress.shows(/again · .*1:15 left/);
    type('a', KEYS.enter);
    expect(await answer).toEqual({ kind: 'value', value: 'a' });
  });
});

describe('the choice prompt', () => {
  async function askChoice(...labels: readonly string[]) {
    const virtual = createVirtualTerminal({ env: { NO_COLOR: '1' } });
    const { terminal } = virtual;
    const choices = labels.map((label, value) => ({ label, value }));
    const answer = choicePrompt(
      { message: 'Which?', choices, style: terminal.progressStyle, clock: () => 0 },
      { input: terminal.input, output: terminal.progress, clearPromptOnDone: true },
    );
    await virtual.progress.shows(/esc cancel/);
    return { ...virtual, answer };
  }

  test('goes around with the arrow keys', async () => {
    const { answer, type } = await askChoice('red', 'green', 'blue');
    type(KEYS.up, KEYS.up, KEYS.enter);
    expect(await answer).toEqual({ kind: 'value', value: 1 });
  });

  test('takes a number and the first letters of a label', async () => {
    const number = await askChoice('red', 'green', 'blue');
    number.type('3', KEYS.enter);
    expect(await number.answer).toEqual({ kind: 'value', value: 2 });
    const letters = await askChoice('red', 'green', 'grey');
    letters.type('g', 'r', 'e', 'y', KEYS.enter);
    expect(await letters.answer).toEqual({ kind: 'value', value: 2 });
  });
});

describe('the line of keys', () => {
  const { progressStyle } = createVirtualTerminal({ isTTY: false }).terminal;

  test('says what each key does', () => {
    const offers = {
      repeat: { label: 'send again', from: 3000 },
      revise: { label: 'change number' },
      expiresAt: 61_000,
    };
    expect(keyLine(offers, 'continue', 0, progressStyle)).toBe(
      'enter continue · ctrl+r send again in 3 s · ctrl+e change number · esc cancel · 1:01 left',
    );
    expect(keyLine({ expiresAt: 5 }, 'skip', 10, progressStyle)).toBe('enter skip · esc cancel · time is up');
  });

  test('seconds are rounded up and never negative', () => {
    expect([secondsUntil(1001, 0), secondsUntil(1000, 0), secondsUntil(0, 5)]).toEqual([2, 1, 0]);
    expect([59, 60, 605, 28_800].map(formatSeconds)).toEqual(['59 s', '1:00', '10:05', '8:00:00']);
  });

  test('plain letters are no commands', () => {
    expect([
      commandOf({ name: 'r' }),
      commandOf({ name: 'e' }),
      commandOf({ name: 'r', ctrl: true }),
    ]).toEqual([undefined, undefined, 'repeat']);
    expect(commandOf({ name: 'escape' })).toBe('cancel');
  });
});
