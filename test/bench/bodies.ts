// What the size of a response costs a step that looks at its status only.
import { createActor, toPromise } from 'xstate';
import {
  compileMachine,
  linkWorkflows,
  parseDocument,
  provideServices,
  readArazzo,
  readOpenApi,
} from '../../src/index.ts';
import { aim, compare, type Effort } from './measure.ts';

const OPENAPI = `
openapi: 3.1.0
info: { title: Lists, version: 1.0.0 }
servers: [{ url: 'http://127.0.0.1' }]
paths:
  /list:
    get: { operationId: list, responses: { '200': { description: All } } }
`;

const DOCUMENT = `
arazzo: 1.0.1
info: { title: Looks at the status, version: 1.0.0 }
sourceDescriptions: [{ name: api, url: ./api.yaml, type: openapi }]
workflows:
  - workflowId: looking
    steps:
      - stepId: list
        operationId: list
        successCriteria: [{ condition: $statusCode == 200 }]
`;

function machine(fetchBody: typeof fetch) {
  const parsed = parseDocument(DOCUMENT, { uri: 'file:///a.yaml' }).value;
  const model = parsed && readArazzo(parsed).value;
  const described = parseDocument(OPENAPI, { uri: 'file:///api.yaml' }).value;
  const api = described && readOpenApi(described).value;
  const plan = parsed && model && linkWorkflows(parsed, model, { api }).value[0];
  if (plan === undefined) throw new Error('The document is broken.');
  return provideServices(compileMachine(plan), { fetch: fetchBody });
}

function looking(bytes: Uint8Array<ArrayBuffer>): () => Promise<void> {
  const ready = machine(() =>
    Promise.resolve(new Response(bytes, { status: 200, headers: { 'content-type': 'application/json' } })),
  );
  return async () => {
    const actor = createActor(ready, { input: {} });
    const ended = toPromise(actor);
    actor.start();
    const { status } = await ended;
    if (status !== 'done') throw new Error(`The run is ${status}.`);
  };
}

/** The bytes only, read and thrown away: what no client can save. */
function draining(bytes: Uint8Array<ArrayBuffer>): () => Promise<void> {
  return async () => {
    const reader = new Response(bytes).body?.getReader();
    while ((await reader?.read())?.done === false);
  };
}

/** A megabyte of JSON, against a few bytes of it. */
export async function bodies(effort: Effort): Promise<void> {
  const items = Array.from({ length: 9000 }, (_, index) => ({
    id: index,
    name: `Item number ${index} of the list`,
    tags: ['one', 'two', 'three'],
    price: { amount: index / 100, currency: 'EUR' },
  }));
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const large = encode(items);
  const measured = await compare(
    `One step that looks at the status, a response of ${(large.length / 2 ** 20).toFixed(1)} MB`,
    [
      { name: 'two bytes', run: looking(encode([])) },
      { name: 'a megabyte', run: looking(large) },
      { name: 'a megabyte read, and nothing else', run: draining(large) },
    ],
    effort,
  );
  const [small, whole, drained] = measured.map(({ cpuMicros }) => cpuMicros);
  const least = (small ?? Number.NaN) + (drained ?? Number.NaN);
  aim('A megabyte, to two bytes and a megabyte that is only read', (whole ?? Number.NaN) / least, 1.2);
}
