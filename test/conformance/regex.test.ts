// Conditions of type regex, https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
import { describe, expect, it } from 'vitest';
import { answered, passes, problemsOf } from './language.ts';

const matches = (condition: string, context = '$statusCode'): boolean =>
  passes({ context, condition, type: 'regex' }, answered({ text: 'one\ntwo', none: null }));

describe('regex conditions', () => {
  it('RGX-01 pass when the pattern is found in the context as a text', () => {
    expect(matches(String.raw`^2\d{2}$`)).toBe(true);
    expect(matches('0')).toBe(true);
    expect(matches('^0')).toBe(false);
  });

  it('RGX-02 fail on a context that is null or absent', () => {
    expect(matches('null', '$response.body#/none')).toBe(false);
    expect(matches('.*', '$response.body#/absent')).toBe(false);
  });

  it('RGX-03 are of ECMA-262, without flags, as far as linear time goes', () => {
    expect(matches(String.raw`\bone\s(?<next>tw[o-p])\b`, '$response.body#/text')).toBe(true);
    expect(matches('ONE', '$response.body#/text')).toBe(false);
    expect(matches('^two', '$response.body#/text')).toBe(false);
    expect(problemsOf({ context: '$statusCode', condition: '(?=a)', type: 'regex' })).toEqual([
      'error expression/pattern-syntax /condition',
    ]);
  });

  it('RGX-04 that are no pattern are told, and fail', () => {
    expect(problemsOf({ context: '$statusCode', condition: '2[', type: 'regex' })).toEqual([
      'error expression/pattern-syntax /condition',
    ]);
    expect(matches('2[')).toBe(false);
  });
});
