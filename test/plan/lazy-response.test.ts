import { expect, it } from 'vitest';
import { isLazyResponse, lazyResponse } from '../../src/plan/lazy-response.ts';

function counted(body: string | undefined) {
  const calls: number[] = [];
  const response = lazyResponse(200, { a: 'b' }, () => {
    calls.push(1);
    return body;
  });
  return { response, calls };
}

it('decodes its body when somebody looks at it, once', () => {
  const { response, calls } = counted('x');
  expect([response.statusCode, response.headers, calls.length]).toEqual([200, { a: 'b' }, 0]);
  expect([response.body, response.body, calls.length]).toEqual(['x', 'x', 1]);
  const absent = counted(undefined);
  expect([absent.response.body, absent.response.body, absent.calls.length]).toEqual([
    undefined,
    undefined,
    1,
  ]);
});

it('is the JSON that it stands for', () => {
  expect(JSON.stringify(counted('x').response)).toBe('{"statusCode":200,"headers":{"a":"b"},"body":"x"}');
});

it('is known by where it was made, not by how it looks', () => {
  const { response } = counted('x');
  expect([isLazyResponse(response), isLazyResponse({ ...response })]).toEqual([true, false]);
});
