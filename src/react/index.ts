// React hooks for workflows, in the page and on a server.
export { useCountdown } from './use-countdown.ts';
export { useWorkflow } from './use-workflow.ts';
export type { WorkflowHandle } from './use-workflow.ts';
