// text → tree
export { parseDocument } from './document/parse-document.ts';
export { codeFrame } from './document/code-frame.ts';
export { isValid } from './document/diagnostic.ts';
export type { Diagnostic, Location, Result, Severity } from './document/diagnostic.ts';
export type { DiagnosticCode } from './document/diagnostic-codes.ts';
export type { JsonObject, JsonValue } from './document/json.ts';
export type { ParsedDocument } from './document/parsed-document.ts';
// tree → model
export { readArazzo } from './arazzo/read-arazzo.ts';
export { validateArazzo } from './arazzo/validate-arazzo.ts';
export type { ArazzoDocument } from './arazzo/model.ts';
export { readAsyncApi } from './asyncapi/asyncapi-document.ts';
export type { AsyncApiDocument } from './asyncapi/asyncapi-document.ts';
export type { ChannelOperation } from './asyncapi/channel-operation.ts';
export { readOpenApi } from './openapi/openapi-document.ts';
export type { OpenApiDocument } from './openapi/openapi-document.ts';
// model → plan
export { linkWorkflows } from './plan/link-workflow.ts';
// all of the above, from a file
export { loadDocument } from './run/load-document.ts';
export type { LoadedDocument, LoadOptions } from './run/load-document.ts';
// plan → machine
export * from './machine.ts';
// the actors
export { createMessageServices } from './run/message-services.ts';
export type { MessageServiceOptions, MessageTransport } from './services/message-service.ts';
export type { MessageRecord } from './expressions/scope.ts';
export { createServices, provideServices } from './run/provide-services.ts';
export type { ServicesOptions } from './run/provide-services.ts';
export { credentialsFrom } from './services/environment-credentials.ts';
export { isResourceError } from './services/resolver.ts';
export type { CredentialsProvider, ServiceOptions } from './services/service-options.ts';
export type { SourceResolver } from './services/resolver.ts';
export type { Clock } from './services/wait-service.ts';
// the actors, performed elsewhere: the page's half and the server's
export { createRemoteServices } from './run/remote-services.ts';
export type { StepReply, StepTransport } from './run/remote-services.ts';
export { performStep } from './run/perform-step.ts';
// machine and actors, run to the end
export { missingCredentials } from './run/missing-credentials.ts';
export { runWorkflow } from './run/run-workflow.ts';
export type { RunEvent, RunOptions, RunResult, WaitAnswer } from './run/run-workflow.ts';
// plan → text
export { toMermaid } from './diagram/to-mermaid.ts';
export type { MermaidOptions } from './diagram/to-mermaid.ts';
export { generateModule } from './machines/generate-module.ts';
