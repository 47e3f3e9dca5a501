// The machine alone, for browsers and for programs that bring a plan: no YAML parser, no HTTP, nothing of Node.
export { compileMachine } from './machines/compile-machine.ts';
export type { CompileOptions } from './machines/runtime.ts';
export { describeWait, pendingInputs } from './machines/describe-wait.ts';
export type { Choice, PendingInput, WaitDescription } from './machines/describe-wait.ts';
export type { DescribeOptions, InteractionDescription } from './machines/describe-redirect.ts';
export { persist, restore } from './machines/persist.ts';
export { hashOfMachine, planOf } from './machines/registry.ts';
export { isUsageError, UsageError } from './machines/usage-error.ts';
export type {
  CriterionProblem,
  Failure,
  FailureKind,
  Rejection,
  WorkflowContext,
  WorkflowEmitted,
  WorkflowEvent,
  WorkflowInput,
  WorkflowOutput,
} from './machines/context.ts';
export type {
  AnyWorkflow,
  MessageActorLogic,
  StepActorLogic,
  WorkflowMachine,
  WorkflowMeta,
  WorkflowSnapshot,
  WorkflowTag,
} from './machines/workflow-machine.ts';
export type {
  CallError,
  MessageCall,
  MessageExchange,
  StepCall,
  StepExchange,
  WaitUntil,
} from './plan/step-call.ts';
export type { WorkflowPlan } from './plan/workflow-plan.ts';
