import type { BaseResponses } from './base-responses.ts';
import type { Draft } from './draft.ts';
import { reaching, statusesIn, type Goal } from './goal.ts';
import type { Solving } from './place.ts';
import type { PlacedCriterion } from './step-criteria.ts';

/** Statuses that are tried where the declared ones do not do. */
const USUAL = [500, 400, 401, 403, 404, 409, 410, 412, 422, 429, 502, 503, 504, 200, 201, 202, 204, 301];

/** How many drafts are looked at for one answer: from one beginning, and from all together. */
const BUDGET = 300;
const WHOLE_BUDGET = 2000;
/** How many statuses that are not declared are tried for one answer. */
const UNDECLARED_STATUSES = 4;

/** Whether it is a response that the operation declares. */
export function isGood({ shape, body }: Draft): boolean {
  return shape.isDeclared && shape.isValid(body);
}

/** The statuses to try, declared ones first. */
export interface Statuses {
  readonly all: readonly number[];
  /** How many of them, from the start, are declared. */
  readonly declared: number;
  /** Whether anything is known of what the operation answers. */
  readonly hasDeclared: boolean;
}

/** The statuses that an operation declares, those that criteria speak of, and the usual ones. */
export function statusesToTry(bases: BaseResponses, criteria: readonly PlacedCriterion[]): Statuses {
  const mentioned = criteria.flatMap(({ criterion }) => statusesIn(criterion));
  const every = [...bases.statuses, ...mentioned, ...USUAL];
  const usable = [...new Set(every)].filter((status) => status >= 200 && status <= 599);
  const declared = usable.filter((status) => bases.isDeclared(status));
  return {
    all: [...declared, ...usable.filter((status) => !bases.isDeclared(status))],
    declared: declared.length,
    hasDeclared: bases.statuses.length > 0,
  };
}

/** How many drafts that reach all goals are weighed against each other from one beginning. */
const WEIGHED = 4;

/**
 * The draft that reaches the goals and is likest to what the API answers: a valid response where any is, with nothing in it
 * that its schema does not speak of, and with as little changed as can be.
 */
export function searchDraft(
  goals: readonly Goal[],
  { all, declared, hasDeclared }: Statuses,
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
          // Where nothing is declared, nothing is likelier than anything else.
          if (isLess(costOf(best), hasDeclared ? [0, 0, 1] : [1])) return best;
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
