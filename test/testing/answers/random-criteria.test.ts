import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/document/json.ts';
import { parseCriterion } from '../../../src/expressions/parse-criterion.ts';
import type { Scope } from '../../../src/expressions/scope.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';
import { sentence } from '../../fuzz/languages.ts';
import { describedBy, jsonOf, SCOPE, sourcesOf, wrongDecisions } from './answers-of.ts';

// The same cases in each run; another seed, or more runs, look further.
const SEED = Number(process.env['FUZZ_SEED'] ?? 907_114_371);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1);

const place = fc.constantFrom(
  '$statusCode',
  '$response.body#/a',
  '$response.body#/list/0/b',
  '$response.body.list.length',
  '$response.body.c.d',
  '$response.header.x-kind',
  '$inputs.state',
  '$inputs.limit',
);
const constant = fc.constantFrom(
  "'done'",
  "''",
  '0',
  '3',
  '-1.5',
  '200',
  '404',
  'true',
  'false',
  'null',
  '"A"',
);

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    fc
      .tuple(place, fc.constantFrom('==', '!=', '<', '<=', '>', '>='), fc.oneof(constant, place))
      .map((parts) => parts.join(' ')),
    place,
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, by, b]) => `(${a} ${by} ${b})`),
    tie('condition').map((one) => `!(${one})`),
  ),
}));

const query = fc
  .array(
    fc.constantFrom(
      '.a',
      '.list',
      '[0]',
      '[-1]',
      '[*]',
      '..b',
      '[1:]',
      '[?@.b > 1]',
      '[?@.a == "x" || @.b]',
      '[?length(@.list) >= 2]',
      '[?count(@.list[*]) == 1]',
      '[?!@.c]',
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((segments) => `$${segments.join('')}`);

const criterion: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: condition.map((text): JsonValue => ({ condition: text })) },
  {
    weight: 2,
    arbitrary: query.map((text): JsonValue => ({
      type: 'jsonpath',
      context: '$response.body',
      condition: text,
    })),
  },
  { weight: 2, arbitrary: sentence.map((one) => one.criterion) },
);

const valid = criterion.filter((one) => parseCriterion(one).value !== undefined);

const openapi = describedBy({
  '200': jsonOf({
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: ['string', 'null'], enum: ['Done', 'open', null] },
      list: { type: 'array', items: { type: 'object', properties: { b: { type: 'integer', minimum: 0 } } } },
      c: { type: 'object', additionalProperties: { type: 'number' } },
    },
  }),
  default: jsonOf({ type: 'object', properties: { error: { type: 'string' } } }),
});

const step: fc.Arbitrary<JsonObject> = fc.record({
  successCriteria: fc.array(valid, { minLength: 1, maxLength: 3 }),
  onFailure: fc
    .array(fc.array(valid, { maxLength: 2 }), { maxLength: 3 })
    .map((lists): JsonValue =>
      lists.map((criteria, index) => ({ name: `action${index}`, type: 'end', criteria })),
    ),
});

describe(`random criteria (FUZZ_SEED=${SEED})`, () => {
  it('have answers that decide what they say', { timeout: 240_000 * RUNS }, () => {
    let decided = 0;
    let missing = 0;
    fc.assert(
      fc.property(step, fc.boolean(), (given, isDescribed) => {
        const sources = isDescribed ? sourcesOf(given, openapi) : sourcesOf(given);
        const scope: Scope = SCOPE;
        const answers = createAnswers(sources, scope);
        expect(wrongDecisions(answers, sources.workflow, sources.step, scope)).toEqual([]);
        decided += answers.answers.length;
        missing += answers.missing.filter(({ reason }) => reason === 'needsExample').length;
        for (const { happening, undeclared } of answers.answers) {
          expect(happening.statusCode >= 200 && happening.statusCode < 600).toBe(true);
          if (!isDescribed) expect(undeclared).toBe(false);
        }
      }),
      { seed: SEED, numRuns: 40 * RUNS },
    );
    expect(decided).toBeGreaterThan(80);
    expect(missing).toBeLessThan(decided);
  });
});
