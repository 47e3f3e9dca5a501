import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/expressions/scope.ts';
import type { OperationStepPlan, WorkflowPlan } from '../../../src/plan/workflow-plan.ts';
import { loadDocument } from '../../../src/run/load-document.ts';
import { answerSources } from '../../../src/testing/answers/answer-sources.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';
import { allCriteriaOf } from '../../../src/testing/answers/step-criteria.ts';
import { wrongDecisions } from './answers-of.ts';

const WORKFLOWS = new URL('../../../workflows/', import.meta.url);

const files = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.arazzo.yaml'));

const scopeOf = ({ inputs, sourceDescriptions }: WorkflowPlan): Scope => ({
  inputs: Object.fromEntries(inputs.map(({ name }) => [name, `the ${name}`])),
  steps: {},
  sourceDescriptions,
});

const operations = ({ steps }: WorkflowPlan): readonly OperationStepPlan[] =>
  steps.filter((step) => step.kind === 'operation');

describe.each(files)('%s', async (file) => {
  const { value } = await loadDocument(new URL(file, WORKFLOWS).href);
  if (value === undefined) throw new Error(`${file} cannot be read.`);
  const steps = value.plans.flatMap((workflow) => operations(workflow).map((step) => ({ workflow, step })));
  const made = steps.map(({ workflow, step }) => {
    const sources = answerSources(value, workflow, step);
    return { workflow, step, sources, answers: createAnswers(sources, scopeOf(workflow)) };
  });

  it('has an answer for both outcomes of every criterion, but that no response comes', () => {
    const missing = made.flatMap(({ answers }) => answers.missing);
    expect(missing.filter(({ reason }) => reason !== 'noResponse')).toEqual([]);
  });

  it('has no answer that decides otherwise than it says', () => {
    const wrong = made.flatMap(({ answers, workflow, step }) =>
      wrongDecisions(answers, workflow, step, scopeOf(workflow)),
    );
    expect(wrong).toEqual([]);
  });

  it('has answers that its API declares wherever a declared status can have the outcome', () => {
    for (const { answers, sources, step } of made) {
      expect(sources.openapi).toBeDefined();
      const [first] = answers.answers;
      expect(first?.edge.outcome).toBe('success');
      expect(`${step.stepId} ${String(first?.undeclared)}`).toBe(`${step.stepId} false`);
    }
  });

  it('has few of them: no more than its criteria and ways out ask for', () => {
    for (const { answers, step } of made) {
      const ways = step.onSuccess.length + step.onFailure.length + 2;
      // Without criteria the status decides, on both sides of where success ends.
      const criteria = allCriteriaOf(step).length + (step.successCriteria === undefined ? 1 : 0);
      expect(answers.answers.length).toBeLessThanOrEqual(ways + 5 * criteria);
    }
  });
});
