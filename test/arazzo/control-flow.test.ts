import { describe, expect, it } from 'vitest';
import { controlFlow, failureActionsOf, successActionsOf } from '../../src/arazzo/control-flow.ts';
import type { Workflow } from '../../src/arazzo/model.ts';
import { withStep, workflowOf } from './support.ts';

function workflow(members: string, shared: string): Workflow {
  const found = workflowOf(withStep(members, { workflow: shared }));
  if (found === undefined) throw new Error('The test document has no workflow.');
  return found;
}

describe('the actions of a step', () => {
  const shared =
    'successActions: [{ name: a, type: end }, { name: b, type: end }], failureActions: [{ name: c, type: retry }]';

  it('are its own, then those of the workflow that it does not redefine', () => {
    const found = workflow('operationId: send, onSuccess: [{ name: b, type: goto, stepId: one }]', shared);
    const [step] = found.steps;
    expect(step && successActionsOf(found, step).map(({ name, type }) => [name, type])).toEqual([
      ['b', 'goto'],
      ['a', 'end'],
    ]);
    expect(step && failureActionsOf(found, step).map(({ name }) => name)).toEqual(['c']);
  });
});

describe('controlFlow', () => {
  const next = (found: Workflow): readonly (readonly number[])[] =>
    controlFlow(found).steps.map((step) => [...step.next].toSorted((a, b) => a - b));

  it('goes from step to step and ends after the last', () => {
    const found = workflow('operationId: a }, { stepId: two, operationId: b', '');
    expect(next(found)).toEqual([[1], []]);
    expect(controlFlow(found).steps.map((step) => step.ends)).toEqual([false, true]);
    expect(controlFlow(found).leadsTo(0, 1)).toBe(true);
    expect(controlFlow(found).leadsTo(1, 0)).toBe(false);
    expect(controlFlow(found).leadsTo(0, 0)).toBe(false);
  });

  it('does not go on behind an action that always matches', () => {
    const found = workflow(
      'operationId: a, onSuccess: [{ name: x, type: end }] }, { stepId: two, operationId: b',
      '',
    );
    expect(next(found)).toEqual([[], []]);
    expect([...controlFlow(found).reachable]).toEqual([0]);
  });

  it('comes back from the step that a retry refers to', () => {
    const found = workflow(
      'operationId: a, onSuccess: [{ name: x, type: end }], onFailure: [{ name: y, type: retry, stepId: two }] }, { stepId: two, operationId: b',
      '',
    );
    expect(next(found)).toEqual([[1], [0]]);
  });
});
