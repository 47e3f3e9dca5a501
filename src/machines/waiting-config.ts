import type { BackoffState, Edge, FailureEdge, InteractionState, WaitState } from '../plan/flow.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';
import { WAIT_ACTOR } from './actor-names.ts';
import type { Frame, WorkflowContext } from './context.ts';
import { GUARDS, recoveryGuard, reviseGuard } from './guards.ts';
import { IMPOSSIBLE } from './judge.ts';
import { frameOf, type Runtime } from './runtime.ts';
import { describeStep } from './step-description.ts';
import {
  dropActions,
  failureTransition,
  named,
  successTransition,
  transition,
  type Transition,
} from './transition-config.ts';

/** A state in which a person is asked for inputs. */
export function waitConfig(runtime: Runtime, state: WaitState): object {
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
          invoke: timer(
            runtime,
            'expiresAt',
            state.expired.map((edge) => failureTransition(runtime, step, edge, name)),
          ),
        }),
  };
}

/** A state in which a person is asked what a step's interaction says. */
export function interactionConfig(runtime: Runtime, state: InteractionState): object {
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
          invoke: timer(runtime, 'expiresAt', failures(state.expired)),
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

/** A state in which the time of the next attempt is waited for. */
export function backoffConfig(runtime: Runtime, state: BackoffState): object {
  return {
    ...describeStep(state.step),
    tags: ['busy', `step:${state.step.stepId}`],
    invoke: timer(runtime, 'retryAt', [
      ...state.recover.map(({ action, target }) => ({
        guard: named(runtime, recoveryGuard(action), { stepId: state.step.stepId, action }),
        target,
      })),
      transition(runtime, state.resume),
    ]),
  };
}

/** A timer that breaks ends the workflow: there is no telling how long it would wait. */
function lostTimer(runtime: Runtime): readonly Transition[] {
  return [{ target: 'failed', actions: [named(runtime, 'loseTimer'), ...dropActions(runtime)] }];
}

/** The actor that waits until a time that the context has. */
function timer(
  runtime: Runtime,
  until: keyof Pick<Frame, 'expiresAt' | 'retryAt'>,
  onDone: readonly Transition[],
): object {
  return {
    id: WAIT_ACTOR,
    src: WAIT_ACTOR,
    input: ({ context }: { context: WorkflowContext }) => ({
      until: frameOf(runtime, context)[until] ?? 0,
    }),
    onDone,
    onError: lostTimer(runtime),
  };
}
