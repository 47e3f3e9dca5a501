import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { PropertyName } from './properties.ts';
import type { Outcome, Task } from './worker.ts';

// The same cases in each run, so that a change is judged by itself; another seed looks further.
const SEED = Number(process.env['FUZZ_SEED'] ?? 1553457265);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1);

/** A case that goes on for longer than this is ended with its thread. */
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

/** Tries a property in a thread of its own, with a limit of memory, and ends it when a case does not end. */
function attempt(name: PropertyName): Promise<Outcome> {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const task: Task = { name, seed: SEED, runs: CASES[name] * RUNS, limitMs: SLOW_MS, begun };
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  return new Promise((resolve, reject) => {
    let last = -1;
    const watch = setInterval(() => {
      const now = Atomics.load(begun, 0);
      if (now === last) reject(new Error(`Case ${now} of seed ${SEED} does not end.`));
      last = now;
    }, LIMIT_MS);
    const done = (): void => {
      clearInterval(watch);
      void worker.terminate();
    };
    worker.once('message', (outcome: Outcome) => {
      done();
      resolve(outcome);
    });
    worker.once('error', (error) => {
      done();
      reject(new Error(`Case ${Atomics.load(begun, 0)} of seed ${SEED}: ${error.message}`, { cause: error }));
    });
  }).finally(() => worker.terminate()) as Promise<Outcome>;
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
