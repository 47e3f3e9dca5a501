import { expect, it } from 'vitest';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';
import { outcomeWithResponse } from '../../src/expressions/with-response.ts';

it.each([
  ['$statusCode == null', false],
  ['null == $statusCode', false],
  ['$statusCode != null', true],
  ['$statusCode', true],
  ['!$statusCode', false],
  ['!($statusCode == null)', true],
  ['$statusCode == null && $statusCode == 503', false],
  ['$statusCode == null || $statusCode == 503', undefined],
  ['$statusCode != null || $response.body == null', true],
  ['$statusCode == 200', undefined],
  ['$statusCode < 500', undefined],
  ['$response.body == null', undefined],
  ['$inputs.a == null', undefined],
])('with a response, %s is %s', (condition, outcome) => {
  const { value } = parseCriterion({ condition });
  expect(value && outcomeWithResponse(value)).toBe(outcome);
});
