import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { GREETER, GREETING } from '../testing/greeting.ts';
import { installPackage, run, type Ended } from './installed-package.ts';

const JEST = '30.5.2';

let folder = '';

/** Runs a test runner that is installed beside the package, on the Node.js of this project. */
function runScript(script: string, args: readonly string[]): Promise<Ended> {
  return run(process.execPath, [join(folder, 'node_modules', script), ...args], folder);
}

beforeAll(async () => {
  ({ folder } = await installPackage([`vitest@${manifest.devDependencies.vitest}`, `jest@${JEST}`]));
  await writeFile(join(folder, 'greet.arazzo.yaml'), GREETING);
  await writeFile(join(folder, 'greeter.yaml'), GREETER);
}, 300_000);

afterAll(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('writes tests that a project can keep and run', async () => {
    const bin = join(folder, 'node_modules', '.bin', 'arazzo-xstate');
    const args = ['test', 'greet.arazzo.yaml', '--strategy', 'edges', '--write', 'paths.test.ts'];
    const written = await run(bin, args, folder);
    expect(written.code, written.stderr).toBe(0);
    const good = await runScript('vitest/vitest.mjs', ['run', 'paths.test.ts', '--no-color']);
    expect(good.code, good.stdout + good.stderr).toBe(0);
    expect(good.stdout).toMatch(/Tests +\d\d passed/);
    // The document leads another way now, and the tests say so.
    await writeFile(
      join(folder, 'greet.arazzo.yaml'),
      GREETING.replace('$statusCode == 404', '$statusCode == 410'),
    );
    const bad = await runScript('vitest/vitest.mjs', ['run', 'paths.test.ts', '--no-color']);
    await writeFile(join(folder, 'greet.arazzo.yaml'), GREETING);
    expect(bad.code).not.toBe(0);
    expect(bad.stdout + bad.stderr).toMatch(/awaitingName[^]*failed/);
  });

  it('describes a workflow to vitest with its globals', async () => {
    await writeFile(
      join(folder, 'vitest.test.js'),
      `import { describeWorkflow } from 'arazzo-xstate/testing';
       await describeWorkflow(new URL('./greet.arazzo.yaml', import.meta.url), { strategy: 'edges', threshold: 1 });`,
    );
    const ended = await runScript('vitest/vitest.mjs', ['run', 'vitest.test.js', '--globals', '--no-color']);
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/Tests +\d\d passed/);
  });

  it('describes a workflow to Jest', async () => {
    await writeFile(
      join(folder, 'jest.spec.js'),
      `import { describeWorkflow } from 'arazzo-xstate/testing';
       await describeWorkflow(new URL('./greet.arazzo.yaml', import.meta.url), { strategy: 'edges', threshold: 1 });`,
    );
    const args = ['--experimental-vm-modules', join(folder, 'node_modules/jest/bin/jest.js')];
    const ended = await run(
      process.execPath,
      [...args, '--testMatch', '**/jest.spec.js', '--no-color'],
      folder,
    );
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
    expect(ended.stderr).toMatch(/Tests: +\d\d passed/);
  });
});
