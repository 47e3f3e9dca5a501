import { parseDocument } from '../../src/document/parse-document.ts';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { type OpenApiDocument, readOpenApi } from '../../src/openapi/openapi-document.ts';
import { type InterpretOptions, interpret } from '../../src/testing/interpret.ts';
import type { Ended, Happening, Situation } from '../../src/testing/situation.ts';

/** An OpenAPI description, read. */
export function openApi(root: JsonObject): OpenApiDocument {
  const parsed = parseDocument(JSON.stringify(root), { uri: 'file:///api.json' }).value;
  const value = parsed === undefined ? undefined : readOpenApi(parsed).value;
  if (value === undefined) throw new Error('The OpenAPI description cannot be read.');
  return value;
}

const jsonBody = (required: readonly string[]): JsonObject => ({
  required: true,
  content: { 'application/json': { schema: { type: 'object', required } } },
});

/** The API that the documents of the tests speak to. */
export const API = openApi({
  openapi: '3.1.0',
  info: { title: 'API', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: {
    '/codes': { post: { operationId: 'send', requestBody: jsonBody([]), responses: {} } },
    '/sessions': { post: { operationId: 'check', requestBody: jsonBody(['code']), responses: {} } },
    '/items/{id}': {
      get: {
        operationId: 'read',
        parameters: [{ name: 'id', in: 'path', required: true, schema: {} }],
        responses: {},
      },
    },
    '/notes/{id}': {
      post: {
        operationId: 'note',
        requestBody: { content: { 'application/json': { schema: {} } } },
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
  },
});

/** A document with one workflow, `w`. */
export function documentOf(workflow: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    arazzo: '1.0.1',
    info: { title: 'Test', version: '1' },
    sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
    workflows: [{ workflowId: 'w', ...workflow }],
    ...more,
  };
}

/** A run, played by hand. */
export interface Play {
  /** What the run waits for; `undefined` once it has ended. */
  situation(): Situation | undefined;
  ended(): Ended | undefined;
  /** Tells the run what happened and gives what it waits for then. */
  on(happening: Happening): Situation | undefined;
  /** Answers the request in flight. */
  answer(statusCode: number, body?: JsonValue, headers?: Record<string, string>): Situation | undefined;
  /** Lets time go by. */
  advance(seconds: number): void;
  /** Every request so far, as `METHOD path` and body. */
  readonly requests: readonly string[];
}

/** The time at which every play starts. */
export const START = Date.UTC(2030, 0, 1);

/** Starts a run of the workflow `w`. */
export function play(document: JsonObject, options: Partial<InterpretOptions> = {}): Play {
  let now = START;
  const run = interpret({
    document,
    workflowId: 'w',
    sources: { api: API },
    now: () => now,
    ...options,
  });
  const requests: string[] = [];
  let result = run.next(undefined as never);
  const note = (): Situation | undefined => {
    const situation = result.done === true ? undefined : result.value;
    if (situation?.kind === 'request') {
      const { method, url, body } = situation.request;
      requests.push(
        [method, url.replace('https://api.example', ''), ...(typeof body === 'string' ? [body] : [])].join(
          ' ',
        ),
      );
    }
    return situation;
  };
  note();
  const on = (happening: Happening): Situation | undefined => {
    result = run.next(happening);
    return note();
  };
  return {
    situation: () => (result.done === true ? undefined : result.value),
    ended: () => (result.done === true ? result.value : undefined),
    on,
    answer: (statusCode, body, headers = {}) =>
      on({ type: 'response', statusCode, headers, ...(body === undefined ? {} : { body }) }),
    advance: (seconds) => {
      now += seconds * 1000;
    },
    requests,
  };
}
