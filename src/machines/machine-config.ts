import {
  innerFlow,
  type CallState,
  type FlowState,
  type RecoveryState,
  type TransferState,
  type WorkflowState,
} from '../plan/flow.ts';
import { actorNameOf } from './actor-names.ts';
import type { WorkflowContext, WorkflowInput } from './context.ts';
import { GUARDS } from './guards.ts';
import { outputsOfWorkflow } from './judge.ts';
import { frameOf, frameRuntimeOf, pathOf, type Runtime } from './runtime.ts';
import { describeStep, descriptionOf } from './step-description.ts';
import { stepCall } from './step-input.ts';
import {
  actionsOf,
  dropActions,
  failureTransition,
  named,
  successTransition,
  transition,
  type Named,
} from './transition-config.ts';
import { backoffConfig, interactionConfig, waitConfig } from './waiting-config.ts';

/**
 * A step that cannot even be begun may lead on to others without an event from outside: `maxSteps` is to end that, and
 * not XState, which would stop the machine with an error.
 */
const MICROSTEPS = 1000;
const MICROSTEPS_OF_STEP = 20;

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
