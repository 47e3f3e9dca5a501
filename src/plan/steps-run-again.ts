import type { Edge, Flow, FlowState } from './flow.ts';
import type { StepPlan } from './workflow-plan.ts';

/**
 * The steps that a run may come to more than once, retries not counted. What leads back leads over a stretch of steps,
 * and no run comes twice to a step outside of all such stretches.
 */
export function stepsRunAgain(flow: Flow, steps: readonly StepPlan[]): ReadonlySet<string> {
  const position = new Map(steps.map(({ stepId }, index) => [stepId, index]));
  const states = new Map(flow.states.map((state) => [state.name, state]));
  // How many stretches begin at a step, less those that ended before it.
  const opened = Array.from({ length: steps.length + 1 }, () => 0);
  for (const state of flow.states) {
    const from = positionOf(state, position);
    for (const { target } of edgesToOtherVisits(state)) {
      const next = states.get(target);
      const to = next === undefined || isBetweenAttempts(next) ? undefined : positionOf(next, position);
      if (from === undefined || to === undefined || to > from) continue;
      opened[to] = (opened[to] ?? 0) + 1;
      opened[from + 1] = (opened[from + 1] ?? 0) - 1;
    }
  }
  let depth = 0;
  return new Set(steps.filter((_, index) => (depth += opened[index] ?? 0) > 0).map(({ stepId }) => stepId));
}

function positionOf(state: FlowState, position: ReadonlyMap<string, number>): number | undefined {
  return 'step' in state && state.step !== undefined ? position.get(state.step.stepId) : undefined;
}

function isBetweenAttempts({ kind }: FlowState): boolean {
  return kind === 'backoff' || kind === 'recovery';
}

/** The edges on which the visit of the state's step may end. */
function edgesToOtherVisits(state: FlowState): readonly Edge[] {
  switch (state.kind) {
    case 'wait':
      return [...state.expired, ...state.revise, ...(state.repeat === undefined ? [] : [state.repeat])];
    case 'interaction':
      return [...state.succeeded, ...state.failed, ...state.declined, ...state.expired, ...state.impossible];
    case 'call':
      return [...state.succeeded, ...state.failed, ...state.lost];
    case 'workflow':
      return [...state.succeeded, ...state.failed];
    case 'transfer':
    case 'backoff':
    case 'recovery':
    case 'final':
      return [];
  }
}
