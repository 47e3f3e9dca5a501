// `dependsOn` of steps, https://spec.openapis.org/arazzo/v1.1.0.html#step-object
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/index.ts';
import { documentOf, problemsOf, run, step, stepsOf } from './scenario.ts';

const child: JsonObject = { workflowId: 'child', steps: [step('d')] };
const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });
const go = (stepId: string, more: JsonObject = {}): JsonObject => ({
  name: `to-${stepId}`,
  type: 'goto',
  stepId,
  ...more,
});

describe('dependencies of steps', () => {
  const dependent = (dependsOn: readonly string[], more: JsonObject = {}) =>
    documentOf([{ steps: [step('a'), step('b', { dependsOn }), step('c')], ...more }, child]);
  const B = '/workflows/0/steps/1/dependsOn';

  it('DEP-01 have been completed before', async () => {
    const skipping = stepsOf([
      step('a', { onSuccess: [go('c')] }),
      step('b'),
      step('c', { dependsOn: ['b'] }),
    ]);
    expect((await run(dependent(['a']))).called).toBe('/a /b /c');
    expect(await run(skipping)).toMatchObject({ status: 'failed', called: '/a', failure: { stepId: 'c' } });
  });

  it('DEP-02 are not run because something depends on them', async () => {
    const document = documentOf([
      { steps: [step('a'), step('b', { dependsOn: ['$workflows.child.steps.d'] })] },
      child,
    ]);
    expect(await run(document)).toMatchObject({ status: 'failed', called: '/a' });
  });

  it('DEP-03 are steps that exist, of this workflow, another one or another document', async () => {
    expect(await problemsOf(dependent(['a']))).toEqual([]);
    expect(await problemsOf(dependent(['none']))).toEqual([`error arazzo/step-reference-exists ${B}/0`]);
    expect(await problemsOf(dependent(['$steps.a']))).toEqual([`error arazzo/field-value ${B}/0`]);
    expect(await problemsOf(dependent(['$workflows.child.steps.d']))).toEqual([]);
    expect(await problemsOf(dependent(['$workflows.child.steps.none']))).toEqual([
      `error arazzo/step-reference-exists ${B}/0`,
    ]);
    expect(await problemsOf(dependent(['$workflows.none.steps.d']))).toContain(
      `error arazzo/workflow-reference-exists ${B}/0`,
    );
    expect(await problemsOf(dependent(['$sourceDescriptions.none.w.steps.d']))).toEqual([
      `error arazzo/source-reference-exists ${B}/0`,
    ]);
  });

  it('DEP-04 are a list that is not empty, of different entries', async () => {
    expect(await problemsOf(dependent([]))).toEqual([`error arazzo/empty-list ${B}`]);
    expect(await problemsOf(dependent(['a', 'a']))).toEqual([`error arazzo/duplicate-item ${B}/1`]);
  });

  it('DEP-05 are respected in every run, also after a jump', async () => {
    const document = (dependsOn: readonly string[]) =>
      stepsOf([step('a', { onSuccess: [go('d')] }), step('b'), step('c'), step('d', { dependsOn })]);
    expect((await run(document(['a']))).status).toBe('done');
    expect((await run(document(['a', 'c']))).status).toBe('failed');
  });

  it('DEP-06 DEP-07 hold implicitly for the steps whose outputs are used, which must come before', async () => {
    const uses = (first: string, second: string) =>
      stepsOf([
        step(first, { outputs: { v: '$statusCode' } }),
        step(second, { requestBody: { payload: '$steps.a.outputs.v' }, outputs: { v: '$statusCode' } }),
      ]);
    expect(await problemsOf(uses('a', 'b'))).toEqual([]);
    const backwards = stepsOf([
      step('b', { requestBody: { payload: '$steps.a.outputs.v' } }),
      step('a', { outputs: { v: '$statusCode' } }),
    ]);
    expect(await problemsOf(backwards)).toContain(
      'error arazzo/step-reference-exists /workflows/0/steps/0/requestBody/payload',
    );
    expect(await problemsOf(stepsOf([step('b', { dependsOn: ['a'] }), step('a')]))).toContain(
      'error arazzo/step-reference-exists /workflows/0/steps/0/dependsOn/0',
    );
  });

  it('DEP-08 are told where the outputs of a later step are used', async () => {
    const forward = (onSuccess: readonly JsonObject[]) =>
      stepsOf([
        step('b', { requestBody: { payload: { v: '$steps.a.outputs.v' } } }),
        step('a', { outputs: { v: '$statusCode' }, onSuccess }),
      ]);
    const at = '/workflows/0/steps/0/requestBody/payload/v';
    expect(await problemsOf(forward([]))).toEqual([`error arazzo/step-reference-exists ${at}`]);
    expect(await problemsOf(forward([go('b', when('$statusCode == 202'))]))).toEqual([
      `warning arazzo/step-reference-exists ${at}`,
    ]);
  });
});
