import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];

afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
});

/** A new directory with files, gone after the test. */
export async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'arazzo-cli-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

/** An OpenAPI description with `ping` (no input) and `greet` (a body with `name`), without security. */
export const OPENAPI = `openapi: 3.1.0
info: { title: Greetings, version: 1.0.0 }
servers: [{ url: 'http://127.0.0.1:9' }]
paths:
  /ping:
    get:
      operationId: ping
      responses: { '200': { description: pong } }
  /greet:
    post:
      operationId: greet
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string } } } } }
      responses: { '200': { description: hello } }
`;

/** A workflow that greets a `name`, then a second time a `title` that is needed only then. */
export const ARAZZO = `arazzo: 1.0.1
info: { title: Greeting, version: 1.0.0 }
sourceDescriptions:
  - { name: greetings, url: ./openapi.yaml, type: openapi }
workflows:
  - workflowId: greet-twice
    inputs:
      type: object
      required: [name, title]
      properties:
        name: { type: string, minLength: 2, description: Who is greeted first. }
        title: { type: string }
        count: { type: integer, default: 1 }
    steps:
      - stepId: greetName
        operationId: greet
        requestBody: { contentType: application/json, payload: { name: $inputs.name, count: $inputs.count } }
        successCriteria: [{ condition: $statusCode == 200 }]
        outputs: { first: $response.body#/greeting }
      - stepId: greetTitle
        operationId: greet
        requestBody: { contentType: application/json, payload: { name: $inputs.title } }
        successCriteria: [{ condition: $statusCode == 200 }]
        outputs: { second: $response.body#/greeting }
    outputs:
      first: $steps.greetName.outputs.first
      second: $steps.greetTitle.outputs.second
`;

/** A workflow without inputs. */
export const PING = `arazzo: 1.0.1
info: { title: Ping, version: 1.0.0 }
sourceDescriptions:
  - { name: greetings, url: ./openapi.yaml, type: openapi }
workflows:
  - workflowId: ping
    steps:
      - stepId: pingServer
        operationId: ping
        successCriteria:
          - condition: $statusCode == 200
          - condition: $response.body#/pong == true
        outputs: { pong: $response.body#/pong }
    outputs: { pong: $steps.pingServer.outputs.pong }
`;
