import { describe, expect, it } from 'vitest';
import { readAsyncApi } from '../../src/asyncapi/asyncapi-document.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { asyncApi, EVENTS, EVENTS_2 } from './events.ts';

const read = (text: string) => {
  const parsed = parseDocument(text, { uri: 'file:///events.yaml' }).value;
  if (parsed === undefined) throw new Error('It is no YAML.');
  const { value, diagnostics } = readAsyncApi(parsed);
  return { value, codes: diagnostics.map(({ code, location }) => `${code} ${location.pointer}`.trim()) };
};

describe('an AsyncAPI description', () => {
  it('of AsyncAPI 3 has its operations by their keys, seen from who uses the application', () => {
    const { dialect, operations, channels } = asyncApi(EVENTS);
    expect([dialect, channels.map(({ name }) => name)]).toEqual([
      '3',
      ['orders/place', 'confirmations', 'changes'],
    ]);
    expect(operations.map(({ operationId, action }) => `${action} ${operationId}`)).toEqual([
      'send placeOrder',
      'receive orderChanged',
    ]);
  });

  it('of AsyncAPI 2 has its operations in its channels', () => {
    const { dialect, operations } = asyncApi(EVENTS_2);
    expect(dialect).toBe('2');
    expect(
      operations.map(({ operationId, action, channel }) => [action, operationId, channel?.name]),
    ).toEqual([
      ['send', 'placeOrder', 'orders/{region}'],
      ['receive', 'orderChanged', 'orders/{region}'],
    ]);
  });

  it.each([
    ['asyncapi: 3.0.0', '3'],
    ['asyncapi: 3.0', '3'],
    ['asyncapi: 2', '2'],
    ['asyncapi: "2.0.0-rc1"', '2'],
  ])('%s is read', (text, dialect) => {
    expect(read(text).value?.dialect).toBe(dialect);
  });

  it.each([
    ['title: Events', 'asyncapi/not-asyncapi'],
    ['[1]', 'asyncapi/not-asyncapi'],
    ['asyncapi: 1.2.0', 'asyncapi/not-supported /asyncapi'],
    ['asyncapi: 30.0.0', 'asyncapi/not-supported /asyncapi'],
    ['asyncapi: { a: 1 }', 'asyncapi/not-supported /asyncapi'],
    ['{ asyncapi: 3.0.0, channels: [] }', 'asyncapi/malformed /channels'],
    ['{ asyncapi: 3.0.0, operations: x }', 'asyncapi/malformed /operations'],
  ])('%s is refused', (text, code) => {
    expect(read(text)).toEqual({ value: undefined, codes: [code] });
  });

  it('has no channels of the prototype', () => {
    const { value } = read('{ asyncapi: 2.6.0, channels: { __proto__: { publish: { operationId: a } } } }');
    expect(value?.operations.map(({ operationId }) => operationId)).toEqual(['a']);
  });
});
