import type { JsonObject } from '../document/json.ts';
import { evaluateOutputs, scopeOf } from './judge.ts';
import type { WorkflowContext, WorkflowInput } from './context.ts';
import { GUARDS, reviseGuard } from './guards.ts';
import type { Runtime } from './runtime.ts';
import { stepCall } from './step-input.ts';
import type { BackoffState, CallState, Edge, FailureEdge, FlowState, SuccessEdge, WaitState } from '../plan/flow.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';

/** The name of the actor that waits for a time, and the id under which it runs. */
export const WAIT_ACTOR = 'wait';

/** The name of the actor that performs a step: its stepId, unless that is taken by {@link WAIT_ACTOR}. */
export function actorNameOf(stepId: string): string {
  return stepId === WAIT_ACTOR ? `step:${stepId}` : stepId;
}

/** A guard's or an action's name with its params, as XState's configuration writes them. */
interface Named {
  readonly type: string;
  readonly params?: JsonObject;
}

interface Transition {
  readonly target?: string;
  /** Leave the state and enter it anew, although it is the target too: the request is sent again. */
  readonly reenter?: true;
  readonly guard?: Named;
  readonly actions?: readonly Named[];
  readonly description?: string;
}

/** Guards' names longer than this are cut. */
const MAX_GUARD_NAME = 120;

/** The configuration of a plan's machine: plain JSON but for `context`, `output` and the invokes' `input`. */
export function machineConfig(runtime: Runtime, contextOf: (input: WorkflowInput | undefined) => WorkflowContext) {
  const { plan, flow } = runtime;
  const secrets = plan.inputs.filter((input) => input.secret).map((input) => input.name);
  return {
    id: plan.workflowId,
    ...descriptionOf(plan.description ?? plan.summary),
    context: ({ input }: { input: WorkflowInput | undefined }) => contextOf(input),
    initial: flow.initial,
    always: [
      { guard: { type: GUARDS.inputsRefused }, target: '.failed' },
      { guard: { type: GUARDS.tooManySteps, params: { limit: runtime.maxSteps } }, target: '.failed', actions: [{ type: 'exceed' }] },
    ],
    on: { cancel: { target: '.cancelled', ...(secrets.length === 0 ? {} : { actions: [{ type: 'dropSecrets', params: { inputs: secrets } }] }) } },
    states: Object.fromEntries(flow.states.map((state) => [state.name, stateConfig(runtime, state)])),
    output: ({ event }: { event: { output?: unknown } }) => event.output,
    options: { maxIterations: 1000 },
  };
}

function stateConfig(runtime: Runtime, state: FlowState): object {
  switch (state.kind) {
    case 'wait':
      return waitConfig(state);
    case 'call':
      return callConfig(runtime, state);
    case 'backoff':
      return backoffConfig(state);
    case 'final':
      return { type: 'final', output: ({ context }: { context: WorkflowContext }) => outputOf(runtime, context, state.name) };
  }
}

function outputOf(runtime: Runtime, context: WorkflowContext, status: 'done' | 'failed' | 'cancelled'): object {
  const outputs = evaluateOutputs(runtime.plan.outputs, scopeOf(runtime, context));
  return status === 'failed' ? { status, failure: context.failure, outputs } : { status, outputs };
}

function describeStep(step: StepPlan): object {
  const { operation } = step;
  return {
    ...descriptionOf(step.description ?? operation.summary),
    meta: {
      stepId: step.stepId,
      pointer: step.pointer,
      ...(operation.operationId === undefined ? {} : { operationId: operation.operationId }),
      method: operation.method,
      path: operation.path,
    },
  };
}

function descriptionOf(description: string | undefined): object {
  return description === undefined ? {} : { description };
}

function waitConfig(state: WaitState): object {
  const { step, inputs, repeat } = state;
  const { stepId } = step;
  const limit = step.waitLimitMs;
  return {
    ...describeStep(step),
    tags: ['waiting', `step:${stepId}`],
    entry: [
      ...(limit === undefined ? [] : [{ type: 'openWait', params: { limitMs: limit } }]),
      { type: 'announceWait', params: { stepId, inputs } },
    ],
    exit: [{ type: 'closeWait' }],
    always: [{ guard: { type: GUARDS.inputsPresent, params: { stepId, inputs } }, ...transition(state.proceed) }],
    on: {
      submit: [
        { guard: { type: GUARDS.valuesValid, params: { state: state.name } }, actions: [{ type: 'accept' }] },
        { actions: [{ type: 'reject', params: { state: state.name } }] },
      ],
      ...(repeat === undefined
        ? {}
        : {
            repeat: [
              {
                guard: { type: GUARDS.repeatAllowed, params: { stepId: repeat.step.stepId } },
                ...transition(repeat, [{ type: 'startRepeat', params: { stepId: repeat.step.stepId, state: state.name } }]),
              },
              { actions: [{ type: 'refuseRepeat', params: { stepId: repeat.step.stepId } }] },
            ],
          }),
      ...(state.revise.length === 0
        ? {}
        : {
            revise: state.revise.map((edge) => ({
              guard: { type: reviseGuard(edge.input), params: { input: edge.input } },
              ...transition(edge, edge.target === state.name ? [] : [{ type: 'endVisit' }]),
            })),
          }),
    },
    ...(limit === undefined
      ? {}
      : {
          invoke: {
            id: WAIT_ACTOR,
            src: WAIT_ACTOR,
            input: ({ context }: { context: WorkflowContext }) => ({ until: context.expiresAt ?? 0 }),
            onDone: state.expired.map((edge) => failureTransition(step, edge, state.name)),
            onError: lostTimer(),
          },
        }),
  };
}

function callConfig(runtime: Runtime, state: CallState): object {
  const { step } = state;
  const { stepId } = step;
  return {
    ...describeStep(step),
    tags: ['busy', `step:${stepId}`],
    entry: [
      { type: 'begin', params: { stepId } },
      { type: 'announceStart', params: { stepId } },
    ],
    invoke: {
      id: actorNameOf(stepId),
      src: actorNameOf(stepId),
      input: ({ context }: { context: WorkflowContext }) => stepCall(runtime, context, step),
      onDone: [...state.succeeded.map((edge) => successTransition(step, edge)), ...state.failed.map((edge) => failureTransition(step, edge, state.name))],
      onError: state.lost.map((edge) => failureTransition(step, edge, state.name)),
    },
  };
}

function backoffConfig(state: BackoffState): object {
  return {
    ...describeStep(state.step),
    tags: ['busy', `step:${state.step.stepId}`],
    invoke: {
      id: WAIT_ACTOR,
      src: WAIT_ACTOR,
      input: ({ context }: { context: WorkflowContext }) => ({ until: context.retryAt ?? 0 }),
      onDone: [transition(state.resume)],
      onError: lostTimer(),
    },
  };
}

/** A timer that breaks ends the run: there is no telling how long it would wait. */
function lostTimer(): readonly Transition[] {
  return [{ target: 'failed', actions: [{ type: 'loseTimer' }] }];
}

function transition(edge: Edge, actions: readonly Named[] = []): Transition {
  const all = [
    ...actions,
    ...(edge.forget.length === 0 ? [] : [{ type: 'forget', params: { inputs: edge.forget } }]),
    ...(edge.drop.length === 0 ? [] : [{ type: 'dropSecrets', params: { inputs: edge.drop } }]),
  ];
  return { target: edge.target, ...(all.length === 0 ? {} : { actions: all }) };
}

/** XState stays in a state whose transition leads to itself, and would not start its request again. */
function again(source: string, edge: Transition): Transition {
  return edge.target === source ? { ...edge, reenter: true } : edge;
}

function successTransition(step: StepPlan, edge: SuccessEdge): Transition {
  const { stepId } = step;
  const { action } = edge;
  const texts = [
    ...(step.successCriteria === undefined ? ['$statusCode is 2xx'] : step.successCriteria.map((criterion) => criterion.text)),
    ...(action?.criteria ?? []).map((criterion) => criterion.text),
  ];
  return {
    guard: { type: guardName(texts), params: { stepId, outcome: 'success', ...actionParams(action?.name, step.onSuccess.indexOf(action as never)) } },
    ...again(step.state, transition(edge, [
      { type: 'succeed', params: { stepId } },
      { type: 'announce', params: { event: 'step.succeeded', stepId } },
    ])),
  };
}

function failureTransition(step: StepPlan, edge: FailureEdge, source: string): Transition {
  const { stepId } = step;
  const { action, repeats } = edge;
  const named = actionParams(action?.name, step.onFailure.indexOf(action as never));
  const failed = { type: 'announce', params: { event: 'step.failed', stepId, ...named } };
  if (repeats !== undefined) {
    return {
      guard: { type: GUARDS.repeatFailed, params: { stepId, state: repeats } },
      ...again(source, transition(edge, [{ type: 'fail', params: { stepId } }, failed])),
    };
  }
  const texts = (action?.criteria ?? []).map((criterion) => criterion.text);
  if (action?.type === 'retry') texts.push(`retries < ${action.limit}`);
  const guard = texts.length === 0 ? {} : { guard: { type: guardName(texts), params: { stepId, outcome: 'failure', ...named } } };
  if (action?.type === 'retry') {
    const retrying = { type: 'announce', params: { event: 'step.retrying', stepId, ...named } };
    return { ...guard, ...transition(edge, [{ type: 'backOff', params: { stepId, ...named } }, failed, retrying]) };
  }
  return { ...guard, ...again(source, transition(edge, [{ type: 'fail', params: { stepId, ...named } }, failed])) };
}

function actionParams(name: string | undefined, index: number): { readonly action?: string; readonly index?: number } {
  return name === undefined ? {} : { action: name, index };
}

/** Criteria as their author wrote them, joined, white space collapsed and cut. */
function guardName(texts: readonly string[]): string {
  const name = texts.join(' && ').replace(/\s+/g, ' ').trim();
  return name.length <= MAX_GUARD_NAME ? name : `${name.slice(0, MAX_GUARD_NAME - 1)}…`;
}
