import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { loadDocument } from '../../src/run/load-document.ts';
import { createWorkflowModel, type ModelOptions } from '../../src/testing/create-workflow-model.ts';
import { COVERAGE_KINDS, shareOf, type Coverage } from '../../src/testing/coverage.ts';
import { startScriptedServer, type ScriptedServer } from '../../src/testing/node-scripted-server.ts';
import { isPathFailure, type PathFailure } from '../../src/testing/path-failure.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import { GREETING, loadGreeting } from './greeting.ts';

const WORKFLOWS = new URL('../../workflows/', import.meta.url);

const documents = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.arazzo.yaml'))
  .toSorted();

/** Edges that no run can take, by workflow. */
const UNREACHABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'usage-report': {
    'gettingReportBackoff —time over→ gettingReport':
      'a retry goes without a new token only where an input for it is absent, and none is by then',
  },
};

function uncovered(coverage: Coverage): readonly string[] {
  return COVERAGE_KINDS.flatMap((kind) =>
    coverage[kind].items.filter(({ count }) => count === 0).map(({ text }) => `${kind}: ${text}`),
  );
}

async function failureOf(run: Promise<void>): Promise<PathFailure> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isPathFailure(error)) throw new Error('The path did not fail.', { cause: error });
  return error;
}

async function firstFailure(
  paths: readonly WorkflowPath[],
  over: 'http' | 'stubs',
): Promise<PathFailure | undefined> {
  for (const path of paths) {
    const error: unknown = await path.run({ over }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (isPathFailure(error)) return error;
    if (error !== undefined) throw error;
  }
  return undefined;
}

describe.each(documents)('%s, of which nothing is told but the document', async (file) => {
  const { value } = await loadDocument(new URL(file, WORKFLOWS).href);
  const ids = value?.plans.map(({ workflowId }) => workflowId) ?? [];

  it.each(ids)('%s is covered whole over HTTP by one path for each edge', async (workflowId) => {
    if (value === undefined) throw new Error('It cannot be loaded.');
    const model = createWorkflowModel(value, { workflowId, unreachable: UNREACHABLE[workflowId] ?? {} });
    const { paths } = model.paths({ strategy: 'edges' });
    for (const path of paths) await path.run();
    await model.close();
    expect(model.gaps().filter(({ reason }) => reason === 'needsExample')).toEqual([]);
    expect(uncovered(model.coverage())).toEqual([]);
    expect(COVERAGE_KINDS.map((kind) => shareOf(model.coverage()[kind]))).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('inputs of which no schema says what they must be', () => {
  const API = `openapi: 3.1.0
info: { title: Cups, version: 1.0.0 }
servers: [{ url: 'http://cups.example' }]
paths:
  /cups/{cup}:
    put:
      operationId: fill
      parameters: [{ name: cup, in: path, required: true, schema: { type: string } }]
      responses: { '200': { description: full } }
  /kettle:
    put: { operationId: boil, responses: { '200': { description: hot } } }
`;
  const document = (workflow: string): string => `arazzo: 1.0.1
info: { title: Tea, version: 1.0.0 }
sourceDescriptions: [{ name: cups, url: ./cups.yaml, type: openapi }]
workflows:
  - { workflowId: boil, steps: [{ stepId: boilWater, operationId: boil }] }
  - { workflowId: tea, ${workflow} }
`;
  const FILL = `steps: [{ stepId: fillCup, operationId: fill, parameters: [{ name: cup, in: path, value: $inputs.cup }] }]`;

  it.each([
    ['there are none', 'steps: [{ stepId: boilWater, operationId: boil }]'],
    ['they are only described', `inputs: { properties: { cup: { title: Cup } } }, ${FILL}`],
    ['they are not declared', FILL],
    ['none is handed to a workflow', 'steps: [{ stepId: boilFirst, workflowId: boil }]'],
  ])('count for nothing that cannot be: %s', async (_, workflow) => {
    const resolver = (): Promise<string> => Promise.resolve(API);
    const { value, diagnostics } = await loadDocument(document(workflow), {
      uri: 'memory:/tea.yaml',
      resolver,
    });
    if (value === undefined) throw new Error(JSON.stringify(diagnostics));
    const model = createWorkflowModel(value, { workflowId: 'tea' });
    for (const path of model.paths({ strategy: 'edges' }).paths) await path.run({ over: 'stubs' });
    expect(uncovered(model.coverage())).toEqual([]);
  });
});

describe('the paths of a workflow', async () => {
  const loaded = await loadGreeting();
  const model = createWorkflowModel(loaded);

  it('lead from the start to an end, each in its own words', () => {
    const { paths, strategy } = model.paths();
    expect(strategy).toBe('simple');
    expect(new Set(paths.map(({ description }) => description)).size).toBe(paths.length);
    expect([...new Set(paths.map(({ status }) => status))].toSorted()).toEqual([
      'cancelled',
      'done',
      'failed',
    ]);
    const happy = paths.find(({ status, events }) => status === 'done' && events.length === 4);
    expect(happy).toMatchObject({
      initialState: 'awaitingName',
      onRealApi: { possible: true },
      events: [
        { by: 'user', label: 'submit name', state: 'greet' },
        { by: 'api', stepId: 'greet', state: 'awaitingAnswer' },
        { by: 'user', label: 'submit answer', state: 'sending' },
        { by: 'api', stepId: 'sendAnswer', state: 'done' },
      ],
    });
  });

  it('are the shortest to each final state', () => {
    const { paths } = model.paths({ strategy: 'shortest' });
    expect(paths.map(({ status, events }) => [status, events.length])).toEqual([
      ['cancelled', 1],
      ['failed', 2],
      ['done', 4],
    ]);
  });

  it('are the same walks by chance for the same seed', async () => {
    const walk = (seed: number): readonly string[] =>
      model.paths({ strategy: 'random', seed, count: 20 }).paths.map(({ description }) => description);
    expect(walk(7)).toEqual(walk(7));
    expect(walk(7)).not.toEqual(walk(8));
    expect(await firstFailure(model.paths({ strategy: 'random', seed: 7 }).paths, 'stubs')).toBeUndefined();
  });

  it('are refused above the budget when every one is asked for, with how many there are', () => {
    const count = model.paths().paths.length;
    expect(() => model.paths({ strategy: 'simple', budget: 10 })).toThrow(
      /^There are \d+ paths .* above the budget of 10\./,
    );
    expect(count).toBeGreaterThan(10);
  });

  it('are one for each edge above the budget when nothing is asked for', () => {
    const { strategy, notice } = model.paths({ budget: 10 });
    expect({ strategy, notice }).toMatchObject({
      strategy: 'edges',
      notice: expect.stringContaining('budget of 10'),
    });
  });

  it('cost no real time, whatever they wait for', async () => {
    const expired = model
      .paths()
      .paths.find(({ events }) =>
        events.some(({ happening, state }) => happening.type === 'elapsed' && state === 'failed'),
      );
    const started = performance.now();
    await expired?.run();
    expect(expired?.description).toContain('time goes by → failed');
    expect((expired?.events.at(-1)?.at ?? 0) - (expired?.startsAt ?? 0)).toBeGreaterThan(86_400_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('try what may happen in a step that is repeated once for each state that asks for it', async () => {
    const { value } = await loadDocument(
      new URL('examples/contact-change/change-contacts.arazzo.yaml', WORKFLOWS).href,
    );
    if (value === undefined) throw new Error('It cannot be loaded.');
    const { paths } = createWorkflowModel(value).paths({ strategy: 'edges', limits: false });
    for (const wait of ['awaitingSmsCode', 'awaitingPassword'])
      for (const answer of ['202', '500'])
        expect(
          paths.filter(({ description }) =>
            description.includes(`→ ${wait} · repeat → sendingSmsCode · ${answer} → `),
          ),
        ).not.toEqual([]);
  });

  it('can be told by what happens in them', async () => {
    const path = model.path([
      { type: 'submit', values: { name: 'Ada' } },
      { type: 'response', statusCode: 404 },
    ]);
    expect(path.events.map(({ state }) => state).slice(0, 2)).toEqual(['greet', 'awaitingName']);
    await path.run({ over: 'stubs' });
  });

  it('lead around what is not allowed, in every way that is left', async () => {
    const tried = new Set<string>();
    const without = createWorkflowModel(loaded, {
      allows: ({ happening, isWrong }, state) => {
        tried.add(`${happening.type} in ${state}`);
        return happening.type !== 'cancel' && isWrong !== true;
      },
    });
    const { paths } = without.paths();
    const happenings = paths.flatMap(({ events }) => events);
    expect(happenings.filter(({ happening, isWrong }) => happening.type === 'cancel' || isWrong)).toEqual([]);
    expect(tried).toContain('cancel in awaitingAnswer');
    // The way that is tried first from a place to another one is a wrong name: so others must be taken.
    const left = model
      .paths()
      .paths.filter(({ events }) =>
        events.every(({ happening, isWrong }) => happening.type !== 'cancel' && isWrong !== true),
      );
    expect(paths.map(({ description }) => description)).toEqual(
      expect.arrayContaining(left.map(({ description }) => description)),
    );
    expect(await firstFailure(paths, 'stubs')).toBeUndefined();
  });

  it('are played beside each other on several servers, and one after the other on each', async () => {
    const path = model.paths({ strategy: 'shortest' }).paths.find(({ status }) => status === 'cancelled');
    const servers = await Promise.all([startScriptedServer(), startScriptedServer()]);
    const begun: string[] = [];
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const play = (name: string, server: ScriptedServer | undefined): Promise<void> | undefined =>
      path?.run({
        ...(server === undefined ? {} : { server }),
        user: {
          begin: async () => {
            begun.push(name);
            if (name === 'first') await held;
          },
          reach: () => undefined,
          submit: () => undefined,
          cancel: () => undefined,
        },
      });
    const first = play('first', servers[0]);
    const second = play('second', servers[0]);
    await play('beside', servers[1]);
    expect(begun).toEqual(['first', 'beside']);
    release?.();
    await Promise.all([first, second]);
    expect(begun).toEqual(['first', 'beside', 'second']);
    await Promise.all(servers.map((server) => server.close()));
  });

  it('say how many there are at least when counting would have no end', async () => {
    const steps = Array.from({ length: 12 }, (_, index) => ({
      stepId: `step${index}`,
      operationId: 'greet',
      requestBody: { payload: { name: 'Ada' } },
      onFailure: [{ name: 'again', type: 'retry', retryAfter: 1, retryLimit: 2 }],
    }));
    const workflows = JSON.stringify([{ workflowId: 'long', steps }]);
    const text = `${GREETING.slice(0, GREETING.indexOf('workflows:'))}workflows: ${workflows}\n`;
    const long = createWorkflowModel(await loadGreeting(text));
    const { strategy, notice, paths } = long.paths();
    expect(strategy).toBe('edges');
    expect(notice).toMatch(/^There are more than \d+ paths/);
    expect(paths.length).toBeLessThan(200);
  });
});

/** A machine of a plan in which something is wrong. */
const wrongPlan =
  (change: (plan: string) => string): NonNullable<ModelOptions['compile']> =>
  (plan, options) =>
    compileMachine(JSON.parse(change(JSON.stringify(plan))) as WorkflowPlan, options);

describe.each(['stubs', 'http'] as const)('a run over %s', (over) => {
  it('fails where a request is another one, with the step, the request and the difference', async () => {
    const compile = wrongPlan((plan) => plan.replace('"/greetings"', '"/greeting"'));
    const model = createWorkflowModel(await loadGreeting(), { compile });
    const failure = await firstFailure(model.paths({ strategy: 'edges' }).paths, over);
    await model.close();
    expect(failure?.difference).toMatchObject({
      what: 'request',
      stepId: 'greet',
      request: expect.stringMatching(/^POST http.*\/greetings$/),
    });
    expect(failure?.message).toMatch(/step: greet[^]*expected:[^]*\/greetings\n[^]*actual:[^]*\/greeting\n/);
  });

  it.each([
    ['leads elsewhere', (plan: string) => plan.replaceAll('"value":404', '"value":405')],
    ['retries once too often', (plan: string) => plan.replace('"limit":1', '"limit":2')],
    ['waits too long', (plan: string) => plan.replace('"delayMs":5000', '"delayMs":6000')],
    [
      'gives other outputs',
      (plan: string) => plan.replace('"pointer":["greeting"]', '"pointer":["greetings"]'),
    ],
    ['takes another input', (plan: string) => plan.replaceAll('"minLength":2', '"minLength":1')],
  ])('fails when the machine %s', async (_what, change) => {
    const model = createWorkflowModel(await loadGreeting(), {
      compile: wrongPlan(change),
      values: { name: { good: 'Ada', bad: 'A' } },
    });
    const right = createWorkflowModel(await loadGreeting(), { values: { name: { good: 'Ada', bad: 'A' } } });
    const { paths } = right.paths({ strategy: 'edges' });
    const again = paths.map(({ events, inputs }) =>
      model.path(
        events.map(({ happening }) => happening),
        inputs,
      ),
    );
    const failure = (await firstFailure(again, over)) ?? (await failureOf(Promise.resolve()));
    expect(failure.difference.expected).not.toBe(failure.difference.actual);
    expect(await firstFailure(paths, over)).toBeUndefined();
    await Promise.all([model.close(), right.close()]);
  });
});
