import type { JsonObject } from '../document/json.ts';
import {
  innerFlow,
  type BackoffState,
  type CallState,
  type Edge,
  type FailureEdge,
  type FlowState,
  type InteractionState,
  type RecoveryState,
  type SuccessEdge,
  type TransferState,
  type WaitState,
  type WorkflowState,
} from '../plan/flow.ts';
import { allFailureActions } from '../plan/failure-actions.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';
import { actorNameOf, WAIT_ACTOR } from './actor-names.ts';
import type { WorkflowContext, WorkflowInput } from './context.ts';
import { GUARDS, recoveryGuard, reviseGuard } from './guards.ts';
import { IMPOSSIBLE, outputsOfWorkflow } from './judge.ts';
import { frameOf, frameRuntimeOf, pathOf, type Runtime } from './runtime.ts';
import { stepCall } from './step-input.ts';

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

/**
 * A step that cannot even be begun may lead on to others without an event from outside: `maxSteps` is to end that, and
 * not XState, which would stop the machine with an error.
 */
const MICROSTEPS = 1000;
const MICROSTEPS_OF_STEP = 20;

/** Guards' names longer than this are cut. */
const MAX_GUARD_NAME = 120;

/** The configuration of a plan's machine: plain JSON but for `context`, `output` and the invokes' `input`. */
export function machineConfig(
  runtime: Runtime,
  contextOf: (input: WorkflowInput | undefined) => WorkflowContext,
) {
  const { plan } = runtime;
  const spent = [...runtime.frames.values()].flatMap(dropActions);
  const { initial, always, states } = insideOf(runtime);
  const tooMany = { type: GUARDS.tooManySteps, params: { limit: runtime.settings.maxSteps } };
  return {
    id: plan.workflowId,
    ...descriptionOf(plan.description ?? plan.summary),
    context: ({ input }: { input: WorkflowInput | undefined }) => contextOf(input),
    initial,
    always: [...always, { guard: tooMany, target: '.failed', actions: [{ type: 'exceed' }, ...spent] }],
    on: { cancel: { target: '.cancelled', ...actionsOf(spent) } },
    states,
    output: ({ event }: { event: { output?: unknown } }) => event.output,
    options: { maxIterations: MICROSTEPS + MICROSTEPS_OF_STEP * runtime.settings.maxSteps },
  };
}

/** The states of a workflow, to stand at the root of a machine or inside a state. Only the root can be cancelled. */
function insideOf(runtime: Runtime) {
  const { flow } = runtime;
  const states = flow.states.filter((state) => runtime.path === '' || state.name !== 'cancelled');
  return {
    initial: flow.initial,
    always: [
      {
        guard: named(runtime, GUARDS.inputsRefused),
        target: '.failed',
        actions: [named(runtime, 'refuse'), ...dropActions(runtime)],
      },
    ],
    states: Object.fromEntries(states.map((state) => [state.name, stateConfig(runtime, state)])),
  };
}

function stateConfig(runtime: Runtime, state: FlowState): object {
  switch (state.kind) {
    case 'wait':
      return waitConfig(runtime, state);
    case 'interaction':
      return interactionConfig(runtime, state);
    case 'call':
      return callConfig(runtime, state);
    case 'workflow':
      return workflowConfig(runtime, state);
    case 'transfer':
      return transferConfig(runtime, state);
    case 'backoff':
      return backoffConfig(runtime, state);
    case 'recovery':
      return recoveryConfig(runtime, state);
    case 'final':
      return {
        type: 'final',
        output: ({ context }: { context: WorkflowContext }) => outputOf(runtime, context, state.name),
      };
  }
}

function outputOf(
  runtime: Runtime,
  context: WorkflowContext,
  status: 'done' | 'failed' | 'cancelled',
): object {
  const { last } = frameOf(runtime, context);
  const outputs = outputsOfWorkflow(runtime, context);
  return {
    status,
    ...(status === 'failed' ? { failure: context.failure } : {}),
    outputs,
    ...(runtime.path !== '' && last !== undefined ? { response: last } : {}),
  };
}

/** A name with its params, and the workflow that it is about where that is a called one. */
function named({ path }: Runtime, type: string, params: JsonObject = {}): Named {
  const all = path === '' ? params : { ...params, frame: path };
  return Object.keys(all).length === 0 ? { type } : { type, params: all };
}

function describeStep(step: StepPlan): object {
  const { stepId, pointer } = step;
  if (step.kind === 'workflow') {
    const { workflowId, summary } = step.call.workflow;
    return { ...descriptionOf(step.description ?? summary), meta: { stepId, pointer, workflowId } };
  }
  if (step.kind === 'message') {
    const { operationId, action, channel, summary } = step.channelOperation;
    const byId = operationId === undefined ? {} : { operationId };
    return {
      ...descriptionOf(step.description ?? summary),
      meta: { stepId, pointer, ...byId, action, channel },
    };
  }
  if (step.kind === 'interaction')
    return { ...descriptionOf(step.description), meta: { stepId, pointer, interaction: step.mode } };
  const { operationId, method, path, summary } = step.operation;
  return {
    ...descriptionOf(step.description ?? summary),
    meta: { stepId, pointer, ...(operationId === undefined ? {} : { operationId }), method, path },
  };
}

function descriptionOf(description: string | undefined): object {
  return description === undefined ? {} : { description };
}

function waitConfig(runtime: Runtime, state: WaitState): object {
  const { step, inputs, repeat, name } = state;
  const { stepId } = step;
  const limit = step.waitLimitMs;
  return {
    ...describeStep(step),
    tags: ['waiting', `step:${stepId}`],
    entry: [
      ...(limit === undefined ? [] : [named(runtime, 'openWait', { limitMs: limit })]),
      named(runtime, 'announceWait', { stepId, inputs }),
    ],
    exit: [named(runtime, 'closeWait')],
    always: [
      {
        guard: named(runtime, GUARDS.inputsPresent, { stepId, inputs }),
        ...transition(runtime, state.proceed),
      },
    ],
    on: {
      submit: [
        { guard: named(runtime, GUARDS.valuesValid, { state: name }), actions: [named(runtime, 'accept')] },
        { actions: [named(runtime, 'reject', { state: name })] },
      ],
      ...(repeat === undefined ? {} : { repeat: repeatTransitions(runtime, name, repeat) }),
      ...(state.revise.length === 0
        ? {}
        : {
            revise: state.revise.map((edge) => ({
              guard: named(runtime, reviseGuard(edge.input), { input: edge.input }),
              ...transition(runtime, edge, edge.target === name ? [] : [named(runtime, 'endVisit')]),
            })),
          }),
    },
    ...(limit === undefined
      ? {}
      : {
          invoke: {
            id: WAIT_ACTOR,
            src: WAIT_ACTOR,
            input: ({ context }: { context: WorkflowContext }) => ({
              until: frameOf(runtime, context).expiresAt ?? 0,
            }),
            onDone: state.expired.map((edge) => failureTransition(runtime, step, edge, name)),
            onError: lostTimer(runtime),
          },
        }),
  };
}

function interactionConfig(runtime: Runtime, state: InteractionState): object {
  const { step, name } = state;
  const { stepId, timeoutMs } = step;
  const failures = (edges: readonly FailureEdge[]): readonly Transition[] =>
    edges.map((edge) => failureTransition(runtime, step, edge, name));
  return {
    ...describeStep(step),
    tags: ['waiting', `step:${stepId}`],
    entry: [
      named(runtime, 'begin', { stepId }),
      named(runtime, 'ask', { stepId }),
      ...(timeoutMs === undefined ? [] : [named(runtime, 'openWait', { limitMs: timeoutMs })]),
      named(runtime, 'announceStart', { stepId }),
      named(runtime, 'announceQuestion', { stepId }),
    ],
    exit: [named(runtime, 'closeWait')],
    on: {
      submit: [
        {
          guard: named(runtime, GUARDS.answerRefused, { stepId }),
          actions: [named(runtime, 'refuseAnswer', { stepId })],
        },
        ...state.succeeded.map((edge) => successTransition(runtime, step, edge)),
        ...failures(state.failed),
      ],
      decline: failures(state.declined),
      ...(state.impossible.length === 0 ? {} : { [IMPOSSIBLE]: failures(state.impossible) }),
    },
    ...(timeoutMs === undefined
      ? {}
      : {
          invoke: {
            id: WAIT_ACTOR,
            src: WAIT_ACTOR,
            input: ({ context }: { context: WorkflowContext }) => ({
              until: frameOf(runtime, context).expiresAt ?? 0,
            }),
            onDone: failures(state.expired),
            onError: lostTimer(runtime),
          },
        }),
  };
}

function repeatTransitions(
  runtime: Runtime,
  state: string,
  repeat: Edge & { readonly step: StepPlan },
): readonly Transition[] {
  const { stepId } = repeat.step;
  return [
    {
      guard: named(runtime, GUARDS.repeatAllowed, { stepId }),
      ...transition(runtime, repeat, [named(runtime, 'startRepeat', { stepId, state })]),
    },
    { actions: [named(runtime, 'refuseRepeat', { stepId })] },
  ];
}

function callConfig(runtime: Runtime, state: CallState): object {
  const { step, name } = state;
  const { stepId } = step;
  const actor = actorNameOf(runtime.path, stepId);
  return {
    ...describeStep(step),
    tags: ['busy', `step:${stepId}`],
    entry: [named(runtime, 'begin', { stepId }), named(runtime, 'announceStart', { stepId })],
    invoke: {
      id: actor,
      src: actor,
      input: ({ context }: { context: WorkflowContext }) => stepCall(runtime, context, step),
      onDone: [
        ...state.succeeded.map((edge) => successTransition(runtime, step, edge)),
        ...state.failed.map((edge) => failureTransition(runtime, step, edge, name)),
      ],
      onError: state.lost.map((edge) => failureTransition(runtime, step, edge, name)),
    },
  };
}

/** What a state is made of in which a called workflow runs. */
function calledConfig(
  runtime: Runtime,
  state: FlowState,
  before: readonly Named[] = [],
  after: readonly Named[] = [],
): object {
  const call = pathOf(runtime.path, state.name);
  if (innerFlow(state) === undefined) return {};
  return {
    entry: [...before, { type: 'enterCall', params: { call } }, ...after],
    exit: [{ type: 'leaveCall', params: { call } }],
    ...insideOf(frameRuntimeOf(runtime, call)),
  };
}

function workflowConfig(runtime: Runtime, state: WorkflowState): object {
  const { step, name } = state;
  const { stepId } = step;
  return {
    ...describeStep(step),
    tags: [`step:${stepId}`],
    ...calledConfig(
      runtime,
      state,
      [named(runtime, 'begin', { stepId })],
      [named(runtime, 'announceStart', { stepId })],
    ),
    onDone: [
      ...state.succeeded.map((edge) => successTransition(runtime, step, edge)),
      ...state.failed.map((edge) => failureTransition(runtime, step, edge, name)),
    ],
  };
}

function transferConfig(runtime: Runtime, state: TransferState): object {
  const { workflowId, description, summary, pointer } = state.call.workflow;
  const actions = [named(runtime, 'adopt'), ...dropActions(runtime)];
  return {
    ...descriptionOf(description ?? summary),
    meta: { workflowId, pointer },
    ...calledConfig(runtime, state),
    onDone: [
      { guard: { type: GUARDS.workflowDone }, target: 'done', actions },
      { target: 'failed', actions },
    ],
  };
}

function recoveryConfig(runtime: Runtime, state: RecoveryState): object {
  const { step, first, resume } = state;
  const common = { ...describeStep(step), tags: ['busy', `step:${step.stepId}`] };
  if (first.kind === 'workflow') {
    const kept = [
      first.step === undefined
        ? named(runtime, 'keepResponse')
        : named(runtime, 'keepOutputs', { stepId: first.step.stepId }),
    ];
    return {
      ...common,
      tags: [`step:${step.stepId}`],
      ...calledConfig(
        runtime,
        state,
        first.step === undefined ? [] : [named(runtime, 'visit', { stepId: first.step.stepId })],
      ),
      onDone: [transition(runtime, resume, kept)],
    };
  }
  const { stepId } = first.step;
  const actor = actorNameOf(runtime.path, stepId);
  return {
    ...common,
    entry: [named(runtime, 'visit', { stepId })],
    invoke: {
      id: actor,
      src: actor,
      input: ({ context }: { context: WorkflowContext }) =>
        stepCall(runtime, context, first.step, step.stepId),
      onDone: [transition(runtime, resume, [named(runtime, 'keepOutputs', { stepId })])],
      onError: [transition(runtime, resume)],
    },
  };
}

function backoffConfig(runtime: Runtime, state: BackoffState): object {
  return {
    ...describeStep(state.step),
    tags: ['busy', `step:${state.step.stepId}`],
    invoke: {
      id: WAIT_ACTOR,
      src: WAIT_ACTOR,
      input: ({ context }: { context: WorkflowContext }) => ({
        until: frameOf(runtime, context).retryAt ?? 0,
      }),
      onDone: [
        ...state.recover.map(({ action, target }) => ({
          guard: named(runtime, recoveryGuard(action), { stepId: state.step.stepId, action }),
          target,
        })),
        transition(runtime, state.resume),
      ],
      onError: lostTimer(runtime),
    },
  };
}

/** A timer that breaks ends the workflow: there is no telling how long it would wait. */
function lostTimer(runtime: Runtime): readonly Transition[] {
  return [{ target: 'failed', actions: [named(runtime, 'loseTimer'), ...dropActions(runtime)] }];
}

/** What takes the secrets that no output needs out of the context, on the edges that end a workflow from anywhere. */
function dropActions(runtime: Runtime): readonly Named[] {
  const { spent } = runtime.flow;
  return spent.length === 0 ? [] : [named(runtime, 'dropSecrets', { inputs: spent })];
}

function actionsOf(actions: readonly Named[]): { readonly actions?: readonly Named[] } {
  return actions.length === 0 ? {} : { actions };
}

function transition(runtime: Runtime, edge: Edge, actions: readonly Named[] = []): Transition {
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

/** What a success is called where the document has no criteria. */
function successTransition(runtime: Runtime, step: StepPlan, edge: SuccessEdge): Transition {
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

function failureTransition(runtime: Runtime, step: StepPlan, edge: FailureEdge, source: string): Transition {
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
