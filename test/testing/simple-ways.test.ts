import { expect, it } from 'vitest';
import { createWorkflowModel } from '../../src/testing/create-workflow-model.ts';
import { coverageToMermaid } from '../../src/testing/coverage-picture.ts';
import { COVERAGE_KINDS, shareOf } from '../../src/testing/coverage.ts';
import { GREETING, loadGreeting } from './greeting.ts';

/** A workflow that calls one with many ways through it, so often. */
function callingText(calls: number): string {
  const head = GREETING.slice(0, GREETING.indexOf('workflows:'));
  const greet = (index: number) => ({
    stepId: `greet${index}`,
    operationId: 'greet',
    requestBody: { payload: { name: '$inputs.name' } },
    onFailure: [
      { name: 'later', type: 'retry', retryLimit: 2, criteria: [{ condition: '$statusCode == 503' }] },
      {
        name: 'unknown',
        type: 'goto',
        stepId: `greet${index}`,
        criteria: [{ condition: '$statusCode == 404' }],
      },
    ],
  });
  const workflows = [
    {
      workflowId: 'outer',
      steps: Array.from({ length: calls }, (_, index) => ({
        stepId: `call${index}`,
        workflowId: 'inner',
        parameters: [{ name: 'name', value: 'Ada' }],
      })),
    },
    {
      workflowId: 'inner',
      inputs: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      steps: [greet(0), greet(1)],
    },
  ];
  return `${head}workflows: ${JSON.stringify(workflows)}\n`;
}

it('does not multiply the paths through called workflows, and covers their inside once', async () => {
  const loaded = await loadGreeting(callingText(3));
  const inner = createWorkflowModel(loaded, { workflowId: 'inner' });
  const outer = createWorkflowModel(loaded, { workflowId: 'outer' });
  const ways = inner.paths({ strategy: 'simple' }).paths.length;
  const { paths, strategy } = outer.paths();
  expect(strategy).toBe('simple');
  expect(ways).toBeGreaterThan(50);
  // Each call ends in one of few ways, and only the good ones lead on; the edges inside come on top.
  expect(paths.length).toBeLessThan(ways * 3);
  for (const path of paths) await path.run({ over: 'stubs' });
  expect([shareOf(outer.coverage().states), shareOf(outer.coverage().criteria)]).toEqual([1, 1]);
});

it('draws what was covered inside of called workflows, too', async () => {
  const model = createWorkflowModel(await loadGreeting(callingText(2)), { workflowId: 'outer' });
  for (const path of model.paths({ strategy: 'shortest' }).paths) await path.run({ over: 'stubs' });
  const picture = coverageToMermaid(model.coverage());
  expect(picture.match(/^ +state s\d+ \{$/gm)).toHaveLength(2);
  expect(picture).toContain('✓');
  expect(picture).toContain('✗\u00A0never');
  expect(COVERAGE_KINDS.every((kind) => model.coverage()[kind].total >= 0)).toBe(true);
});
