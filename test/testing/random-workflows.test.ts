import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/testing/interpret.ts';
import type { Ended, Situation } from '../../src/testing/situation.ts';
import { openApi } from './play.ts';
import { randomNestedRun } from './random-nested.ts';
import { happeningFor, randomRun } from './random-workflows.ts';

interface Course {
  readonly situations: readonly Situation[];
  readonly ended: Ended;
}

/** Plays a random run to its end: the rolls decide, and when they are used up it is cancelled. */
function course({ workflow, rolls }: typeof randomRun extends fc.Arbitrary<infer Run> ? Run : never): Course {
  const { document, inputs } = workflow;
  let now = 0;
  const run = interpret({
    document,
    workflowId: 'w',
    sources: { api: openApi(workflow.openapi) },
    inputs,
    now: () => now,
    maxSteps: 20,
  });
  const situations: Situation[] = [];
  let result = run.next(undefined as never);
  for (const roll of rolls) {
    if (result.done === true) break;
    situations.push(result.value);
    now += (roll % 4) * 10_000;
    result = run.next(happeningFor(result.value, roll, workflow));
  }
  if (result.done !== true) result = run.next({ type: 'cancel' });
  if (result.done !== true) throw new Error('A cancelled run goes on.');
  return { situations, ended: result.value };
}

const isIdle = (situation: Situation): boolean =>
  situation.kind === 'input' && situation.missing.length === 0;

describe('random workflows', () => {
  it('are played to an end whatever happens', () => {
    fc.assert(
      fc.property(randomRun, (run) => {
        const { ended } = course(run);
        expect(ended.failure === undefined).toBe(ended.status !== 'failed');
      }),
      { numRuns: 300 },
    );
  });

  it('wait for inputs only where some are missing', () => {
    fc.assert(
      fc.property(randomRun, (run) => {
        expect(course(run).situations.filter(isIdle)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('come to every kind of situation, failure and end', () => {
    const courses = fc.sample(randomRun, { numRuns: 2000, seed: 7 }).map(course);
    const kinds = new Set(courses.flatMap(({ situations }) => situations.map(({ kind }) => kind)));
    const failures = new Set(courses.map(({ ended }) => ended.failure?.kind));
    const waits = courses.flatMap(({ situations }) =>
      situations.filter((situation) => situation.kind === 'input'),
    );
    expect([...kinds].toSorted()).toEqual(['delay', 'input', 'interaction', 'request', 'unsendable']);
    for (const kind of [
      'response',
      'network',
      'timeout',
      'request',
      'interrupted',
      'internal',
      'maxSteps',
      'answer',
      'declined',
    ] as const) {
      expect(failures).toContain(kind);
    }
    for (const member of ['rejection', 'failure', 'repeatAt', 'expiresAt']) {
      expect(waits.some((wait) => member in wait)).toBe(true);
    }
    expect(new Set(courses.map(({ ended }) => ended.status))).toEqual(
      new Set(['done', 'failed', 'cancelled']),
    );
  });
});

describe('random workflows that call each other', () => {
  it('are played to an end whatever happens, and wait only where something is missing', () => {
    fc.assert(
      fc.property(randomNestedRun, (run) => {
        const { ended, situations } = course(run);
        expect(ended.failure === undefined).toBe(ended.status !== 'failed');
        expect(situations.filter(isIdle)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('come to every kind of situation at every depth, and to every end', () => {
    const courses = fc.sample(randomNestedRun, { numRuns: 1500, seed: 7 }).map(course);
    const places = new Set(
      courses.flatMap(({ situations }) => situations.map(({ kind, path }) => `${kind} ${path.length}`)),
    );
    for (const depth of [0, 1, 2, 3]) {
      for (const kind of ['request', 'input', 'interaction', 'delay'])
        expect(places).toContain(`${kind} ${depth}`);
    }
    for (const depth of [0, 1, 2]) expect(places).toContain(`unsendable ${depth}`);
    const failures = new Set(courses.map(({ ended }) => ended.failure?.kind));
    expect(failures.size).toBe(10);
    const steps = new Set(courses.flatMap(({ situations }) => situations.flatMap(({ path }) => path)));
    for (const name of ['sendCode', 'check', 'getItem', 'sub', 'constructor', 'deep'])
      expect(steps).toContain(name);
  });
});
