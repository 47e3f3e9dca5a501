import type { Condition } from '../../expressions/condition.ts';
import { evaluateCondition } from '../../expressions/evaluate-criterion.ts';
import type { Criterion } from '../../expressions/criterion.ts';
import { expressionsIn } from '../../expressions/references.ts';
import type { Scope } from '../../expressions/scope.ts';
import type { FailureAction, Step, SuccessAction } from '../model.ts';
import type { Rule, RuleContext } from './rule.ts';

/** What a step can come back with: a status code, or no response at all. */
type Outcome = number | undefined;
type Passing = (outcome: Outcome) => boolean;

const OUTCOMES: readonly Outcome[] = [undefined, ...Array.from({ length: 500 }, (_, index) => index + 100)];
const NO_RESPONSE = 0;

/**
 * Every action can be taken, and every step can succeed, as far as the status code decides: no criteria contradict
 * each other, the step's success criteria, or the actions before.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#criterion-object
 */
export const actionNeverMatches: Rule = {
  code: 'arazzo/action-never-matches',
  check(document, context) {
    const passing = rememberPassing();
    for (const step of document.workflows.flatMap((workflow) => workflow.steps)) {
      const { kind } = step.target;
      if ((kind === 'operationId' || kind === 'operationPath') && step.message === undefined)
        checkStep(step, passing, context);
    }
  },
};

function checkStep(
  step: Step,
  passing: (criteria: readonly Criterion[]) => Passing,
  context: RuleContext,
): void {
  const criteria = step.successCriteria;
  const succeeds =
    criteria === undefined
      ? (outcome: Outcome): boolean => outcome !== undefined && outcome >= 200 && outcome < 300
      : passing(criteria);
  const success = OUTCOMES.filter(succeeds);
  if (success.length === 0) {
    report(
      context,
      `The step "${step.stepId}" never succeeds: no response passes all of its success criteria.`,
      `${step.pointer}/successCriteria`,
    );
  } else checkActions(step.onSuccess, success, 'succeeds', step, passing, context);
  // What passes may still fail where more than the status code decides.
  const isDecided = (criteria ?? []).every(isDecidedByStatus);
  const failure = OUTCOMES.filter((outcome) => !isDecided || !succeeds(outcome));
  checkActions(step.onFailure, failure, 'fails', step, passing, context);
}

function checkActions(
  actions: readonly (SuccessAction | FailureAction)[],
  outcomes: readonly Outcome[],
  how: 'succeeds' | 'fails',
  step: Step,
  passing: (criteria: readonly Criterion[]) => Passing,
  context: RuleContext,
): void {
  let left = outcomes;
  for (const action of actions) {
    // Without criteria it always matches, and what stands before it is another rule's matter.
    if (action.criteria.length === 0) return;
    const isOwn = action.pointer.startsWith(`${step.pointer}/`);
    const passes = passing(action.criteria);
    if (isOwn && !left.some(passes)) {
      const why = OUTCOMES.some(passes)
        ? outcomes.some(passes)
          ? 'the actions before it take every status code that it is for'
          : `the step never ${how} with a status code that it is for`
        : 'no response passes all of its criteria';
      report(context, `The action "${action.name}" is never taken: ${why}.`, action.pointer);
    }
    // A retry gives up some time, and then the next action is tried.
    if (action.type !== 'retry' && action.criteria.every(isDecidedByStatus))
      left = left.filter((outcome) => !passes(outcome));
  }
}

function report(context: RuleContext, message: string, pointer: string): void {
  context.report({ severity: 'warning', message, pointer, section: 'criterion-object' });
}

/**
 * Tells whether criteria can pass for an outcome; one that depends on anything else than the status code can. Most
 * steps of a document have the same criteria: each is evaluated once for each outcome.
 */
function rememberPassing(): (criteria: readonly Criterion[]) => Passing {
  const known = new Map<string, ReadonlySet<number>>();
  const outcomesOf = (text: string, condition: Condition): ReadonlySet<number> => {
    const found =
      known.get(text) ??
      new Set(OUTCOMES.filter((outcome) => evaluateCondition(condition, scopeOf(outcome))).map(keyOf));
    known.set(text, found);
    return found;
  };
  return (criteria) => {
    const decided = criteria.flatMap((each) =>
      each.kind === 'simple' && isDecidedByStatus(each) ? [outcomesOf(each.text, each.condition)] : [],
    );
    return (outcome) => decided.every((outcomes) => outcomes.has(keyOf(outcome)));
  };
}

function keyOf(outcome: Outcome): number {
  return outcome ?? NO_RESPONSE;
}

function scopeOf(outcome: Outcome): Scope {
  return outcome === undefined ? {} : { response: { statusCode: outcome, headers: {} } };
}

function isDecidedByStatus(criterion: Criterion): boolean {
  return criterion.kind === 'simple' && expressionsIn(criterion).every(({ kind }) => kind === 'statusCode');
}
