import { evaluateExpression } from '../../expressions/evaluate.ts';
import { expressionsIn } from '../../expressions/references.ts';
import type { Scope } from '../../expressions/scope.ts';
import type { OperationStepPlan } from '../../plan/workflow-plan.ts';
import type { AnswerSources, Answers } from './answer.ts';
import { createAnswerMaker } from './answer-maker.ts';
import { targetsOf } from './answer-targets.ts';
import { missingAnswers } from './missing-answers.ts';
import { allCriteriaOf, laterCriteriaOf } from './step-criteria.ts';

/**
 * Constructs responses to a step's request: for each way out of the step one that takes it, for each criterion of the
 * step and its actions one that makes it true and one that makes it false, at and beside each number that a
 * part of the response is compared with. Their bodies are made of the examples and schemas of the operation's
 * responses and are valid where any such response is. What an answer decides has been evaluated; nothing is handed out
 * that decides otherwise than it says.
 *
 * @param scope What is known when the response comes (inputs, outputs of steps before, the request), for criteria that
 * compare with it; the response itself is left out.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export function createAnswers(sources: AnswerSources, scope: Scope): Answers {
  const known = rememberedFor(sources);
  const key = keyOf(sources, scope);
  const answers = known.get(key) ?? constructed(sources, scope);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, answers);
  return answers;
}

/** How many lists of answers are kept for one step. */
const MAX_REMEMBERED = 200;

const remembered = new WeakMap<
  OperationStepPlan,
  { readonly from: AnswerSources; readonly answers: Map<string, Answers> }
>();

function rememberedFor(sources: AnswerSources): Map<string, Answers> {
  const known = remembered.get(sources.step);
  if (
    known !== undefined &&
    known.from.openapi === sources.openapi &&
    known.from.workflow === sources.workflow
  )
    return known.answers;
  const answers = new Map<string, Answers>();
  remembered.set(sources.step, { from: sources, answers });
  return answers;
}

/** All that the answers of a step depend on, besides its plan and the description. */
function keyOf({ workflow, step, examples = [] }: AnswerSources, scope: Scope): string {
  const criteria = [...allCriteriaOf(step), ...laterCriteriaOf(workflow, step.stepId)];
  const looksAt = [
    ...criteria.flatMap(({ criterion }) => expressionsIn(criterion)),
    ...step.outputs.flatMap(({ value }) => expressionsIn(value)),
  ].filter(({ kind }) => kind !== 'response' && kind !== 'statusCode');
  const values = looksAt.map((expression) => evaluateExpression(expression, scope));
  return JSON.stringify([examples, values.map((value) => (value === undefined ? [] : [value]))]);
}

function constructed(sources: AnswerSources, scope: Scope): Answers {
  const maker = createAnswerMaker(sources, scope);
  for (const example of sources.examples ?? []) maker.give(example);
  for (const target of targetsOf(maker)) maker.reach(target);
  const answers = maker.answers();
  return { answers, missing: missingAnswers(maker.own, answers) };
}
