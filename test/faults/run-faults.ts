// Seeds one fault after the other into a copy of the sources, runs the ordinary tests there, and asserts that they fail.
// Usage: npm run faults [-- <part of a fault's name>]
//        npm run faults -- conformance [<id>]    a sample of the specification's rules: the test in its row must fail
//        npm run faults -- suites [<part of a fault's name>]    the suites generated of the documents in workflows/
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ruleTests } from '../conformance/rule-tests.ts';
import { CONFORMANCE_FAULTS, type ConformanceFault } from './conformance-faults.ts';
import { FAULTS, type Fault } from './faults.ts';
import type { Verdict } from './generated-suites.ts';
import { EQUIVALENT, LIKELY, SUITE_FAULTS } from './suite-faults.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COPIED = ['src', 'test', 'workflows', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
const AT_ONCE = 2;
const LONGEST_MS = 120_000;

/** The tests that must see a fault, the quickest first: random workflows and their oracle, then facts, then the logins. */
const PHASES: readonly (readonly string[])[] = [
  ['test/model/random-workflows.test.ts'],
  ['test/plan', 'test/machines'],
  ['test/model/called-workflows.test.ts', 'test/model/random-calls.test.ts'],
  ['test/model/logins.test.ts'],
];

/** The tests in the row of a rule, or without one, in all rows. */
function rowOf(rule: string | undefined): readonly string[] {
  const tests = ruleTests().filter(({ ids }) => rule === undefined || ids.includes(rule));
  const files = [...new Set(tests.map(({ file }) => `test/conformance/${file}.test.ts`))];
  return [...files, ...(rule === undefined ? [] : ['--testNamePattern', `${rule}\\b`])];
}

interface Outcome {
  /** The test file that failed; `undefined`: all passed. */
  readonly killedBy: string | undefined;
  /** What the failing tests wrote. */
  readonly output?: string;
  readonly seconds: number;
}

/** A copy of the project, removed when the work in it is done. */
async function withCopy<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  try {
    for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs one phase; gives what it wrote, and whether it passed. */
function runTests(folder: string, files: readonly string[]): Promise<{ passed: boolean; output: string }> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const options = ['--bail', '1', '--maxWorkers', '1', '--reporter', 'dot', '--no-color'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...files, ...options], {
      cwd: folder,
      env: { ...process.env, RUNS: '400', CI: '1' },
      timeout: LONGEST_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('error', reject);
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** Runs the generated suites; a process that takes many times as long as without a fault has seen it as well. */
function suitesIn(folder: string, fault: Fault | undefined, cleanSeconds: number): Promise<Outcome> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const likely = fault === undefined ? undefined : LIKELY[fault.name];
    const args = likely === undefined ? [] : [likely];
    const child = spawn(process.execPath, ['test/faults/generated-suites.ts', ...args], {
      cwd: folder,
      timeout: Math.max(LONGEST_MS, Math.ceil(cleanSeconds) * 8000),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let problem = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (problem += String(chunk)));
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      const { killedBy } =
        signal === null && output !== ''
          ? (JSON.parse(output) as Verdict)
          : {
              killedBy: signal === null ? `the suites do not run: ${problem.slice(-300)}` : 'it does not end',
            };
      resolve({ killedBy: killedBy?.slice(0, 160), output: problem, seconds });
    });
  });
}

async function testsIn(folder: string, phases: readonly (readonly string[])[]): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  for (const files of phases) {
    const { passed, output } = await runTests(folder, files);
    if (passed) continue;
    // A run that fails without a failing test says nothing about the fault.
    const killedBy = /FAIL +(\S+\.test\.ts) >/.exec(output)?.[1];
    if (killedBy === undefined) throw new Error(`The tests did not run:\n${output.slice(-2000)}`);
    return { killedBy, output, seconds: seconds() };
  }
  return { killedBy: undefined, seconds: seconds() };
}

/** The source with the fault in it. */
async function seeded({ name, file, find, replace }: Fault): Promise<string> {
  const source = await readFile(join(ROOT, file), 'utf8');
  const count = source.split(find).length - 1;
  if (count !== 1) throw new Error(`"${name}": its text occurs ${count} times in ${file}, not once.`);
  return source.replace(find, () => replace);
}

interface Plan {
  readonly faults: readonly (Fault & Partial<ConformanceFault>)[];
  /** Looks for a fault in a copy that has it; `undefined`: without one. */
  readonly look: (
    folder: string,
    fault: (Fault & Partial<ConformanceFault>) | undefined,
    /** How long it takes without a fault; 0 where that is not known yet. */
    cleanSeconds: number,
  ) => Promise<Outcome>;
}

function planOf(first: string, second: string): Plan {
  if (first === 'conformance') {
    return {
      faults: CONFORMANCE_FAULTS.filter(({ rule }) => rule.includes(second)),
      look: (folder, fault) => testsIn(folder, [rowOf(fault?.rule)]),
    };
  }
  if (first === 'suites') {
    const faults = SUITE_FAULTS.filter(
      ({ name }) => name.includes(second) && !Object.hasOwn(EQUIVALENT, name),
    );
    return { faults, look: suitesIn };
  }
  return {
    faults: FAULTS.filter(({ name }) => name.includes(first)),
    look: (folder) => testsIn(folder, PHASES),
  };
}

async function main(): Promise<boolean> {
  const [first = '', second = ''] = process.argv.slice(2);
  const { faults, look } = planOf(first, second);
  const sources = new Map<Fault, string>();
  for (const fault of faults) sources.set(fault, await seeded(fault));

  const clean = await withCopy((folder) => look(folder, undefined, 0));
  if (clean.killedBy !== undefined)
    throw new Error(`Without a fault, ${clean.killedBy} fails:\n${clean.output}`);
  console.log(`${clean.seconds.toFixed(1).padStart(6)} s  passes   (no fault)`);

  let survivors = 0;
  const queue = [...faults];
  const work = async (folder: string): Promise<void> => {
    for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
      const { file, rule } = fault;
      const name = rule === undefined ? fault.name : `${rule}: ${fault.name}`;
      const source = sources.get(fault) ?? '';
      const faultless = await readFile(join(folder, file), 'utf8');
      await writeFile(join(folder, file), source);
      const { killedBy, seconds } = await look(folder, fault, clean.seconds);
      await writeFile(join(folder, file), faultless);
      if (killedBy === undefined) survivors += 1;
      const fate = killedBy === undefined ? 'SURVIVES' : 'killed  ';
      console.log(
        `${seconds.toFixed(1).padStart(6)} s  ${fate} ${name}${killedBy === undefined ? '' : ` — ${killedBy}`}`,
      );
    }
  };
  // Each goes through faults in one copy, with one fault in it at a time.
  await Promise.all(Array.from({ length: AT_ONCE }, () => withCopy(work)));
  console.log(`${faults.length - survivors} of ${faults.length} faults are seen by the tests.`);
  return survivors === 0 && faults.length > 0;
}

process.exitCode = (await main()) ? 0 : 1;
