import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import * as machines from '../../src/machines/failure.ts';
import { failureOfResponse, retryAtOf } from '../../src/testing/failure-of.ts';

const MEMBERS = 'error_type type code error error_message detail error_description message title'.split(' ');
const TEXTS = ['', 'wrong', 'x'.repeat(2000)];

it('tells of a response what the machines tell', () => {
  const value = fc.constantFrom<JsonValue>(...TEXTS, 7, null, {});
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 4 }),
    value,
    fc.constant<JsonValue>([{ code: 'a' }]),
  );
  fc.assert(
    fc.property(body, (json) => {
      const response = { statusCode: 400, headers: {}, body: json };
      const { errorType } = failureOfResponse('step', 1, response, 0);
      expect(errorType).toBe(machines.failureOfResponse(response, undefined).errorType);
    }),
  );
});

it.each([
  '0',
  '7',
  ' 60 ',
  '9'.repeat(40),
  'Wed, 21 Oct 2099 07:28:00 GMT',
  'Wed, 21 Oct 2015 07:28:00 GMT',
  'January 1 2099',
  'soon',
  '-1',
  '1.5',
  '',
])('reads when the API wants to be asked again as the machines do: "%s"', (header) => {
  const now = Date.UTC(2030, 1);
  const response = { statusCode: 503, headers: { 'retry-after': header } };
  expect(retryAtOf(response, now)).toBe(machines.retryAtOf(response, () => now));
});
