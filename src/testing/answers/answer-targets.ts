import type { Criterion } from '../../expressions/criterion.ts';
import type { FailureActionPlan, SuccessActionPlan } from '../../plan/workflow-plan.ts';
import type { AnswerMaker } from './answer-maker.ts';
import {
  boundariesOf,
  criterionGoal,
  someFails,
  statusGoal,
  successGoal,
  type Goal,
  type Target,
} from './goal.ts';
import { criteriaOf, successCriteriaOf, type PlacedCriterion } from './step-criteria.ts';

/** What a step's answers are made for, in the order in which they are made. */
export function* targetsOf({ step, later, solving, laterSolving, first }: AnswerMaker): Generator<Target> {
  const all = (criteria: readonly PlacedCriterion[]): readonly Goal[] =>
    criteria.map(({ criterion }) => criterionGoal(criterion, true, solving));
  const not = (criteria: readonly Criterion[]): Goal => someFails(criteria, solving);
  const success = successCriteriaOf(step);
  const declaresNone = step.successCriteria === undefined;
  const succeeds = declaresNone ? [successGoal(true)] : all(success);
  const fails = declaresNone ? successGoal(false) : not(success.map(({ criterion }) => criterion));

  const lists = [
    { reached: succeeds, actions: step.onSuccess },
    { reached: [fails], actions: step.onFailure },
  ] as const;
  /** What must hold so that the action at a place is the one that is looked at. */
  const upTo = (
    reached: readonly Goal[],
    actions: readonly (SuccessActionPlan | FailureActionPlan)[],
  ): readonly (readonly Goal[])[] => {
    const strictly = [...reached, ...actions.map(({ criteria }) => not(criteria))];
    const besides = actions.filter(({ type }) => type !== 'retry');
    // A retry that is used up lets by what it would take.
    return besides.length === actions.length
      ? [strictly]
      : [strictly, [...reached, ...besides.map(({ criteria }) => not(criteria))]];
  };
  // The ways out.
  yield { ways: upTo(succeeds, step.onSuccess) };
  for (const { reached, actions } of lists) {
    for (const [index, action] of actions.entries()) {
      const own = all(criteriaOf(action));
      yield { ways: upTo(reached, actions.slice(0, index)).map((before) => [...before, ...own]) };
    }
    yield { ways: upTo(reached, actions) };
  }
  // Both outcomes of every criterion, where possible while it alone decides.
  const outcomes = function* (
    before: readonly (readonly Goal[])[],
    criteria: readonly PlacedCriterion[],
  ): Generator<Target> {
    for (const [index, { criterion }] of criteria.entries()) {
      const besides = all(criteria.filter((_, other) => other !== index));
      for (const wanted of [true, false]) {
        const goal = criterionGoal(criterion, wanted, solving);
        yield {
          ways: [
            ...before.map((reached) => [...reached, ...besides, goal]),
            ...before.map((reached) => [...reached, goal]),
            [goal],
          ],
        };
      }
    }
  };
  yield* outcomes([[]], success);
  for (const { reached, actions } of lists) {
    for (const [index, action] of actions.entries())
      yield* outcomes(upTo(reached, actions.slice(0, index)), criteriaOf(action));
  }
  for (const { criterion } of later) {
    for (const wanted of [true, false]) {
      const goal = criterionGoal(criterion, wanted, laterSolving);
      yield { ways: upTo(succeeds, step.onSuccess).map((before) => [...before, goal]) };
      yield { ways: [[...succeeds, goal], [goal]] };
    }
  }
  // The last status of success and the first behind it, where no criterion says what success is.
  if (declaresNone) {
    for (const status of [299, 300]) yield { ways: [[statusGoal(status)]], status };
  }
  // At and beside what numbers are compared with.
  const beside = function* (
    before: readonly (readonly Goal[])[],
    criteria: readonly PlacedCriterion[],
  ): Generator<Target> {
    for (const [index, { criterion }] of criteria.entries()) {
      const besides = all(criteria.filter((_, other) => other !== index));
      for (const { goal, status } of boundariesOf(criterion, first, solving)) {
        const ways = [...before.map((reached) => [...reached, ...besides, goal]), [goal]];
        yield { ways, ...(status === undefined ? {} : { status }) };
      }
    }
  };
  yield* beside([[]], success);
  for (const { reached, actions } of lists) {
    for (const [index, action] of actions.entries())
      yield* beside(upTo(reached, actions.slice(0, index)), criteriaOf(action));
  }
}
