import { setMember, type JsonValue } from '../../document/json.ts';
import { evaluateTemplate } from '../../expressions/evaluate.ts';
import { evaluateCriteria, evaluateCriterion } from '../../expressions/evaluate-criterion.ts';
import type { Scope } from '../../expressions/scope.ts';
import type { FailureActionPlan, OperationStepPlan, SuccessActionPlan } from '../../plan/workflow-plan.ts';
import type { Answer, AnswerEdge, AnswerSources, GivenExample, ResponseHappening } from './answer.ts';
import { baseResponses, bodiesAlone, withOutputs } from './base-responses.ts';
import { happeningOf, labelOf, responseOf, type Draft } from './draft.ts';
import type { Target } from './goal.ts';
import type { Solving } from './place.ts';
import { createShape } from './shape.ts';
import { isGood, searchDraft, statusesToTry } from './search-draft.ts';
import { allCriteriaOf, laterCriteriaOf, type PlacedCriterion } from './step-criteria.ts';

/** Makes answers one by one, and keeps them. */
export interface AnswerMaker {
  readonly step: OperationStepPlan;
  readonly own: readonly PlacedCriterion[];
  readonly later: readonly PlacedCriterion[];
  readonly scope: Scope;
  /** For the step's own criteria. */
  readonly solving: Solving;
  /** For criteria of later steps. */
  readonly laterSolving: Solving;
  readonly first: Draft;
  /** Takes a response that somebody gave. */
  give(example: GivenExample): void;
  /** Makes an answer for a target, where none is there that does. */
  reach(target: Target): void;
  answers(): readonly Answer[];
}

/** Makes answers of a step for what is known when its response comes. */
export function createAnswerMaker(
  { workflow, step, openapi, body: alone }: AnswerSources,
  scope: Scope,
): AnswerMaker {
  const own = allCriteriaOf(step);
  const later = laterCriteriaOf(workflow, step.stepId);
  const budget = { left: 0 };
  const withResponse = (draft: Draft): Scope => ({ ...scope, response: responseOf(draft) });
  const solving: Solving = { stepId: '', outputs: step.outputs, scopeOf: withResponse, budget };
  const laterScope = (response: NonNullable<Scope['response']>): Scope => {
    const outputs = outputsOf(step, { ...scope, response });
    const steps: Record<string, { outputs: Record<string, JsonValue> }> = {};
    for (const [stepId, known] of Object.entries(scope.steps ?? {})) setMember(steps, stepId, known);
    setMember(steps, step.stepId, { outputs });
    return { ...scope, steps };
  };
  const laterSolving: Solving = {
    ...solving,
    stepId: step.stepId,
    scopeOf: (draft) => laterScope(responseOf(draft)),
  };
  const bases = alone === undefined ? baseResponses(openapi, step.operation) : bodiesAlone(alone.schema);
  const prefersXml = own.some(({ criterion }) => criterion.kind === 'xpath') || takesFromXml(step);
  const statuses = statusesToTry(bases, [...own, ...later]);
  const filled = new Map<number, readonly Draft[]>();
  const draftsOf = (status: number): readonly Draft[] => {
    const known = filled.get(status);
    if (known !== undefined) return known;
    const drafts = bases.draftsOf(status, prefersXml);
    // What a failure says is seldom kept, and what is not there in its body belongs to successes.
    const made = status < 400 ? drafts.map((draft) => withOutputs(draft, solving)) : drafts;
    filled.set(status, made);
    return made;
  };
  const found = new Map<string, Answer>();
  const drafts: Draft[] = [];

  const add = (happening: ResponseHappening, about: Pick<Answer, 'label' | 'given' | 'undeclared'>): void => {
    const key = JSON.stringify([happening.statusCode, happening.headers, happening.body ?? null]);
    if (found.has(key)) return;
    const { statusCode, headers = {}, body } = happening;
    const response = { statusCode, headers, ...(body === undefined ? {} : { body }) };
    const seen: Scope = { ...scope, response };
    const after = laterScope(response);
    const decides = [
      ...own.map(({ criterion, pointer }) => ({
        criterion: pointer,
        outcome: evaluateCriterion(criterion, seen),
      })),
      ...later.map(({ criterion, pointer }) => ({
        criterion: pointer,
        outcome: evaluateCriterion(criterion, after),
      })),
    ];
    found.set(key, { happening, decides, edge: edgeOf(step, seen), ...about });
  };

  return {
    step,
    own,
    later,
    scope,
    solving,
    laterSolving,
    first: draftsOf(statuses.all[0] ?? 200)[0] as Draft,
    give({ statusCode, headers = {}, body, name }) {
      const [base] = bases.draftsOf(statusCode, typeof body === 'string');
      const shape = base?.shape ?? createShape(undefined, true);
      const isText = typeof body === 'string' && bases.statuses.length === 0;
      const mediaType = isText && !body.trim().startsWith('<') ? 'text/plain' : base?.mediaType;
      const lowered: Record<string, string> = {};
      for (const [header, value] of Object.entries(headers)) setMember(lowered, header.toLowerCase(), value);
      const draft: Draft = {
        statusCode,
        headers: lowered,
        ...(mediaType === undefined ? {} : { mediaType }),
        ...(body === undefined ? {} : { body }),
        shape,
        notes: {},
        strays: 0,
      };
      const undeclared = !bases.isDeclared(statusCode) || !shape.isValid(body);
      add(happeningOf(draft), { label: name ?? String(statusCode), given: true, undeclared });
    },
    reach({ ways, status }) {
      for (const goals of ways) {
        if (drafts.some((draft) => goals.every((goal) => goal.holds(draft)))) return;
        const draft = searchDraft(
          goals,
          status === undefined ? statuses : { ...statuses, all: [status], declared: 1 },
          draftsOf,
          budget,
        );
        if (draft === undefined) continue;
        drafts.push(draft);
        const undeclared = !isGood(draft);
        add(happeningOf(draft), { label: labelOf(draft, own), given: false, undeclared });
        return;
      }
    },
    answers: () => withOwnLabels([...found.values()]),
  };
}

function takesFromXml({ outputs }: OperationStepPlan): boolean {
  return outputs.some(({ value }) => value.kind === 'selector' && value.type === 'xpath');
}

function outputsOf(step: OperationStepPlan, scope: Scope): Record<string, JsonValue> {
  const outputs: Record<string, JsonValue> = {};
  for (const { name, value } of step.outputs) {
    const evaluated = evaluateTemplate(value, scope);
    if ('value' in evaluated && evaluated.value !== undefined) setMember(outputs, name, evaluated.value);
  }
  return outputs;
}

/** The way out of a step that a response takes. */
function edgeOf({ successCriteria, onSuccess, onFailure }: OperationStepPlan, scope: Scope): AnswerEdge {
  const status = scope.response?.statusCode ?? 0;
  const isSuccess =
    successCriteria === undefined ? status >= 200 && status < 300 : evaluateCriteria(successCriteria, scope);
  const actions: readonly (SuccessActionPlan | FailureActionPlan)[] = isSuccess ? onSuccess : onFailure;
  const action = actions.find(({ criteria }) => evaluateCriteria(criteria, scope));
  return {
    outcome: isSuccess ? 'success' : 'failure',
    ...(action === undefined ? {} : { action: action.name }),
  };
}

/** Answers whose labels tell them apart: those that are alike name what they lead to. */
function withOwnLabels(answers: readonly Answer[]): readonly Answer[] {
  const counts = new Map<string, number>();
  for (const { label } of answers) counts.set(label, (counts.get(label) ?? 0) + 1);
  const seen = new Map<string, number>();
  return answers.map((answer) => {
    const { label, edge } = answer;
    const isAlone = counts.get(label) === 1;
    const told = isAlone ? label : `${label}: ${edge.action ?? `default ${edge.outcome}`}`;
    const count = (seen.get(told) ?? 0) + 1;
    seen.set(told, count);
    return { ...answer, label: count === 1 ? told : `${told} (${count})` };
  });
}
