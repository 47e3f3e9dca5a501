import { describe, expect, it } from 'vitest';
import { controlFlow, failureActionsOf, successActionsOf } from '../../src/arazzo/control-flow.ts';
import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import { validateArazzo } from '../../src/arazzo/validate-arazzo.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import type { ParsedDocument } from '../../src/document/parsed-document.ts';
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

describe('the flow of a workflow with broken parts', () => {
  const step = (stepId: string, members = '') => `{ stepId: ${stepId}, operationId: op${members} }`;
  const unreachable = (...steps: readonly string[]): readonly string[] => {
    const text = `{ arazzo: 1.0.1, info: { title: t, version: v }, sourceDescriptions: [{ name: s, url: s.yaml }], workflows: [{ workflowId: w, steps: [${steps.join(', ')}] }] }`;
    const parsed = parseDocument(text, { uri: 'file:///w.yaml' }).value;
    const model = parsed && readArazzo(parsed).value;
    if (model === undefined) throw new Error('The test document cannot be read.');
    return validateArazzo(parsed as ParsedDocument, model)
      .filter(({ code }) => code === 'arazzo/step-unreachable')
      .map(({ message }) => /"(.+)"/.exec(message)?.[1] ?? '');
  };
  const end = ', onSuccess: [{ name: z, type: end }]';
  const broken = step('broken', ', workflowId: w');

  it('is checked as far as it is known', () => {
    expect(unreachable(step('a', end), step('b'), broken)).toEqual(['b']);
    expect(unreachable(step('a', end), broken, step('c'))).toEqual(['c']);
  });

  it('may go anywhere from a step that could not be read', () => {
    expect(unreachable(step('a'), broken, step('c', end), step('d'))).toEqual([]);
    expect(unreachable(broken, step('b', end), step('c'))).toEqual([]);
    expect(
      unreachable(step('a', ', onSuccess: [{ name: x, type: goto, stepId: broken }]'), step('b'), broken),
    ).toEqual([]);
    expect(
      unreachable(
        step(
          'a',
          ', onFailure: [{ name: x, type: retry, stepId: broken }], onSuccess: [{ name: z, type: end }]',
        ),
        step('b'),
        broken,
      ),
    ).toEqual([]);
  });

  it('may go anywhere from a step with an action that could not be read', () => {
    const misspelt = ', onSuccess: [{ name: x, type: gotoo, stepId: c }, { name: z, type: end }]';
    expect(unreachable(step('a', misspelt), step('b'), step('c'))).toEqual([]);
  });
});
