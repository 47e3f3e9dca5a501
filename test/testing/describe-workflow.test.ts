import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { describeWorkflow, type DescribeOptions } from '../../src/testing/describe-workflow.ts';
import { GREETER, GREETING, loadGreeting } from './greeting.ts';

// What a file of vitest looks like: these tests are the paths.
await describeWorkflow(await loadGreeting(), { describe, test, strategy: 'edges', threshold: 1 });

/** What is registered with functions of the shape that test runners have. */
async function registered(options: DescribeOptions): Promise<ReadonlyMap<string, () => Promise<void>>> {
  const tests = new Map<string, () => Promise<void>>();
  await describeWorkflow(await loadGreeting(), {
    describe: (_name, register) => register(),
    test: (name, run) => tests.set(name, run),
    strategy: 'edges',
    over: 'stubs',
    ...options,
  });
  return tests;
}

describe('describeWorkflow', () => {
  it('registers one test for each path, and one for the coverage', async () => {
    const tests = await registered({});
    expect([...tests.keys()].at(-1)).toBe('coverage');
    expect([...tests.keys()][0]).toMatch(/^awaitingName · /);
    for (const run of tests.values()) await run();
  });

  it('registers tests of a loaded document before it returns', async () => {
    const names: string[] = [];
    const loaded = await loadGreeting();
    const registering = describeWorkflow(loaded, {
      describe: (_name, register) => register(),
      test: (name) => names.push(name),
      strategy: 'shortest',
    });
    expect(names).toHaveLength(4);
    await registering;
  });

  it('fails the tests of paths on which the machine does otherwise, with the difference', async () => {
    const tests = await registered({
      compile: (plan, options) =>
        compileMachine(
          JSON.parse(JSON.stringify(plan).replace('"/greetings"', '"/greeting"')) as WorkflowPlan,
          options,
        ),
    });
    const failures = await Promise.all(
      [...tests.values()].map((run) =>
        run().then(
          () => '',
          (error: unknown) => String(error),
        ),
      ),
    );
    expect(failures.filter((failure) => failure.includes('step: greet'))).not.toEqual([]);
  });

  it('fails the last test below the threshold', async () => {
    const tests = await registered({ strategy: 'shortest', threshold: { edges: 1 } });
    for (const [name, run] of tests) if (name !== 'covers what it must') await run();
    await expect(tests.get('covers what it must')?.()).rejects.toThrow(
      /^edges: \d+ of \d+ are covered[^]*not covered: /,
    );
  });

  it('says what to do where there is no test runner', async () => {
    const loaded = await loadGreeting();
    await expect(describeWorkflow(loaded)).rejects.toThrow(/No test runner was found/);
  });

  it('says what is wrong with a document that it is to read', async () => {
    await expect(describeWorkflow('nowhere.arazzo.yaml', { describe, test })).rejects.toThrow(
      /"nowhere.arazzo.yaml" is not valid\./,
    );
  });
});

/** Runs a command in a folder. */
function run(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe('node:test', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'arazzo-node-test-'));
    await writeFile(join(folder, 'greet.arazzo.yaml'), GREETING);
    await writeFile(join(folder, 'greeter.yaml'), GREETER);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('runs the paths, and its process ends by itself', async () => {
    const testing = new URL('../../src/testing/index.ts', import.meta.url).href;
    const file = join(folder, 'greet.test.mjs');
    await writeFile(
      file,
      `import { describe, test } from 'node:test';
       import { describeWorkflow } from ${JSON.stringify(testing)};
       await describeWorkflow(new URL('./greet.arazzo.yaml', import.meta.url), { describe, test, strategy: 'edges', threshold: 1 });`,
    );
    const { code, output } = await run(
      ['--test', '--test-reporter=tap', fileURLToPath(new URL(`file://${file}`))],
      folder,
    );
    expect(output).toMatch(/ok \d+ - .* → cancelled/);
    expect(output).toMatch(/# pass \d\d\n# fail 0/);
    expect(code).toBe(0);
  });
});
