// What a page needs of a run on a server: no machine, no YAML parser, no credentials, nothing of Node.
export { fromRemoteWorkflow } from './remote-workflow.ts';
export type { RemoteEvent, RemoteWorkflowLogic } from './remote-workflow.ts';
export type { RemoteInput, RemoteOptions } from './remote-connection.ts';
export type { RemoteConnection, RemoteOutput, RemoteSnapshot } from './remote-snapshot.ts';
export { isRemoteWorkflowError, RemoteWorkflowError } from './run-problem.ts';
export type { RunProblem } from './run-problem.ts';
export type { FailureView, FormView, RunView } from '../server/run-view.ts';
