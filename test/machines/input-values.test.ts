import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { singleRejections, submissionRejections, wholeRejections } from '../../src/machines/input-values.ts';
import { createRuntime } from '../../src/machines/runtime.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';

const runtime = createRuntime(
  planOf({
    inputs: {
      ...inputsOf(['a', 'b', 'c/d'], {
        a: { type: 'string', minLength: 2, pattern: '^x' },
        minutes: { type: 'integer', default: 5 },
      }),
      if: { properties: { b: { const: 'deny' } }, required: ['b'] },
      then: { properties: { 'c/d': { const: 'deny' } } },
    },
    steps: [
      stepOf('one', uses('a')),
      stepOf('two', { b: '$inputs.b', c: '$inputs.c/d', m: '$inputs.minutes' }),
    ],
  }),
  {},
);
const state = runtime.states.get('awaitingInputs');
const submission = (inputs: JsonObject, values: JsonObject) => {
  if (state?.kind !== 'wait') throw new Error('There is no such waiting state.');
  return submissionRejections(runtime, inputs, values, state).map(({ input, rule }) => [input, rule]);
};

describe('a single value', () => {
  it('is rejected once, by the first rule that it does not meet', () => {
    expect(
      singleRejections(runtime, { a: 'y', minutes: '5' }).map(({ input, rule }) => [input, rule]),
    ).toEqual([
      ['a', expect.stringMatching(/minLength|pattern/)],
      ['minutes', 'type'],
    ]);
  });

  it('is not quoted in its rejection', () => {
    expect(JSON.stringify(singleRejections(runtime, { a: 'TOPSECRET-VALUE' }))).not.toContain('TOPSECRET');
  });

  it('that no input has the name of is left to the whole', () => {
    expect(singleRejections(runtime, { other: 1 })).toEqual([]);
  });
});

describe('all values together', () => {
  it('are rejected for the input that is wrong, also where its name has a slash', () => {
    expect(wholeRejections(runtime, { b: 'deny', 'c/d': 'x' }).map(({ input }) => input)).toEqual(['c/d']);
  });

  it.each([
    { additionalProperties: false },
    { maxProperties: 1 },
    { type: 'array' },
    { allOf: [{ properties: { a: { const: 1 } } }] },
    { dependentRequired: { a: ['c'] } },
  ])('are rejected by what the schema says of the whole: %j', (more) => {
    const { a, b } = { a: { type: 'string' }, b: {} };
    const plan = planOf({
      inputs: { type: 'object', properties: { a, b }, ...more },
      steps: [stepOf('one', uses('a'))],
    });
    expect(wholeRejections(createRuntime(plan, {}), { a: 'x', b: 1, other: 1 })).toHaveLength(1);
  });

  it('need not be complete', () => {
    expect(wholeRejections(runtime, {})).toEqual([]);
  });
});

describe('a submission', () => {
  it('is checked as a whole only when the last required input is in', () => {
    expect(submission({ a: 'xx' }, { b: 'deny' })).toEqual([]);
    expect(submission({ a: 'xx', b: 'deny' }, { 'c/d': 'x' })).toEqual([['c/d', 'const']]);
    expect(submission({ a: 'xx', b: 'deny' }, { 'c/d': 'deny' })).toEqual([]);
  });

  it('may not change an input of an earlier step that is there', () => {
    expect(submission({ a: 'xx' }, { a: 'xy' })).toEqual([['a', 'notAsked']]);
  });

  it('may change an input of this step that is there', () => {
    expect(submission({ a: 'xx', b: 'y' }, { b: 'z', minutes: 7 })).toEqual([]);
  });
});
