import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { failureOfError, failureOfResponse, retryAtOf } from '../../src/machines/failure.ts';

const ofBody = (body?: JsonValue) =>
  failureOfResponse({ statusCode: 400, headers: {}, ...(body === undefined ? {} : { body }) }, undefined);

describe('failureOfResponse', () => {
  it.each<[string, JsonValue, string | undefined, string]>([
    [
      'an API that names its errors',
      { error_type: 'wrong', error_message: 'It is wrong.' },
      'wrong',
      'It is wrong.',
    ],
    [
      'problem details',
      { type: 'https://e.example/wrong', title: 'Wrong', detail: 'It is wrong.' },
      'https://e.example/wrong',
      'It is wrong.',
    ],
    ['OAuth', { error: 'invalid_grant', error_description: 'It is over.' }, 'invalid_grant', 'It is over.'],
    ['a code and a message', { code: 'E1', message: 'No.' }, 'E1', 'No.'],
    [
      'members that are no texts',
      { error_type: 3, error_message: null },
      undefined,
      'The API answered with the status 400.',
    ],
    ['a text', 'plain', undefined, 'The API answered with the status 400.'],
  ])('reads the type and the message of %s', (_what, body, errorType, message) => {
    const failure = ofBody(body);
    expect([failure.errorType, failure.message, failure.body]).toEqual([errorType, message, body]);
  });

  it('has no body where the response had none', () => {
    expect(ofBody()).toEqual({
      kind: 'response',
      statusCode: 400,
      message: 'The API answered with the status 400.',
    });
  });

  it('keeps a body of 16 KiB, and none that is larger', () => {
    const text = 'x'.repeat(16 * 1024 - 2);
    expect(ofBody(text).body).toBe(text);
    expect(ofBody(`${text}x`)).not.toHaveProperty('body');
    expect(ofBody({ nested: [text] })).not.toHaveProperty('body');
  });

  it('cuts a message that is far too long', () => {
    expect(ofBody({ message: 'x'.repeat(100_000) }).message).toHaveLength(1000);
  });

  it('does not reach what every object inherits', () => {
    expect(ofBody(JSON.parse('{"__proto__":{"message":"no","code":"no"}}') as JsonValue)).toMatchObject({
      message: 'The API answered with the status 400.',
    });
  });
});

describe('failureOfError', () => {
  it.each(['network', 'timeout', 'request', 'interrupted', 'internal'] as const)(
    'keeps the kind %s and its message',
    (kind) => {
      expect(failureOfError({ kind, message: 'Why.', secret: 1 })).toEqual({ kind, message: 'Why.' });
    },
  );

  it('knows what fetch throws', () => {
    expect(failureOfError(new TypeError('fetch failed')).kind).toBe('network');
    expect(failureOfError(new DOMException('x', 'TimeoutError')).kind).toBe('timeout');
  });

  it('does not repeat the text of anything else', () => {
    expect(failureOfError(new Error('secret'))).toEqual({
      kind: 'internal',
      message: 'The actor of the step failed.',
    });
  });
});

describe('retryAtOf', () => {
  const NOW = Date.UTC(2030, 0, 1);
  const at = (header?: string) =>
    retryAtOf({ statusCode: 503, headers: header === undefined ? {} : { 'retry-after': header } }, () => NOW);

  it.each([
    ['0', NOW],
    [' 120 ', NOW + 120_000],
    ['Tue, 01 Jan 2030 00:00:07 GMT', NOW + 7000],
    ['Tue Jan  1 00:00:07 2030 GMT', NOW + 7000],
    ['Tue, 01 Jan 2020 00:00:00 GMT', NOW],
  ])('understands "%s"', (header, expected) => {
    expect(at(header)).toBe(expected);
  });

  it.each([[undefined], [''], ['soon'], ['-5'], ['1.5'], ['10, 20'], ['Tuesday'], ['2030-01-01']])(
    'takes %j for none',
    (header) => {
      expect(at(header)).toBeUndefined();
    },
  );

  it('is a date however far it is', () => {
    expect(Number.isNaN(new Date(at('9'.repeat(400)) ?? 0).getTime())).toBe(false);
  });
});
