// Simple conditions, https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
import { describe, expect, it } from 'vitest';
import { answered, passes, problemsOf } from './language.ts';

const scope = answered(
  {
    status: 'Available',
    count: 12,
    text: '200',
    ok: false,
    nothing: null,
    items: [{ id: 'a' }],
    'dotted.name': { inner: 1 },
    dotted: { name: { inner: 2 } },
  },
  { inputs: { threshold: 10, 'customer.name': 'Ann' } },
);
const holds = (condition: string): boolean => passes({ condition }, scope);

describe('simple conditions', () => {
  it('SIMP-01 have booleans, null, numbers and strings', () => {
    for (const literal of ['true == true', 'null == null', '-1.5e1 == -15', "'a' == 'a'"]) {
      expect(holds(literal), literal).toBe(true);
    }
    expect(holds('true == false')).toBe(false);
  });

  it('SIMP-02 write strings in single quotes, a quote in them doubled', () => {
    expect(holds("'it''s' == 'IT''S'")).toBe(true);
    expect(problemsOf({ condition: '$response.body.status == "available"' })).toEqual([
      'warning expression/quirk /condition',
    ]);
  });

  it('SIMP-03 bind ! before comparisons before && before ||', () => {
    expect(holds('true || false && false')).toBe(true);
    expect(holds('(true || false) && false')).toBe(false);
    expect(holds('1 < 2 && 2 < 3')).toBe(true);
    expect(holds('!false && 1 == 1')).toBe(true);
    expect(problemsOf({ condition: '1 < 2 < 3' })).toEqual(['error expression/condition-syntax /condition']);
  });

  it('SIMP-04 compare strings without case', () => {
    expect(holds("$response.body.status == 'aVAILABLE'")).toBe(true);
    expect(holds("$response.body.status != 'available'")).toBe(false);
    expect(holds("'B' > 'a'")).toBe(true);
  });

  it('SIMP-05 AMB-18 take a numeric string for a number beside a number', () => {
    expect(holds('$response.body.text == 200')).toBe(true);
    expect(holds("'10' > 9")).toBe(true);
    expect(holds("'10' > '9'")).toBe(false);
    expect(holds("'ten' > 9")).toBe(false);
  });

  it('SIMP-06 have null equal to itself only, and no order', () => {
    expect(holds('$response.body.nothing == null')).toBe(true);
    expect(holds('$response.body.nothing == 0')).toBe(false);
    expect(holds("$response.body.nothing == ''")).toBe(false);
    expect(holds('$response.body.status != null')).toBe(true);
    expect(holds('$response.body.nothing <= null')).toBe(false);
  });

  it('SIMP-07 AMB-17 pass on what is true, and fail on false, null and what is absent', () => {
    expect(holds('$response.body.items')).toBe(true);
    expect(holds('$response.body.ok')).toBe(false);
    expect(holds('$response.body.nothing')).toBe(false);
    expect(holds('$response.body.absent')).toBe(false);
  });

  it('SIMP-08 reach into values by names and indexes', () => {
    expect(holds('$response.body.count > $inputs.threshold')).toBe(true);
    expect(holds("$response.body.items[0].id == 'A'")).toBe(true);
    expect(holds('$response.body.items[1].id == null')).toBe(true);
  });

  it('SIMP-08 look for a name with dots as a whole first', () => {
    expect(holds("$inputs.customer.name == 'Ann'")).toBe(true);
    expect(holds('$response.body.dotted.name.inner == 1')).toBe(true);
  });

  it('SIMP-09 reach into values by JSON Pointers, and what is missing is null', () => {
    expect(holds("$response.body#/items/0/id == 'a'")).toBe(true);
    expect(holds('$response.body#/items/1 == null')).toBe(true);
    expect(holds('$response.body#/items/0 == null')).toBe(false);
  });

  it('SIMP-10 group and negate', () => {
    expect(holds('!($statusCode == 500)')).toBe(true);
    expect(holds('!$response.body.ok')).toBe(true);
    expect(holds('!!$response.body.ok')).toBe(false);
  });

  it('SIMP-11 end an expression at white space, a parenthesis or an operator', () => {
    expect(holds('$response.body#/count==12')).toBe(true);
    expect(holds('($response.body.count>=12)')).toBe(true);
    expect(holds("$response.body#/status!='sold'&&$statusCode<300")).toBe(true);
  });
});
