// Tries one property. Started as a process of its own, with a Task as its argument.
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { provideXPath } from '../../src/run/provide-xpath.ts';
import { PROPERTIES, type PropertyName } from './properties.ts';
import { everything } from './seeds.ts';

/** What the process is started with. */
export interface Task {
  readonly name: PropertyName;
  readonly seed: number;
  readonly runs: number;
  /** The longest that one case may take. */
  readonly limitMs: number;
}

/** Where a byte is written for each case that is begun, for whoever watches. */
const BEGUN_FD = 4;

/** What the process sends. */
export interface Outcome {
  readonly runs: number;
  /** Why it failed and with which smallest case; absent where it held. */
  readonly report?: string;
  readonly slowestMs: number;
}

/** Why it failed and what it takes to see it again. Of garbage, no getter is called and no proxy asked. */
function reportOf({ counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[never]>): string {
  const reason = inspect(errorInstance).slice(0, 4000);
  const shown = inspect(counterexample?.[0], {
    depth: 20,
    maxStringLength: 3000,
    maxArrayLength: 50,
    showProxy: true,
  });
  return `path ${counterexamplePath ?? ''}: ${reason}\n${shown.slice(0, 12_000)}`;
}

/** How long this process has worked: what the machine does beside makes no case slow. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const { name, seed, runs, limitMs } = JSON.parse(process.argv[2] ?? '') as Task;
const { arbitrary, run } = PROPERTIES[name];
await provideXPath(everything.texts.document);

let slowestMs = 0;
const details = fc.check(
  fc.property(arbitrary as fc.Arbitrary<never>, (value) => {
    writeSync(BEGUN_FD, '.');
    const startMs = workedMs();
    run(value);
    const tookMs = workedMs() - startMs;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > limitMs) throw new Error(`It took ${Math.round(tookMs)} ms.`);
    const added = Object.keys(Object.prototype);
    if (added.length > 0) throw new Error(`Every object now has ${added.join(', ')}.`);
  }),
  { seed, numRuns: runs },
);
const outcome: Outcome = {
  runs: details.numRuns,
  slowestMs,
  ...(details.failed ? { report: reportOf(details) } : {}),
};
process.send?.(outcome);
process.disconnect?.();
