// Conditions of type jsonpath, https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { answered, passes, problemsOf } from './language.ts';

const selects = (condition: string, body: JsonValue): boolean =>
  passes({ context: '$response.body', condition, type: 'jsonpath' }, answered(body));

describe('JSONPath conditions', () => {
  it('JP-01 are queries of RFC 9535', () => {
    expect(selects('$.pets[?length(@.name) > 2 && @.age < 3]', { pets: [{ name: 'Rex', age: 1 }] })).toBe(
      true,
    );
    expect(selects('$.pets[::2].name', { pets: [{}, { name: 'Rex' }] })).toBe(false);
    expect(selects('$..name', { pets: [{ name: 'Rex' }] })).toBe(true);
  });

  it('JP-02 pass when they select anything, whatever it is', () => {
    expect(selects('$[0]', [false])).toBe(true);
    expect(selects('$[0]', [null])).toBe(true);
    expect(selects('$[0]', [])).toBe(false);
  });

  it('JP-03 fail on a context that is null or absent, and are refused where they are no query', () => {
    expect(selects('$', null)).toBe(false);
    expect(passes({ context: '$response.body#/a', condition: '$', type: 'jsonpath' }, answered({}))).toBe(
      false,
    );
    const broken = { context: '$response.body', condition: '$.items[', type: 'jsonpath' };
    expect(problemsOf(broken)).toEqual(['error expression/jsonpath-syntax /condition']);
  });

  it('JP-03 that compare a path, as many documents do, are simple conditions with a warning', () => {
    const criterion = { context: '$response.body', condition: "$.status == 'accepted'", type: 'jsonpath' };
    expect(problemsOf(criterion)).toEqual(['warning expression/quirk /condition']);
    expect(passes(criterion, answered({ status: 'accepted' }))).toBe(true);
    expect(passes(criterion, answered({ status: 'refused' }))).toBe(false);
  });

  it('JP-04 have the context as their root', () => {
    expect(selects('$[?count(@.pets) > 0]', [{ pets: [1] }])).toBe(true);
    expect(selects('$[?count(@.pets) > 0]', { pets: [1] })).toBe(false);
    expect(selects('$.pets[*]', { pets: [1] })).toBe(true);
  });

  it('JP-05 find nothing inside of a body that is a text', () => {
    expect(selects('$.a', '{"a":1}')).toBe(false);
  });
});
