import type { AnyTransitionDefinition } from 'xstate';
import type { Criterion } from '../expressions/criterion.ts';
import { evaluateCriteria, evaluateCriterion } from '../expressions/evaluate-criterion.ts';
import type { Judgement } from '../machines/judge.ts';
import type { Runtime } from '../machines/runtime.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';

/** A criterion of a step, or of one of its actions, with the place where it is written. */
export interface CriterionPlace {
  /** JSON Pointer in its document. */
  readonly pointer: string;
  readonly criterion: Criterion;
}

/** A criterion that a machine judges by; the limit of a retry counts as one. */
export interface UsedCriterion {
  /** As its author wrote it. */
  readonly text: string;
  /** Tells it from all others of the machine; see {@link decisionKey}. */
  readonly key: string;
  /** The dotted path of the state that its workflow runs in; '' for the machine's own workflow. */
  readonly path: string;
  readonly stepId: string;
}

function placed(criteria: readonly Criterion[], pointer: string): readonly CriterionPlace[] {
  return criteria.map((criterion, index) => ({ criterion, pointer: `${pointer}/${index}` }));
}

/** The success criteria of a step. */
export function ownCriteria(step: StepPlan): readonly CriterionPlace[] {
  return placed(step.successCriteria ?? [], `${step.pointer}/successCriteria`);
}

/** The criteria of an action. */
export function actionCriteria(action: {
  readonly criteria: readonly Criterion[];
  readonly pointer: string;
}): readonly CriterionPlace[] {
  return placed(action.criteria, `${action.pointer}/criteria`);
}

/** Every criterion of a step and of its actions. An action that several steps share stands once for each. */
export function criteriaOfStep(step: StepPlan): readonly CriterionPlace[] {
  return [...ownCriteria(step), ...[...step.onSuccess, ...step.onFailure].flatMap(actionCriteria)];
}

/** Names a criterion of a machine: a called workflow's stands once for each place that it is called in. */
export function criterionKey(path: string, stepId: string, pointer: string): string {
  return `${path} ${stepId} ${pointer}`;
}

/** Names an outcome of a criterion. */
export function decisionKey(criterion: string, outcome: boolean): string {
  return `${criterion} ${outcome ? 'true' : 'false'}`;
}

function limitPointer({ pointer }: { readonly pointer: string }): string {
  return `${pointer}/retryLimit`;
}

/** Every criterion that a machine judges by, those of called workflows included. */
export function usedCriteria({ frames }: Runtime): readonly UsedCriterion[] {
  return [...frames.values()].flatMap(({ path, plan }) =>
    plan.steps.flatMap((step) => {
      const limits = step.onFailure.flatMap((action) =>
        action.type === 'retry'
          ? [
              {
                pointer: limitPointer(action),
                text: `${action.name} was taken less than ${action.limit} times`,
              },
            ]
          : [],
      );
      const own = criteriaOfStep(step).map(({ pointer, criterion: { text } }) => ({ pointer, text }));
      return [...own, ...limits].map(({ pointer, text }) => ({
        text,
        key: criterionKey(path, step.stepId, pointer),
        path,
        stepId: step.stepId,
      }));
    }),
  );
}

/**
 * The outcomes of the criteria that were looked at when a transition was taken: the step's own, and those of its
 * actions up to the one that was taken. As keys of {@link decisionKey}.
 */
export function decisionsOf(judgement: Judgement, transition: AnyTransitionDefinition): readonly string[] {
  const { step, scope, success } = judgement;
  const params = guardParams(transition);
  const { path, index } = { path: params.frame ?? '', index: params.index };
  const hasAnswer = scope.response !== undefined || (step.kind === 'workflow' && scope.outputs !== undefined);
  const actions = success ? step.onSuccess : step.onFailure;
  const until = params.isRepeat ? 0 : index === undefined ? actions.length : index + 1;
  const lookedAt = [
    ...(hasAnswer ? ownCriteria(step) : []),
    ...actions.slice(0, until).flatMap(actionCriteria),
  ];
  const decide = (pointer: string, outcome: boolean): string =>
    decisionKey(criterionKey(path, step.stepId, pointer), outcome);
  const limits = success
    ? []
    : step.onFailure.slice(0, until).flatMap((action, at): readonly string[] => {
        if (action.type !== 'retry' || !evaluateCriteria(action.criteria, scope)) return [];
        if (at === index) return [decide(limitPointer(action), true)];
        // An API that wants a long wait is another reason not to ask again.
        return judgement.failure.retryAt === undefined ? [decide(limitPointer(action), false)] : [];
      });
  return [
    ...lookedAt.map(({ criterion, pointer }) => decide(pointer, evaluateCriterion(criterion, scope))),
    ...limits,
  ];
}

function guardParams({ guard, source }: AnyTransitionDefinition): {
  readonly frame?: string;
  readonly index?: number;
  readonly isRepeat: boolean;
} {
  const { type, params } = (guard ?? {}) as { type?: string; params?: { frame?: string; index?: number } };
  return {
    // An edge without a guard says nothing of its workflow, but the state that it leaves does.
    frame: params?.frame ?? source.path.slice(0, -1).join('.'),
    ...(params?.index === undefined ? {} : { index: params.index }),
    isRepeat: type === 'repeat failed',
  };
}
