import { assign } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { FlowState } from '../plan/flow.ts';
import { callInputs } from './call-inputs.ts';
import type { WorkflowContext } from './context.ts';
import { updaterOf, withFrame, type ActionArguments } from './frame-update.ts';
import { initialFrame } from './initial-context.ts';
import { judgementOf, outputsOfWorkflow, scopeOf, type CallOutcome, type EndingEvent } from './judge.ts';
import { callerOf, callingState, frameOf, frameRuntimeOf, type Runtime } from './runtime.ts';
import { unmetDependency } from './step-input.ts';

/** What happens when a workflow is called, and when it is over. */
export function callActions(root: Runtime) {
  const update = updaterOf(root);
  return {
    /** Gives a called workflow its inputs. */
    enterCall: assign(
      ({ context, event }: ActionArguments, { call }: { call: string }): Partial<WorkflowContext> => {
        const runtime = frameRuntimeOf(root, call);
        const caller = callerOf(runtime);
        if (frameOf(caller, context).refused === true) {
          const { frame } = initialFrame(runtime, {});
          return { calls: { ...context.calls, [call]: { ...frame, refused: true, unmet: true } } };
        }
        const state = caller.states.get(callingState(runtime));
        const given = givenInputs(caller, runtime, state, context, event);
        const unmet =
          state?.kind === 'workflow'
            ? unmetDependency(state.step, frameOf(caller, context), context)
            : undefined;
        const { frame, failure } = initialFrame(runtime, 'inputs' in given ? given.inputs : {});
        const problem = unmet ?? ('problem' in given ? given.problem : undefined);
        const led = state?.kind === 'transfer' ? withFrame(context, caller.path, { transferred: call }) : {};
        const calls = led.calls ?? context.calls;
        if (problem !== undefined) {
          const refused = { ...frame, refused: true, unmet: true } as const;
          return {
            ...led,
            calls: { ...calls, [call]: refused },
            failure: { kind: 'request', message: problem },
          };
        }
        return { ...led, calls: { ...calls, [call]: frame }, ...(failure === undefined ? {} : { failure }) };
      },
    ),
    /** Ends a workflow whose inputs were refused: once. */
    refuse: update(() => ({ refused: undefined })),
    /** Keeps what came of a called workflow, for `$workflows`. */
    leaveCall: assign(
      ({ context, event }: ActionArguments, { call }: { call: string }): Partial<WorkflowContext> => {
        // It may be left by a cancel, too; or, entered anew by the event of its end, for want of steps.
        if (event.type !== `xstate.done.state.${root.plan.workflowId}.${call}`) return {};
        if (context.run.executed > root.settings.maxSteps) return {};
        const runtime = frameRuntimeOf(root, call);
        const { inputs, unmet } = frameOf(runtime, context);
        if (unmet === true) return {};
        const outputs = outputsOfWorkflow(runtime, context);
        return {
          finished: {
            ...context.finished,
            [runtime.plan.workflowId]: { inputs: inputs as JsonObject, outputs },
          },
        };
      },
    ),
    /** Makes what came of the workflow that control passed to what comes of this one. */
    adopt: update(({ event }) => {
      const { failure, response } = event.output as CallOutcome;
      return { failure, ...(response === undefined ? {} : { last: response }) };
    }),
    /** Keeps the last response of a workflow that ran before a retry, where a caller looks at it. */
    keepResponse: update(({ event }) => {
      const { response } = event.output as CallOutcome;
      return response === undefined ? {} : { last: response };
    }),
  };
}

/**
 * What a called workflow is given. An action's values are evaluated with the response that the action was taken for:
 * those of a retry have been, when it was counted.
 */
function givenInputs(
  caller: Runtime,
  { call }: Runtime,
  state: FlowState | undefined,
  context: WorkflowContext,
  event: EndingEvent,
): ReturnType<typeof callInputs> {
  const { handed } = frameOf(caller, context);
  if (state?.kind === 'recovery' && handed !== undefined) return { inputs: handed };
  if (call === undefined) return { inputs: {} };
  const base = scopeOf(caller, context);
  const { response, request, message, interaction } =
    (state?.kind === 'transfer' ? judgementOf(event)?.scope : undefined) ?? {};
  return callInputs(call, {
    ...base,
    ...(response === undefined ? {} : { response }),
    ...(request === undefined ? {} : { request }),
    ...(message === undefined ? {} : { message }),
    ...(interaction === undefined ? {} : { interaction }),
  });
}
