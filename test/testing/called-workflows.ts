import type { JsonObject, JsonValue } from '../../src/document/json.ts';

/** The schema of a text. */
export const text = { type: 'string' };
/** A workflow's inputs. */
export const inputs = (properties: JsonObject, ...required: string[]): JsonObject => ({
  inputs: { type: 'object', required, properties },
});
/** A step that sends a request. */
export const send = (stepId: string, payload: JsonValue = {}, more: JsonObject = {}): JsonObject => ({
  stepId,
  operationId: 'send',
  requestBody: { payload },
  ...more,
});
/** A step that calls a workflow. */
export const call = (
  stepId: string,
  workflowId: string,
  values: JsonObject = {},
  more: JsonObject = {},
): JsonObject => ({
  stepId,
  workflowId,
  ...given(values),
  ...more,
});
/** Parameters that are inputs of a called workflow. */
export const given = (values: JsonObject): JsonObject => ({
  parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
});
/** The criterion of an action. */
export const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });
/** What a person submits. */
export const submit = (values: JsonObject) => ({ type: 'submit', values }) as const;

/** A document of several workflows; the first is run. */
export const documentOf = (...workflows: JsonObject[]): JsonObject => ({
  arazzo: '1.1.0',
  info: { title: 'Test', version: '1' },
  sourceDescriptions: [
    { name: 'api', url: 'api.json', type: 'openapi' },
    { name: 'other', url: 'other.json', type: 'arazzo' },
  ],
  workflows,
});
/** The workflow that is run. */
export const w = (steps: JsonObject[], more: JsonObject = {}): JsonObject => ({
  workflowId: 'w',
  steps,
  ...more,
});

/** A workflow that gives what it was given and what was answered. */
export const child = (stepMore: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  workflowId: 'child',
  ...inputs({ phone: text, code: text }, 'phone'),
  steps: [
    send(
      'inner',
      { phone: '$inputs.phone', code: '$inputs.code' },
      { outputs: { token: '$response.body#/token' }, ...stepMore },
    ),
  ],
  outputs: { token: '$steps.inner.outputs.token', phone: '$inputs.phone' },
  ...more,
});
