import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { planOf, stepOf } from '../plan/small-documents.ts';
import { drive, type Drive } from './drive.ts';

const jsonPath = (condition: string, context = '$response.body'): JsonObject => ({
  context,
  condition,
  type: 'jsonpath',
});
const one = (more: JsonObject) => drive(planOf({ steps: [stepOf('s', {}, more)] }));
const problemsIn = (run: Drive): readonly unknown[] =>
  run.emitted.flatMap((event) =>
    event.type === 'step.failed' || event.type === 'step.succeeded' ? [event.problems] : [],
  );
const NO_JSON = {
  criterion: '$response.body ~ $.ok',
  message: expect.stringMatching(/^The context \$response\.body /),
};

it('a success criterion that cannot be evaluated is told with the failure that it makes', () => {
  const criteria = { successCriteria: [jsonPath('$.ok'), jsonPath('$.never')] };
  for (const body of ['no JSON, but s3cret', 5, undefined]) {
    const run = one(criteria).respond(200, body);
    expect(problemsIn(run)).toEqual([[NO_JSON]]);
    expect(
      JSON.stringify(run.emitted.map((event) => ('problems' in event ? event.problems : 0))),
    ).not.toContain('s3cret');
  }
});

it('a criterion that is only false is no problem', () => {
  expect(problemsIn(one({ successCriteria: [jsonPath('$.ok')] }).respond(200, { a: 1 }))).toEqual([
    undefined,
  ]);
  expect(problemsIn(one({ successCriteria: [jsonPath('$.ok')] }).respond(200, { ok: 1 }))).toEqual([
    undefined,
  ]);
});

it('those of the failure actions that were tried are told, and none behind the one that was taken', () => {
  const actions = (last: JsonObject) => ({
    onFailure: [
      { name: 'a', type: 'end', criteria: [{ condition: '$statusCode == 404' }, jsonPath('$.never')] },
      { name: 'b', type: 'end', criteria: [jsonPath('$.ok')] },
      { name: 'c', type: 'end', criteria: [jsonPath('$.ok')] },
      { name: 'd', type: 'end', ...last },
      { name: 'e', type: 'end', criteria: [jsonPath('$.behind')] },
    ],
  });
  expect(problemsIn(one(actions({})).respond(500, 'text'))).toEqual([[NO_JSON]]);
  const all = problemsIn(
    one(actions({ criteria: [{ condition: '$statusCode == 1' }] })).respond(500, 'text'),
  );
  expect(all).toMatchObject([[NO_JSON, { criterion: '$response.body ~ $.behind' }]]);
});

it('those of the success actions that were tried are told with the success', () => {
  const onSuccess = [
    { name: 'a', type: 'end', criteria: [jsonPath('$.ok')] },
    { name: 'b', type: 'end', criteria: [{ condition: '$statusCode == 200' }] },
    { name: 'c', type: 'end', criteria: [jsonPath('$.behind')] },
  ];
  expect(problemsIn(one({ onSuccess }).respond(200, 'text'))).toEqual([[NO_JSON]]);
});

it('a request that came to nothing is not asked what its body was', () => {
  const onFailure = [{ name: 'a', type: 'end', criteria: [jsonPath('$.ok')] }];
  expect(problemsIn(one({ successCriteria: [jsonPath('$.ok')], onFailure }).lose())).toEqual([undefined]);
});

it('a criterion is cut where it is long', () => {
  const run = one({ successCriteria: [jsonPath(`$.${'a'.repeat(300)}`)] }).respond(200, 'text');
  expect(problemsIn(run)).toMatchObject([[{ criterion: expect.stringMatching(/^.{119}…$/) }]]);
});

it('is not kept in the context', () => {
  const run = one({ successCriteria: [jsonPath('$.ok')] }).respond(200, 'text');
  expect(JSON.stringify(run.context())).not.toContain('problems');
});
