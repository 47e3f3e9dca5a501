import { emit, enqueueActions } from 'xstate';
import { hasMember, type JsonObject } from '../document/json.ts';
import type { Failure, WorkflowContext, WorkflowEmitted } from './context.ts';
import { problemsOf } from './criterion-problems.ts';
import { about, type ActionArguments } from './frame-update.ts';
import type { InFrame } from './guards.ts';
import { IMPOSSIBLE, judgementOf } from './judge.ts';
import { maskSecrets } from './mask.ts';
import { frameOf, frameRuntimeOf, type Runtime } from './runtime.ts';
import { failureOf, type FailureParams } from './step-actions.ts';
import { isOver } from './step-input.ts';

/** What a machine tells of its progress. */
export function announceActions(root: Runtime) {
  return {
    /** Tells what a step's attempt came to. */
    announce: emit(announcement(root) as never),
    /** Tells that a step is begun; silent where the run ends instead. */
    announceStart: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId, frame: path = '' } = params as InFrame & { stepId: string };
      const known = context as WorkflowContext;
      const frame = frameOf({ path }, known);
      if (isOver(root, frame, known)) return;
      enqueue.emit({
        type: 'step.started',
        ...about(path, stepId),
        attempt: frame.attempt,
      } satisfies WorkflowEmitted as never);
    }),
    /** Tells that a person is asked; leaves the state where that cannot be. Silent where the run ends instead. */
    announceQuestion: enqueueActions(({ context, enqueue }, params: never) => {
      const { stepId, frame: path = '' } = params as InFrame & { stepId: string };
      const known = context as WorkflowContext;
      const runtime = frameRuntimeOf(root, path);
      const frame = frameOf(runtime, known);
      const step = runtime.steps.get(stepId);
      if (step?.kind !== 'interaction' || isOver(root, frame, known)) return;
      if (frame.question !== undefined && 'problem' in frame.question) {
        enqueue.raise({ type: IMPOSSIBLE, problem: frame.question.problem } as never);
        return;
      }
      const inputs = step.fields.filter(({ required }) => required).map(({ name }) => name);
      enqueue.emit({
        type: 'input.required',
        ...about(path, stepId),
        inputs,
      } satisfies WorkflowEmitted as never);
    }),
    /** Tells that a person is waited for; silent where nothing is missing. */
    announceWait: enqueueActions(({ context, enqueue }, params: never) => {
      const {
        stepId,
        inputs,
        frame: path = '',
      } = params as InFrame & { stepId: string; inputs: readonly string[] };
      const frame = frameOf({ path }, context as WorkflowContext);
      const missing = inputs.filter((input) => !hasMember(frame.inputs, input));
      if (missing.length > 0 && frame.refused !== true) {
        enqueue.emit({
          type: 'input.required',
          ...about(path, stepId),
          inputs: missing,
        } satisfies WorkflowEmitted as never);
      }
    }),
  };
}

function announcement(root: Runtime) {
  const secrets = new Set(
    [...root.frames.values()]
      .flatMap(({ plan }) => [
        ...plan.inputs,
        ...plan.outputs,
        ...plan.steps.flatMap((step) => [
          ...step.outputs,
          ...(step.kind === 'interaction' ? step.fields : []),
        ]),
      ])
      .filter(({ secret }) => secret)
      .map(({ name }) => name),
  );
  return (
    { context, event }: ActionArguments,
    params: FailureParams & { event: 'step.succeeded' | 'step.failed' | 'step.retrying' },
  ): WorkflowEmitted => {
    const { frame: path = '' } = params;
    const frame = frameOf({ path }, context);
    const { attempt } = frame;
    const step = about(path, params.stepId);
    const judgement = judgementOf(event);
    if (params.event === 'step.succeeded') {
      const { statusCode } = judgement ?? {};
      return {
        type: 'step.succeeded',
        ...step,
        attempt: judgement?.attempt ?? attempt,
        ...(statusCode === undefined ? {} : { statusCode }),
        ...problemsOf(judgement),
      };
    }
    if (params.event === 'step.retrying') {
      const retryAt = frame.retryAt ?? root.settings.now();
      return {
        type: 'step.retrying',
        ...step,
        attempt: attempt + 1,
        delayMs: Math.max(0, retryAt - root.settings.now()),
        retryAt,
      };
    }
    const failure =
      judgement === undefined
        ? ({ kind: 'internal', message: '' } satisfies Failure)
        : failureOf(judgement, params);
    const masked = maskSecrets(failure as unknown as JsonObject, secrets) as unknown as Failure;
    return {
      type: 'step.failed',
      ...step,
      attempt: failure.attempt ?? attempt,
      failure: masked,
      ...problemsOf(judgement, params.index),
    };
  };
}
