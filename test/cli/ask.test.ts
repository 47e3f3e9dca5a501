import { describe, expect, test } from 'vitest';
import { createAsk } from '../../src/cli/ask.ts';
import { labelOf } from '../../src/cli/ask-input.ts';
import type { WaitDescription } from '../../src/machines/describe-wait.ts';
import { createVirtualTerminal, KEYS } from './helpers/virtual-terminal.ts';

const { enter } = KEYS;
const text = { required: true, secret: false } as const;

function waitOf(more: Partial<WaitDescription>): WaitDescription {
  return { state: 'awaitingInputs', stepId: 'step', inputs: [], canRepeat: false, revisable: [], ...more };
}

function ask(
  wait: Partial<WaitDescription>,
  signal = new AbortController().signal,
  options: Parameters<typeof createAsk>[1] = {},
) {
  const virtual = createVirtualTerminal({ env: { NO_COLOR: '1' } });
  return { ...virtual, answer: createAsk(virtual.terminal, options)(waitOf(wait), signal) };
}

describe('asking a person', () => {
  test('submits all inputs of a wait together, each with the type of its schema', async () => {
    const { answer, typeAt } = ask({
      inputs: [
        { name: 'phone_number', schema: { type: 'string' }, ...text },
        { name: 'minutes', schema: { type: 'integer', title: 'Length' }, ...text },
        { name: 'agreed', schema: { type: 'boolean' }, ...text },
        { name: 'channel', schema: { enum: ['sms', 'whatsapp'] }, ...text },
      ],
    });
    await typeAt(/\? Phone number/, '5', enter);
    await typeAt(/\? Length/, '5', enter);
    await typeAt(/\? Agreed\n❯ 1\. yes/, '2', enter);
    await typeAt(/\? Channel\n❯ 1\. sms/, KEYS.down, enter);
    expect(await answer).toEqual({
      type: 'submit',
      values: { phone_number: '5', minutes: 5, agreed: false, channel: 'whatsapp' },
    });
  });

  test('goes back within a wait before it leaves it', async () => {
    const { answer, typeAt } = ask({
      inputs: [
        { name: 'one', schema: {}, ...text },
        { name: 'two', schema: {}, ...text },
      ],
    });
    await typeAt(/\? One/, 'a', enter);
    await typeAt(/\? Two/, KEYS.back);
    await typeAt(/\? One/, 'b', enter);
    await typeAt(/\? Two/, 'c', enter);
    expect(await answer).toEqual({ type: 'submit', values: { one: 'b', two: 'c' } });
  });

  test('offers the values of an earlier step and submits the one that is picked', async () => {
    const choices = [
      { value: 'org-1', label: 'Acme\u001b[31m' },
      { value: 'org-2', label: 'Globex' },
    ];
    const { answer, typeAt, progress } = ask({
      inputs: [{ name: 'organization_id', schema: { type: 'string' }, choices, ...text }],
    });
    await typeAt(/Globex org-2[\s\S]*esc cancel/, KEYS.down, enter);
    expect(await answer).toEqual({ type: 'submit', values: { organization_id: 'org-2' } });
    expect(progress.raw).not.toContain('\u001b[31m');
  });

  test('an optional input may be skipped and is offered once; one with a default is not offered', async () => {
    const virtual = createVirtualTerminal({ env: { NO_COLOR: '1' } });
    const inputs = [
      { name: 'code', schema: {}, ...text },
      { name: 'nickname', schema: {}, required: false, secret: false },
      { name: 'minutes', schema: { default: 5 }, required: false, secret: false },
    ];
    const answering = createAsk(virtual.terminal);
    const first = answering(waitOf({ inputs }), new AbortController().signal);
    await virtual.typeAt(/\? Code/, '1', enter);
    await virtual.typeAt(/\? Nickname \(optional\)/, enter);
    expect(await first).toEqual({ type: 'submit', values: { code: '1' } });
    const second = answering(waitOf({ inputs }), new AbortController().signal);
    await virtual.typeAt(/\? Code/, '2', enter);
    expect(await second).toEqual({ type: 'submit', values: { code: '2' } });
    expect(virtual.progress.text).not.toContain('Minutes');
  });

  test('asks what to change where there are several answers, by their titles', async () => {
    const schemaOf = (name: string) => ({ title: name === 'phone_number' ? 'Mobile' : 'Name' });
    const { answer, typeAt } = ask(
      { inputs: [{ name: 'code', schema: {}, ...text }], revisable: ['user_name', 'phone_number'] },
      new AbortController().signal,
      { schemaOf },
    );
    await typeAt(/ctrl\+e change an answer/, KEYS.back);
    await typeAt(/Change what\?\n❯ 1\. Name\n {2}2\. Mobile/, '2', enter);
    expect(await answer).toEqual({ type: 'revise', input: 'phone_number' });
  });

  test('tells why the last values were not taken', async () => {
    const { answer, typeAt, progress } = ask({
      rejection: { input: '', rule: 'oneOf', message: 'One of them is enough.' },
      inputs: [
        {
          name: 'code',
          schema: {},
          ...text,
          rejection: { input: 'code', rule: 'late', message: 'Too late.' },
        },
      ],
    });
    await typeAt(/\? Code/, 'a', enter);
    await answer;
    expect(progress.text).toMatch(/✖ One of them is enough\.\n✖ Code: Too late\./);
  });

  test('ends when the answer is not needed any more', async () => {
    const controller = new AbortController();
    const { answer, progress } = ask({ inputs: [{ name: 'code', schema: {}, ...text }] }, controller.signal);
    await progress.shows(/\? Code/);
    controller.abort();
    expect(await answer).toEqual({ type: 'stop' });
  });
});

describe('the label of an input', () => {
  test('is its title, else its name in words, on one line and harmless', () => {
    expect(labelOf('phone_number', {})).toBe('Phone number');
    expect(labelOf('emailAddress', {})).toBe('Email address');
    expect(labelOf('x', { title: 'Your\n\u001b[31mcode' })).toBe('Your \uFFFD[31mcode');
  });
});
