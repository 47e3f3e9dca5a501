import { assign } from 'xstate';
import type { Frame, WorkflowContext } from './context.ts';
import type { InFrame } from './guards.ts';
import type { EndingEvent } from './judge.ts';
import { frameOf, frameRuntimeOf, type Runtime } from './runtime.ts';

/** What an action sees. */
export interface ActionArguments {
  readonly context: WorkflowContext;
  readonly event: EndingEvent & { readonly values?: unknown };
}

/** What an update of one workflow's data sees. */
export interface FrameArguments extends ActionArguments {
  readonly runtime: Runtime;
  readonly frame: Frame;
}

/** What an update changes of one workflow's data, and the failure, which is the run's. */
export type Update = Partial<Frame> & Pick<WorkflowContext, 'failure'>;

/** The runtime of the workflow that an action's params say. */
export function runtimeIn(root: Runtime, params: InFrame | undefined): Runtime {
  return params?.frame === undefined ? root : frameRuntimeOf(root, params.frame);
}

/** Makes actions that update the data of the workflow that their params say. */
export function updaterOf(root: Runtime) {
  return <Params>(change: (args: FrameArguments, params: Params) => Update) =>
    assign((args: ActionArguments, params: (Params & InFrame) | undefined): Partial<WorkflowContext> => {
      const runtime = runtimeIn(root, params);
      const frame = frameOf(runtime, args.context);
      return withFrame(args.context, runtime.path, change({ ...args, runtime, frame }, params as Params));
    });
}

/** The part of a context that changes when one workflow's data do. */
export function withFrame(context: WorkflowContext, path: string, change: Update): Partial<WorkflowContext> {
  if (path === '') return change;
  // The last failure is the run's, wherever it happened.
  const { failure, ...own } = change;
  return {
    calls: { ...context.calls, [path]: { ...frameOf({ path }, context), ...own } },
    ...('failure' in change ? { failure } : {}),
  };
}

/** Which step an emitted event speaks of. */
export function about(path: string, stepId: string): { readonly stepId: string; readonly path?: string } {
  return path === '' ? { stepId } : { stepId, path };
}
