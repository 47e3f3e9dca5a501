import type { JsonObject } from '../document/json.ts';
import { allFailureActions } from '../plan/failure-actions.ts';
import type { Edge, FailureEdge, SuccessEdge } from '../plan/flow.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';
import { GUARDS } from './guards.ts';
import type { Runtime } from './runtime.ts';

/** A guard's or an action's name with its params, as XState's configuration writes them. */
export interface Named {
  readonly type: string;
  readonly params?: JsonObject;
}

/** An edge, as XState's configuration writes it. */
export interface Transition {
  readonly target?: string;
  /** Leave the state and enter it anew, although it is the target too: the request is sent again. */
  readonly reenter?: true;
  readonly guard?: Named;
  readonly actions?: readonly Named[];
  readonly description?: string;
}

/** Guards' names longer than this are cut. */
const MAX_GUARD_NAME = 120;

/** A name with its params, and the workflow that it is about where that is a called one. */
export function named({ path }: Runtime, type: string, params: JsonObject = {}): Named {
  const all = path === '' ? params : { ...params, frame: path };
  return Object.keys(all).length === 0 ? { type } : { type, params: all };
}

/** What takes the secrets that no output needs out of the context, on the edges that end a workflow from anywhere. */
export function dropActions(runtime: Runtime): readonly Named[] {
  const { spent } = runtime.flow;
  return spent.length === 0 ? [] : [named(runtime, 'dropSecrets', { inputs: spent })];
}

/** Actions as a member of a configuration, left out where there are none. */
export function actionsOf(actions: readonly Named[]): { readonly actions?: readonly Named[] } {
  return actions.length === 0 ? {} : { actions };
}

/** An edge with the actions on it, and with the inputs that are forgotten on the way. */
export function transition(runtime: Runtime, edge: Edge, actions: readonly Named[] = []): Transition {
  const all = [
    ...actions,
    ...(edge.forget.length === 0 ? [] : [named(runtime, 'forget', { inputs: edge.forget })]),
    ...(edge.drop.length === 0 ? [] : [named(runtime, 'dropSecrets', { inputs: edge.drop })]),
  ];
  return { target: edge.target, ...actionsOf(all) };
}

/** XState stays in a state whose transition leads to itself, and would not start its request again. */
function again(source: string, edge: Transition): Transition {
  return edge.target === source ? { ...edge, reenter: true } : edge;
}

/** The edge of a step that succeeded. */
export function successTransition(runtime: Runtime, step: StepPlan, edge: SuccessEdge): Transition {
  const { stepId } = step;
  const { action } = edge;
  const unless = [defaultSuccess(step)];
  const own = step.successCriteria?.map((criterion) => criterion.text) ?? unless;
  const texts = [...own, ...(action?.criteria ?? []).map((criterion) => criterion.text)];
  const params = {
    stepId,
    outcome: 'success',
    ...actionParams(action?.name, step.onSuccess.indexOf(action as never)),
  };
  return {
    guard: named(runtime, criteriaName(texts), params),
    ...again(
      step.state,
      transition(runtime, edge, [
        named(runtime, 'succeed', { stepId }),
        named(runtime, 'announce', { event: 'step.succeeded', stepId }),
      ]),
    ),
  };
}

/** The edge of a step that did not, in one of the states that it may be left from. */
export function failureTransition(
  runtime: Runtime,
  step: StepPlan,
  edge: FailureEdge,
  source: string,
): Transition {
  const { stepId } = step;
  const { action, repeats } = edge;
  const index = allFailureActions(step).indexOf(action as never);
  const params = { stepId, ...actionParams(action?.name, index) };
  const failed = named(runtime, 'announce', { event: 'step.failed', ...params });
  if (repeats !== undefined) {
    return {
      guard: named(runtime, GUARDS.repeatFailed, { stepId, state: repeats }),
      ...again(source, transition(runtime, edge, [named(runtime, 'fail', { stepId }), failed])),
    };
  }
  const texts = (action?.criteria ?? []).map((criterion) => criterion.text);
  // Whatever else may have gone wrong, these are for a response that did not come in time.
  if (
    (step.kind === 'operation' || step.kind === 'message') &&
    action !== undefined &&
    step.onTimeout?.includes(action) === true
  )
    texts.unshift('timed out');
  if (action?.type === 'retry') texts.push(`retries < ${action.limit}`);
  const guard =
    texts.length === 0
      ? {}
      : { guard: named(runtime, criteriaName(texts), { ...params, outcome: 'failure' }) };
  if (action?.type === 'retry') {
    const retrying = named(runtime, 'announce', { event: 'step.retrying', ...params });
    return { ...guard, ...transition(runtime, edge, [named(runtime, 'backOff', params), failed, retrying]) };
  }
  return { ...guard, ...again(source, transition(runtime, edge, [named(runtime, 'fail', params), failed])) };
}

/** What is a success where the document has no criteria. */
function defaultSuccess(step: StepPlan): string {
  switch (step.kind) {
    case 'workflow':
      return GUARDS.workflowDone;
    case 'operation':
      return '$statusCode is 2xx';
    case 'message':
      return step.channelOperation.action === 'send' ? 'message sent' : 'message received';
    case 'interaction':
      return 'answered';
  }
}

function actionParams(
  name: string | undefined,
  index: number,
): { readonly action?: string; readonly index?: number } {
  return name === undefined ? {} : { action: name, index };
}

/** Criteria as their author wrote them, joined, white space collapsed and cut. */
function criteriaName(texts: readonly string[]): string {
  const name = texts.join(' && ').replace(/\s+/g, ' ').trim();
  if (name.length <= MAX_GUARD_NAME) return name;
  // How often a retry may be tried is worth more than the end of its criteria.
  const kept = / && retries < \d+$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, MAX_GUARD_NAME - 1 - kept.length)}…${kept}`;
}
