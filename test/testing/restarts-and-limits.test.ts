import { describe, expect, it } from 'vitest';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { createWorkflowModel, type ModelOptions } from '../../src/testing/create-workflow-model.ts';
import { describeWorkflow, type DescribeOptions } from '../../src/testing/describe-workflow.ts';
import { isPathFailure, type PathFailure } from '../../src/testing/path-failure.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import type { PathUser } from '../../src/testing/user-stage.ts';
import type { ScriptedServer } from '../../src/testing/node-scripted-server.ts';
import { GREETING, loadGreeting } from './greeting.ts';

/** The answer goes out once at most, and is asked for again where nobody knows what became of it. */
const ONCE = GREETING.replace(
  'x-xstate: { timeoutSeconds: 86400 }',
  `x-xstate: { timeoutSeconds: 86400, atMostOnce: true }
        onFailure: [{ name: again, type: goto, stepId: sendAnswer }]`,
);

async function modelOf(text: string, options: ModelOptions = {}) {
  return createWorkflowModel(await loadGreeting(text), options);
}

async function failures(
  paths: readonly WorkflowPath[],
  options: Parameters<WorkflowPath['run']>[0],
): Promise<readonly PathFailure[]> {
  const found: PathFailure[] = [];
  for (const path of paths)
    await path.run(options).catch((error: unknown) => {
      if (!isPathFailure(error)) throw error;
      found.push(error);
    });
  return found;
}

const changed =
  (change: (plan: string) => string): NonNullable<ModelOptions['compile']> =>
  (plan, options) =>
    compileMachine(JSON.parse(change(JSON.stringify(plan))) as WorkflowPlan, options);

describe.each(['stubs', 'http'] as const)(
  'a run over %s that is stored and restored in each state',
  (over) => {
    it('goes the same way', async () => {
      const model = await modelOf(ONCE);
      expect(await failures(model.paths({ strategy: 'edges' }).paths, { over, restore: true })).toEqual([]);
      await model.close();
    });

    it('fails where what goes out once at most is sent again', async () => {
      const compile = changed((plan) => plan.replaceAll('"atMostOnce":true', '"atMostOnce":false'));
      const model = await modelOf(ONCE, { compile });
      const { paths } = model.paths({ strategy: 'edges' });
      expect(await failures(paths, { over, restore: false })).toEqual([]);
      const [failure] = await failures(paths, { over });
      await model.close();
      expect(failure?.difference).toMatchObject({ isRestored: true, index: 3 });
      expect(failure?.message).toContain('stored and restored');
      expect(failure?.message).toContain('"kind":"interrupted"');
    });
  },
);

describe('restarts', () => {
  it('are made on paths that come through something for the first time', async () => {
    const { paths } = (await modelOf(GREETING)).paths();
    const restored = paths.filter(({ isRestored }) => isRestored);
    const ways = (some: readonly WorkflowPath[]): ReadonlySet<string> =>
      new Set(
        some.flatMap(({ initialState, events }) =>
          events.map(({ state }, index) => `${events[index - 1]?.state ?? initialState} → ${state}`),
        ),
      );
    expect(restored.length).toBeLessThan(paths.length / 3);
    expect(ways(restored)).toEqual(ways(paths));
  });

  it('are made on a path that is told by what happens', async () => {
    const path = (await modelOf(GREETING)).path([{ type: 'cancel' }]);
    expect(path.isRestored).toBe(true);
  });

  it('are made by the tests that describe a workflow, unless they are not to be', async () => {
    const document = await loadGreeting(ONCE);
    const failed = async (options: DescribeOptions): Promise<number> => {
      const runs: (() => Promise<void>)[] = [];
      await describeWorkflow(document, {
        describe: (_name, register) => register(),
        test: (_name, run) => runs.push(run),
        compile: changed((plan) => plan.replaceAll('"atMostOnce":true', '"atMostOnce":false')),
        strategy: 'edges',
        over: 'stubs',
        ...options,
      });
      const ends = await Promise.allSettled(runs.map((run) => run()));
      return ends.filter(({ status }) => status === 'rejected').length;
    };
    expect(await failed({ restore: false })).toBe(0);
    const some = await failed({});
    expect(some).toBeGreaterThan(0);
    expect(await failed({ restore: true })).toBeGreaterThanOrEqual(some);
  });

  it('cannot be made of what runs elsewhere', async () => {
    const path = (await modelOf(GREETING)).path([{ type: 'cancel' }]);
    await expect(path.run({ baseUrl: 'http://127.0.0.1:1', restore: true })).rejects.toThrow(
      /^Only runs over HTTP to a scripted server, or over stubs/,
    );
  });
});

describe('a limit of steps', () => {
  it('ends one path for each way to begin a step, and lets another just end well', async () => {
    const model = await modelOf(GREETING);
    const limited = model.paths({ strategy: 'edges' }).paths.filter(({ maxSteps }) => maxSteps !== undefined);
    const enough = limited.filter(({ status }) => status === 'done');
    expect(enough.map(({ description }) => description)).toEqual([
      'greet (given name, answer; 2 steps at most) · 200 → sending · 299 → done',
    ]);
    const others = limited.filter((path) => !enough.includes(path));
    expect(others.map(({ description }) => description.replace(/^\w+ \([^)]*\) · /, ''))).toContain(
      'submit name → greet · 200 → awaitingAnswer · submit answer → failed',
    );
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect(await failures(limited, { over: 'stubs' })).toEqual([]);
    expect(await failures(limited, { over: 'http' })).toEqual([]);
    await model.close();
    const edges = model.coverage().edges.items;
    expect(edges.find(({ text }) => text.includes('too many steps'))?.count).toBeGreaterThan(0);
  });

  it.each([
    ['one step less than it may', -1, /^not over: request of /],
    ['one step more than it may', 1, /^failed$/],
  ] as const)('shows a run that begins %s', async (_what, more, expected) => {
    const model = await modelOf(GREETING, {
      compile: (plan, { maxSteps, ...options }) =>
        compileMachine(plan, maxSteps === undefined ? options : { ...options, maxSteps: maxSteps + more }),
    });
    const { paths } = model.paths({ strategy: 'edges' });
    const found = await failures(paths, { over: 'stubs' });
    expect(found.map(({ path }) => paths.find((one) => one.description === path)?.maxSteps)).not.toContain(
      undefined,
    );
    const wanted = found.map(({ difference }) => difference.expected.split('\n')[0] ?? '');
    expect(wanted.filter((text) => expected.test(text))).not.toEqual([]);
  });

  it('can be left out of a search, and given to a path', async () => {
    const model = await modelOf(GREETING);
    expect(model.paths({ limits: false }).paths.filter(({ maxSteps }) => maxSteps !== undefined)).toEqual([]);
    const path = model.path([{ type: 'response', statusCode: 503 }, { type: 'elapsed' }], { name: 'Ada' }, 1);
    expect(path).toMatchObject({
      status: 'failed',
      maxSteps: 1,
      onRealApi: { possible: false },
      description: 'greet (given name; 1 step at most) · 503 → greetBackoff · time goes by → failed',
    });
    await path.run({ over: 'stubs' });
  });

  it('cannot be asked for by a user', async () => {
    const path = (await modelOf(GREETING)).path([{ type: 'cancel' }], {}, 1);
    const user = {} as PathUser;
    await expect(path.run({ user, server: {} as ScriptedServer })).rejects.toThrow(/limits: false/);
  });
});
