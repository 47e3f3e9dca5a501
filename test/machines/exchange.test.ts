import { expect, it } from 'vitest';
import { lazyResponse } from '../../src/plan/lazy-response.ts';
import { readExchange } from '../../src/machines/exchange.ts';

it("reads what the package's own actors give", () => {
  const exchange = {
    request: { url: 'https://a.example/b', method: 'GET', headers: { a: 'b' }, query: { q: 1 }, path: {} },
    response: { statusCode: 200, headers: { 'content-type': 'application/json' }, body: { a: null } },
  };
  expect(readExchange(exchange)).toEqual(exchange);
});

it('reads just a response, with header names in lower case', () => {
  expect(readExchange({ statusCode: 204, headers: { 'X-A': 'b', n: 3, none: null } })).toEqual({
    response: { statusCode: 204, headers: { 'x-a': 'b', n: '3' } },
  });
});

it('fills in what a request lacks', () => {
  expect(readExchange({ response: { statusCode: 200 }, request: { url: 'x' } })?.request).toEqual({
    url: 'x',
    method: '',
    headers: {},
    query: {},
    path: {},
  });
});

it('keeps a body of null', () => {
  expect(readExchange({ statusCode: 200, body: null })?.response).toEqual({
    statusCode: 200,
    headers: {},
    body: null,
  });
});

it.each([
  [undefined],
  [null],
  ['x'],
  [[]],
  [{}],
  [{ statusCode: '200' }],
  [{ statusCode: 2.5 }],
  [{ response: [] }],
  [{ statusCode: 200, body: 1n }],
])('takes %s for none', (output) => {
  expect(readExchange(output)).toBeUndefined();
});

it('does not look at a body that is decoded when it is looked at', () => {
  const response = lazyResponse(200, {}, () => {
    throw new Error('Nobody asked for it.');
  });
  expect(readExchange({ response })?.response.statusCode).toBe(200);
});
