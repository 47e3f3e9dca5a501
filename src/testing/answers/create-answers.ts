import { setMember, type JsonValue } from '../../document/json.ts';
import type { Criterion } from '../../expressions/criterion.ts';
import { evaluateTemplate } from '../../expressions/evaluate.ts';
import { evaluateCriteria, evaluateCriterion } from '../../expressions/evaluate-criterion.ts';
import { expressionsIn } from '../../expressions/references.ts';
import type { Scope } from '../../expressions/scope.ts';
import { outcomeWithResponse } from '../../expressions/with-response.ts';
import type { FailureActionPlan, OperationStepPlan, SuccessActionPlan } from '../../plan/workflow-plan.ts';
import type {
  Answer,
  AnswerEdge,
  AnswerSources,
  Answers,
  MissingAnswer,
  ResponseHappening,
} from './answer.ts';
import { baseResponses, withOutputs, type BaseResponses } from './base-responses.ts';
import { happeningOf, labelOf, responseOf, type Draft } from './draft.ts';
import {
  boundariesOf,
  criterionGoal,
  reaching,
  someFails,
  statusesIn,
  successGoal,
  type Goal,
} from './goal.ts';
import type { Solving } from './place.ts';
import {
  allCriteriaOf,
  criteriaOf,
  laterCriteriaOf,
  successCriteriaOf,
  type PlacedCriterion,
} from './step-criteria.ts';

/** Statuses that are tried where the declared ones do not do. */
const USUAL = [500, 400, 401, 403, 404, 409, 410, 412, 422, 429, 502, 503, 504, 200, 201, 202, 204, 301];

/** How many drafts are looked at for one answer: from one beginning, and from all together. */
const BUDGET = 300;
const WHOLE_BUDGET = 3000;
/** How many statuses that are not declared are tried for one answer. */
const UNDECLARED_STATUSES = 4;

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
  const maker = createMaker(sources, scope);
  for (const example of sources.examples ?? []) maker.give(example);
  for (const target of targetsOf(maker)) maker.reach(target);
  return { answers: maker.answers(), missing: missingOf(maker) };
}

/** Goals for one answer; of several lists of them the first that can be reached. */
interface Target {
  readonly ways: readonly (readonly Goal[])[];
  /** Only this status is tried. */
  readonly status?: number;
  /** It is reached anew, even where an answer does so already. */
  readonly isOwn?: boolean;
}

interface Maker {
  readonly step: OperationStepPlan;
  readonly own: readonly PlacedCriterion[];
  readonly later: readonly PlacedCriterion[];
  readonly scope: Scope;
  /** For the step's own criteria. */
  readonly solving: Solving;
  /** For criteria of later steps. */
  readonly laterSolving: Solving;
  readonly first: Draft;
  give(example: NonNullable<AnswerSources['examples']>[number]): void;
  reach(target: Target): void;
  answers(): readonly Answer[];
}

function createMaker({ workflow, step, openapi }: AnswerSources, scope: Scope): Maker {
  const own = allCriteriaOf(step);
  const later = laterCriteriaOf(workflow, step.stepId);
  const budget = { left: BUDGET };
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
  const bases = baseResponses(openapi, step.operation);
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
      const drafts = bases.draftsOf(statusCode, typeof body === 'string');
      const shape = drafts[0]?.shape;
      const lowered: Record<string, string> = {};
      for (const [header, value] of Object.entries(headers)) setMember(lowered, header.toLowerCase(), value);
      const draft: Draft = {
        statusCode,
        headers: lowered,
        ...(drafts[0]?.mediaType === undefined ? {} : { mediaType: drafts[0].mediaType }),
        ...(body === undefined ? {} : { body }),
        shape: shape as Draft['shape'],
        notes: {},
        strays: 0,
      };
      const undeclared = !bases.isDeclared(statusCode) || shape?.isValid(body) === false;
      add(happeningOf(draft), { label: name ?? String(statusCode), given: true, undeclared });
    },
    reach({ ways, status, isOwn = false }) {
      for (const goals of ways) {
        if (!isOwn && drafts.some((draft) => goals.every((goal) => goal.holds(draft)))) return;
        const draft = search(
          goals,
          status === undefined ? statuses : { all: [status], declared: 1 },
          draftsOf,
          budget,
        );
        if (draft === undefined) continue;
        drafts.push(draft);
        const undeclared = !isGood(draft);
        add(happeningOf(draft), { label: labelOf(draft), given: false, undeclared });
        return;
      }
    },
    answers: () => withOwnLabels([...found.values()]),
  };
}

function isGood({ shape, body }: Draft): boolean {
  return shape.isDeclared && shape.isValid(body);
}

interface Statuses {
  readonly all: readonly number[];
  /** How many of them, from the start, are declared. */
  readonly declared: number;
}

function statusesToTry(bases: BaseResponses, criteria: readonly PlacedCriterion[]): Statuses {
  const mentioned = criteria.flatMap(({ criterion }) => statusesIn(criterion));
  const every = [...bases.statuses, ...mentioned, ...USUAL];
  const usable = [...new Set(every)].filter((status) => status >= 200 && status <= 599);
  const declared = usable.filter((status) => bases.isDeclared(status));
  return {
    all: [...declared, ...usable.filter((status) => !bases.isDeclared(status))],
    declared: declared.length,
  };
}

/** How many drafts that reach all goals are weighed against each other from one beginning. */
const WEIGHED = 6;

/**
 * The draft that reaches the goals and is likest to what the API answers: a valid response where any is, with nothing in it
 * that its schema does not speak of, and with as little changed as can be.
 */
function search(
  goals: readonly Goal[],
  { all, declared }: Statuses,
  draftsOf: (status: number) => readonly Draft[],
  budget: Solving['budget'],
): Draft | undefined {
  if (goals.some(({ isImpossible }) => isImpossible)) return undefined;
  let best: Draft | undefined;
  let left = WHOLE_BUDGET;
  let undeclared = 0;
  const ofStatus = goals.filter(({ isOfStatus }) => isOfStatus);
  const others = goals.filter(({ isOfStatus }) => !isOfStatus);
  for (const [index, status] of all.entries()) {
    if (index >= declared && (best !== undefined || undeclared >= UNDECLARED_STATUSES)) break;
    for (const [which, base] of draftsOf(status).entries()) {
      if (left <= 0 || !ofStatus.every((goal) => goal.holds(base))) break;
      if (index >= declared && which === 0) undeclared += 1;
      // In whatever order goals are reached, one may be in the way of another.
      for (const order of others.length > 1 ? [others, others.toReversed()] : [others]) {
        budget.left = Math.min(BUDGET, left);
        left -= budget.left;
        let found = 0;
        for (const draft of reaching(order, base, budget)) {
          if (best === undefined || isLess(costOf(draft), costOf(best))) best = draft;
          if (isLess(costOf(best), [0, 0, 1])) return best;
          found += 1;
          if (found >= WEIGHED) break;
        }
        left += Math.max(0, budget.left);
        if (found > 0) break;
      }
    }
  }
  return best ?? searchAnyStatus(goals, all, others.length === 0, draftsOf);
}

/** How far a draft is from what the API answers; the first number counts most. */
function costOf(draft: Draft): readonly number[] {
  return [isGood(draft) ? 0 : 1, draft.strays, Object.keys(draft.notes).length];
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}

/** Where nothing but the status counts, every one there is. */
function searchAnyStatus(
  goals: readonly Goal[],
  tried: readonly number[],
  isOfStatus: boolean,
  draftsOf: (status: number) => readonly Draft[],
): Draft | undefined {
  if (!isOfStatus || tried.length === 1) return undefined;
  for (let status = 200; status <= 599; status += 1) {
    const [draft] = tried.includes(status) ? [] : draftsOf(status);
    if (draft !== undefined && goals.every((goal) => goal.holds(draft))) return draft;
  }
  return undefined;
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

function* targetsOf({ step, later, solving, laterSolving, first }: Maker): Generator<Target> {
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

function missingOf(maker: Maker): readonly MissingAnswer[] {
  const decided = new Set(
    maker
      .answers()
      .flatMap(({ decides }) => decides.map(({ criterion, outcome }) => `${criterion} ${outcome}`)),
  );
  const missing = new Map<string, MissingAnswer>();
  for (const { criterion, pointer } of maker.own) {
    for (const outcome of [true, false]) {
      const key = `${pointer} ${outcome}`;
      if (decided.has(key) || missing.has(key)) continue;
      missing.set(key, {
        criterion: pointer,
        outcome,
        text: criterion.text,
        ...reasonFor(criterion, outcome),
      });
    }
  }
  return [...missing.values()];
}

function reasonFor(criterion: Criterion, outcome: boolean): Pick<MissingAnswer, 'reason' | 'why'> {
  const kinds = expressionsIn(criterion).map(({ kind }) => kind);
  const word = outcome ? 'true' : 'false';
  if (outcomeWithResponse(criterion) === !outcome)
    return { reason: 'noResponse', why: `It is ${word} only where no response comes.` };
  if (kinds.length === 0) return { reason: 'constant', why: `It is never ${word}: it looks at nothing.` };
  if (kinds.every((kind) => kind === 'statusCode'))
    return { reason: 'constant', why: `No status code from 200 to 599 makes it ${word}.` };
  if (!kinds.some((kind) => kind === 'statusCode' || kind === 'response'))
    return { reason: 'decidedBefore', why: 'It looks at nothing that the response changes.' };
  return {
    reason: 'needsExample',
    why: `No response that makes it ${word} could be constructed: give one as an example, in the options or under "x-xstate: { examples }" of the step.`,
  };
}

/** Answers whose labels tell them apart. */
function withOwnLabels(answers: readonly Answer[]): readonly Answer[] {
  const seen = new Map<string, number>();
  return answers.map((answer) => {
    const count = (seen.get(answer.label) ?? 0) + 1;
    seen.set(answer.label, count);
    return count === 1 ? answer : { ...answer, label: `${answer.label} (${count})` };
  });
}
