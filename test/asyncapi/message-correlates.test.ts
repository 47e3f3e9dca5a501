import { expect, it } from 'vitest';
import { messageCorrelates } from '../../src/asyncapi/message-correlates.ts';
import type { ChannelMessage } from '../../src/asyncapi/channel-operation.ts';

const of = (...places: readonly NonNullable<ChannelMessage['correlation']>[]) => ({
  messages: places.map((correlation) => ({
    name: 'm',
    correlation,
    requiredHeaders: [],
    requiredProperties: [],
  })),
});
const HEADER = { in: 'header', path: ['requestId'] } as const;
const PAYLOAD = { in: 'payload', path: ['order', 'id'] } as const;

it('takes every message where no id is wanted, or no place of one is declared', () => {
  expect(messageCorrelates(of(HEADER), undefined, { headers: {} })).toBe(true);
  expect(messageCorrelates({ messages: [] }, 'a', { headers: {} })).toBe(true);
});

it('takes a message by its header, whose name has no case and whose value is a text', () => {
  expect(messageCorrelates(of(HEADER), 7, { headers: { REQUESTID: '7' } })).toBe(true);
  expect(messageCorrelates(of(HEADER), 7, { headers: { requestId: '8' } })).toBe(false);
  expect(messageCorrelates(of(HEADER), 7, { headers: {} })).toBe(false);
});

it('takes a message by a place in its payload', () => {
  expect(messageCorrelates(of(PAYLOAD), 'a', { headers: {}, payload: { order: { id: 'a' } } })).toBe(true);
  expect(messageCorrelates(of(PAYLOAD), 'a', { headers: {}, payload: { order: { id: 'b' } } })).toBe(false);
  expect(messageCorrelates(of(PAYLOAD), 'a', { headers: {}, payload: 'a' })).toBe(false);
  expect(messageCorrelates(of(PAYLOAD), 'null', { headers: {}, payload: { order: { id: null } } })).toBe(
    false,
  );
  expect(
    messageCorrelates(of(PAYLOAD), { a: 1 }, { headers: {}, payload: { order: { id: { a: 1 } } } }),
  ).toBe(true);
  expect(messageCorrelates(of(PAYLOAD), { a: 1 }, { headers: {}, payload: { order: { id: 'x' } } })).toBe(
    false,
  );
});

it('takes a message by any of the declared places', () => {
  expect(messageCorrelates(of(HEADER, PAYLOAD), 'a', { headers: {}, payload: { order: { id: 'a' } } })).toBe(
    true,
  );
});
