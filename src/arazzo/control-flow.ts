import type { FailureAction, Step, SuccessAction, Workflow } from './model.ts';

/** Where control can go from one step. */
interface StepFlow {
  /** Indexes of the steps that may run next. */
  readonly next: ReadonlySet<number>;
  /** Whether the workflow can end here in another way than by failing for want of a failure action. */
  readonly ends: boolean;
}

/**
 * The steps of a workflow as a graph. Steps are named by their index among those that could be read. Behind them stands
 * one more where others could not be: it may lead anywhere.
 */
export interface ControlFlow {
  readonly steps: readonly StepFlow[];
  /** Whether a run that has passed the first step may come to the other, perhaps the same, later on. */
  leadsTo(from: number, to: number): boolean;
  /** The steps that can run at all. */
  readonly reachable: ReadonlySet<number>;
}

/**
 * The success actions that a step tries, in order: its own, then those of the workflow whose name it does not
 * define itself.
 */
export function successActionsOf(workflow: Workflow, step: Step): readonly SuccessAction[] {
  return merged(step.onSuccess, workflow.successActions);
}

/** The failure actions that a step tries, in order, as `successActionsOf` does. */
export function failureActionsOf(workflow: Workflow, step: Step): readonly FailureAction[] {
  return merged(step.onFailure, workflow.failureActions);
}

function merged<Action extends { readonly name: string }>(
  own: readonly Action[],
  shared: readonly Action[],
): readonly Action[] {
  const names = new Set(own.map((action) => action.name));
  return [...own, ...shared.filter((action) => !names.has(action.name))];
}

/** Whether an action matches whatever happened, so that none after it is tried. A retry gives up some time. */
export function isUnconditional(action: SuccessAction | FailureAction): boolean {
  return action.type !== 'retry' && action.criteria.length === 0;
}

/** What a document writes of a workflow's steps beside what could be read. */
export interface WrittenSteps {
  /** How many steps there are, those included that could not be read. Default: none of these. */
  readonly count?: number;
  /** Whether all actions that a step tries could be read. Default: they could. */
  readonly isWhole?: (step: Step) => boolean;
}

/** Where control can go in a workflow, criteria left aside. What could not be read may lead anywhere. */
export function controlFlow(
  workflow: Workflow,
  { count: written = workflow.steps.length, isWhole = () => true }: WrittenSteps = {},
): ControlFlow {
  const { steps } = workflow;
  const indexes = new Map(steps.map((step, index) => [step.stepId, index] as const).toReversed());
  const unknown = written > steps.length ? steps.length : undefined;
  const places = new Map(steps.map((step, index) => [step.pointer, index] as const));
  /** The step that the document writes at a place; `undefined` behind the last. */
  const stepAt = (place: number): number | undefined =>
    place < written ? (places.get(`${workflow.pointer}/steps/${place}`) ?? unknown) : undefined;
  const follower = ({ pointer }: Step): number | undefined =>
    stepAt(Number(pointer.slice(pointer.lastIndexOf('/') + 1)) + 1);
  const anywhere = (): { readonly next: Set<number>; readonly ends: boolean } => ({
    next: new Set([...steps.keys(), ...(unknown === undefined ? [] : [unknown])]),
    ends: true,
  });
  const flows = steps.map((step) =>
    isWhole(step)
      ? flowOf(workflow, step, follower(step), (stepId) => indexes.get(stepId) ?? unknown)
      : anywhere(),
  );
  if (unknown !== undefined) flows.push(anywhere());
  for (const [index, step] of steps.entries()) {
    for (const action of [...failureActionsOf(workflow, step), ...step.onTimeout, ...step.onCancel]) {
      if (action.type !== 'retry' || action.target?.kind !== 'step') continue;
      const target = indexes.get(action.target.stepId);
      if (target !== undefined) flows[target]?.next.add(index);
      else if (unknown !== undefined) flows[index]?.next.add(unknown);
    }
  }
  const inSpan = betweenJumpBack(flows);
  const reached = new Map<number, ReadonlySet<number>>();
  const reachedFrom = (from: number): ReadonlySet<number> => {
    const known = reached.get(from) ?? closure(flows, flows[from]?.next ?? new Set());
    reached.set(from, known);
    return known;
  };
  return {
    steps: flows,
    leadsTo: (from, to) => (to > from || inSpan(from)) && reachedFrom(from).has(to),
    reachable: flows.length === 0 ? new Set() : closure(flows, new Set([stepAt(0) ?? 0])),
  };
}

/** Whether a step stands within the reach of a jump back, without which no step can run a second time. */
function betweenJumpBack(flows: readonly StepFlow[]): (index: number) => boolean {
  const changes = flows.map(() => 0);
  for (const [from, { next }] of flows.entries()) {
    for (const to of next) {
      if (to > from) continue;
      changes[to] = (changes[to] ?? 0) + 1;
      changes[from + 1] = (changes[from + 1] ?? 0) - 1;
    }
  }
  let depth = 0;
  const within = changes.map((change) => (depth += change) > 0);
  return (index) => within[index] === true;
}

function flowOf(
  workflow: Workflow,
  step: Step,
  follower: number | undefined,
  indexOf: (stepId: string) => number | undefined,
): { readonly next: Set<number>; readonly ends: boolean } {
  const next = new Set<number>();
  let ends = false;
  const take = (action: SuccessAction | FailureAction): void => {
    if (action.type === 'end' || (action.type === 'goto' && action.target.kind === 'workflow')) ends = true;
    else if (action.target?.kind === 'step') {
      const target = indexOf(action.target.stepId);
      if (target !== undefined) next.add(target);
    }
  };
  const success = untilUnconditional(successActionsOf(workflow, step));
  success.tried.forEach(take);
  if (!success.decided) {
    if (follower !== undefined) next.add(follower);
    else ends = true;
  }
  untilUnconditional(failureActionsOf(workflow, step)).tried.forEach(take);
  for (const actions of [step.onTimeout, step.onCancel]) untilUnconditional(actions).tried.forEach(take);
  return { next, ends };
}

function untilUnconditional<Action extends SuccessAction | FailureAction>(
  actions: readonly Action[],
): { readonly tried: readonly Action[]; readonly decided: boolean } {
  const last = actions.findIndex(isUnconditional);
  return last < 0 ? { tried: actions, decided: false } : { tried: actions.slice(0, last + 1), decided: true };
}

function closure(flows: readonly StepFlow[], start: ReadonlySet<number>): ReadonlySet<number> {
  const found = new Set(start);
  for (const index of found) {
    for (const next of flows[index]?.next ?? []) found.add(next);
  }
  return found;
}
