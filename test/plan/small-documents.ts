import { readArazzo } from '../../src/arazzo/read-arazzo.ts';
import type { Diagnostic } from '../../src/document/diagnostic.ts';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { parseDocument } from '../../src/document/parse-document.ts';
import { readOpenApi, type OpenApiDocument } from '../../src/openapi/openapi-document.ts';
import { linkWorkflows } from '../../src/plan/link-workflow.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';

/** A description of an API with these paths. */
export function openApiOf(paths: JsonObject): OpenApiDocument {
  const root = {
    openapi: '3.1.0',
    info: { title: 'API', version: '1' },
    servers: [{ url: 'https://api.example' }],
    paths,
  };
  const parsed = parseDocument(JSON.stringify(root), { uri: 'file:///api.json' }).value;
  const value = parsed === undefined ? undefined : readOpenApi(parsed).value;
  if (value === undefined) throw new Error('The description cannot be read.');
  return value;
}

const body = (required: readonly string[]): JsonObject => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object', required } } },
});

/** What the small documents call: `call` takes anything, the others insist on something. */
export const PATHS: JsonObject = {
  '/call': {
    post: {
      operationId: 'call',
      summary: 'Takes anything.',
      requestBody: { content: { 'application/json': {} } },
      responses: {},
    },
  },
  '/codes': { post: { operationId: 'check', requestBody: body(['code']), responses: {} } },
  '/items/{id}': {
    get: {
      operationId: 'read',
      parameters: [{ name: 'id', in: 'path', required: true, schema: {} }],
      responses: {},
    },
  },
  '/items': {
    get: {
      operationId: 'search',
      parameters: [
        { name: 'q', in: 'query', required: true, schema: {} },
        { name: 'page', in: 'query', schema: {} },
      ],
      responses: {},
    },
  },
};

/** A document with one workflow `w`. */
export function documentOf(workflow: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    arazzo: '1.0.1',
    info: { title: 'Small', version: '1' },
    sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
    workflows: [{ workflowId: 'w', ...workflow }],
    ...more,
  };
}

/** Links a document, and says what was in the way. */
export function link(
  document: JsonObject,
  sources: Readonly<Record<string, OpenApiDocument | undefined>> = { api: openApiOf(PATHS) },
): { readonly plans: readonly WorkflowPlan[]; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseDocument(JSON.stringify(document), { uri: 'file:///w.arazzo.json' }).value;
  const model = parsed === undefined ? undefined : readArazzo(parsed).value;
  if (parsed === undefined || model === undefined) throw new Error('The document cannot be read.');
  const { value, diagnostics } = linkWorkflows(parsed, model, sources);
  return { plans: value, diagnostics };
}

/** The plan of a workflow of a small document. */
export function planOf(workflow: JsonObject, more: JsonObject = {}): WorkflowPlan {
  const { plans, diagnostics } = link(documentOf(workflow, more));
  const [plan] = plans;
  if (plan === undefined) throw new Error(diagnostics.map(({ message }) => message).join(' '));
  return plan;
}

/** A step that sends these members in its body. */
export function stepOf(stepId: string, payload: JsonObject = {}, more: JsonObject = {}): JsonObject {
  return {
    stepId,
    operationId: 'call',
    ...(Object.keys(payload).length === 0 ? {} : { requestBody: { payload } }),
    ...more,
  };
}

/** Inputs of which these are required; all are strings unless told otherwise. */
export function inputsOf(
  required: readonly string[],
  properties: Readonly<Record<string, JsonValue>> = {},
): JsonObject {
  const declared = Object.fromEntries(
    required.map((name): [string, JsonValue] => [name, { type: 'string' }]),
  );
  return { type: 'object', required, properties: { ...declared, ...properties } };
}

/** `$inputs` of these names, as the members of a payload. */
export function uses(...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, `$inputs.${name}`]));
}
