// What a step costs in a small and in a large workflow.
import { createActor, toPromise } from 'xstate';
import {
  compileMachine,
  linkWorkflows,
  parseDocument,
  provideServices,
  readArazzo,
  readOpenApi,
  validateArazzo,
} from '../../src/index.ts';
import { aim, compare, type Effort } from './measure.ts';

const [SMALL, LARGE] = [10, 1000] as const;

const OPENAPI = `
openapi: 3.1.0
info: { title: Counter, version: 1.0.0 }
servers: [{ url: 'http://127.0.0.1' }]
paths:
  /count:
    post:
      operationId: count
      requestBody: { content: { application/json: {} } }
      responses: { '200': { description: Counted } }
`;

/** Steps of which each sends on what the one before got. */
function document(steps: number): string {
  const step = (index: number): string => `
      - stepId: step${index}
        operationId: count
        requestBody: { payload: { value: ${index === 0 ? '$inputs.value' : `$steps.step${index - 1}.outputs.value`} } }
        successCriteria: [{ condition: $statusCode == 200 }]
        outputs: { value: $response.body#/value }`;
  return `
arazzo: 1.0.1
info: { title: ${steps} steps, version: 1.0.0 }
sourceDescriptions: [{ name: api, url: ./api.yaml, type: openapi }]
workflows:
  - workflowId: counting
    inputs: { type: object, properties: { value: { type: integer } } }
    outputs: { value: $steps.step${steps - 1}.outputs.value }
    steps:${Array.from({ length: steps }, (_, index) => step(index)).join('')}
`;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The document is broken.');
  return value;
}

const instant: typeof fetch = () =>
  Promise.resolve(
    new Response('{"value":1}', { status: 200, headers: { 'content-type': 'application/json' } }),
  );

/** How a workflow of so many steps is parsed, read, linked and compiled, and how its machine runs. */
function prepared(steps: number) {
  const text = document(steps);
  const parse = () => present(parseDocument(text, { uri: 'file:///a.yaml' }).value);
  const sources = {
    api: present(readOpenApi(present(parseDocument(OPENAPI, { uri: 'file:///api.yaml' }).value)).value),
  };
  const parsed = parse();
  const link = () => {
    const model = present(readArazzo(parsed).value);
    validateArazzo(parsed, model);
    return present(linkWorkflows(parsed, model, sources).value[0]);
  };
  const plan = link();
  const compile = () => compileMachine(plan);
  const provided = () => provideServices(compile(), { fetch: instant });
  const runOn = async (machine: ReturnType<typeof provided>): Promise<void> => {
    const actor = createActor(machine, { input: { inputs: { value: 1 } } });
    const ended = toPromise(actor);
    actor.start();
    const { status } = await ended;
    if (status !== 'done') throw new Error(`The run is ${status}.`);
  };
  const machine = provided();
  return { parse, link, compile, run: () => runOn(machine), whole: () => runOn(provided()) };
}

/** Each phase for {@link LARGE} steps against as many of {@link SMALL}. */
export async function size(effort: Effort): Promise<void> {
  const [small, large] = [prepared(SMALL), prepared(LARGE)];
  const phases = {
    parse: 'YAML parsed',
    link: 'read, validated and linked',
    compile: 'compiled',
    run: 'run, answered at once in memory',
    whole: 'compiled and run',
  } as const;
  for (const [phase, what] of Object.entries(phases) as [keyof typeof phases, string][]) {
    const times = LARGE / SMALL;
    const [, measured] = await compare(
      `${LARGE} steps ${what}`,
      [
        {
          name: `${times} x ${SMALL} steps`,
          run: async () => {
            for (let index = 0; index < times; index += 1) await small[phase]();
          },
        },
        { name: `${LARGE} steps`, run: () => large[phase]() },
      ],
      effort,
    );
    aim(`A step of ${LARGE} ${what}, to one of ${SMALL}`, measured?.cpuRatio ?? Number.NaN, 1.2);
  }
}
