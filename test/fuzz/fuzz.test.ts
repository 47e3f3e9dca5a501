import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PropertyName } from './properties.ts';
import type { Outcome, Task } from './run-cases.ts';

// The same cases in each run, so that a change is judged by itself; another seed looks further.
const SEED = Number(process.env['FUZZ_SEED'] ?? 1553457265);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1);

/** A case that goes on for longer than this is ended with its process. */
const LIMIT_MS = 20_000;
/** A case that ends may have worked for this long. */
const SLOW_MS = 2000;
const MEGABYTES = 512;

/** How many cases of each, times `FUZZ_RUNS`: more than 10,000 in all. */
const CASES: Readonly<Record<PropertyName, number>> = {
  'a document with changed parts': 1500,
  'a workflow of the repository with changed parts': 400,
  'a description with changed parts': 900,
  'a text that is broken or swells': 1000,
  'a machine that is given garbage': 2500,
  'a criterion of any language': 2500,
  'a schema of inputs': 2000,
  'a stored run with changed parts': 500,
};

/**
 * Tries a property in a process of its own, with a limit of memory, and ends it when a case does not end. A thread would
 * do, but Node 24 aborts now and then when a thread with WebAssembly or much compiled code is over.
 */
function attempt(name: PropertyName): Promise<Outcome> {
  const task: Task = { name, seed: SEED, runs: CASES[name] * RUNS, limitMs: SLOW_MS };
  const child = fork(fileURLToPath(new URL('run-cases.ts', import.meta.url)), [JSON.stringify(task)], {
    execArgv: [`--max-old-space-size=${MEGABYTES}`],
    // Into the last goes a byte for each case that is begun.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
  let begun = 0;
  let errors = '';
  child.stdio[4]?.on('data', (bytes: Buffer) => (begun += bytes.length));
  child.stderr?.on('data', (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-4000)));
  return new Promise<Outcome>((resolve, reject) => {
    let last = -1;
    const watch = setInterval(() => {
      if (begun === last) reject(new Error(`Case ${begun} of seed ${SEED} does not end.`));
      last = begun;
    }, LIMIT_MS);
    child.once('message', (outcome) => resolve(outcome as Outcome));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearInterval(watch);
      reject(new Error(`Case ${begun} of seed ${SEED} ended the process (${signal ?? code}): ${errors}`));
    });
  }).finally(() => child.kill('SIGKILL'));
}

describe(`whatever comes (FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS})`, () => {
  const names = Object.keys(CASES) as PropertyName[];
  it.each(names)('%s is never a crash, nor slow, nor large', { timeout: 120_000 * RUNS }, async (name) => {
    const { report, runs, slowestMs } = await attempt(name);
    console.log(`seed ${SEED}: ${runs} cases of ${name}, the slowest ${Math.round(slowestMs)} ms`);
    expect(report).toBeUndefined();
    expect(runs).toBe(CASES[name] * RUNS);
  });

  it('comes ten thousand times', () => {
    expect(Object.values(CASES).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10_000);
  });
});
