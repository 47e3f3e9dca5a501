// a document → its paths
export { createWorkflowModel } from './create-workflow-model.ts';
export type { ModelOptions, ToldHappening, TriedHappening, WorkflowModel } from './create-workflow-model.ts';
export type { PathOptions, WorkflowPaths } from './workflow-model.ts';
export type { PathEvent, WorkflowPath } from './workflow-path.ts';
export type { AnswerGap } from './answer-alphabet.ts';
export type { GivenExample, MissingAnswer, MissingReason } from './answers/answer.ts';
export type { GivenValues } from './input-values.ts';
// paths → runs
export type { RealValues, RunPathOptions } from './run-options.ts';
export { isPathFailure, PathFailure } from './path-failure.ts';
export type { PathDifference } from './path-difference.ts';
export { startScriptedServer } from './node-scripted-server.ts';
export type { ReceivedRequest, ScriptedServer, ScriptedServerOptions } from './node-scripted-server.ts';
export type { PathUser } from './user-stage.ts';
// runs → coverage
export { COVERAGE_KINDS, shareOf } from './coverage.ts';
export type { Coverage, CoverageItem, CoverageKind, CoveredEdge, Measure } from './coverage.ts';
export { coverageToMermaid } from './coverage-picture.ts';
// paths → tests
export { describeWorkflow } from './describe-workflow.ts';
export type { DescribeFunction, DescribeOptions, TestFunction } from './describe-workflow.ts';
// the reference that runs are compared with
export { interpret } from './interpret.ts';
export type { InterpretOptions } from './interpret.ts';
export { documentSources } from './document-sources.ts';
export type { DocumentSources } from './reading.ts';
export type { Ended, Failure, FailureKind, Happening, Rejection, Situation } from './situation.ts';
