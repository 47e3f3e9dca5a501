import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { workflowPaths, type WorkflowPath } from '../../src/testing/workflow-paths.ts';
import { startLockstep, type Subject } from './lockstep.ts';
import { LOGIN_ALPHABET } from './login-alphabet.ts';
import { subjectOf, WORKFLOW_IDS } from './workflow-files.ts';

const START = Date.UTC(2030, 0, 1);

/** Paths try each retry action at most this often. */
const MAX_RETRIES = 2;

/** A clock that has gone on by a minute whenever it is looked at, so that no cooldown is in the way of the search. */
function leapingClock(): () => number {
  let now = START;
  return () => (now += 60_000);
}

function searchPaths({ plan }: Subject) {
  const machine = compileMachine(plan, {
    now: leapingClock(),
    maxRetries: MAX_RETRIES,
  }) as unknown as AnyStateMachine;
  return workflowPaths(machine, { input: {}, alphabet: LOGIN_ALPHABET });
}

type Replay = (path: WorkflowPath, options?: { readonly restored?: boolean }) => string | undefined;

/** Plays paths on the machine and on the reference interpreter; gives the first difference of each. */
function replayOf(subject: Subject): Replay {
  let now = START;
  const options = { now: () => now, maxRetries: MAX_RETRIES };
  const machine = compileMachine(subject.plan, options) as unknown as AnyStateMachine;
  return (path, { restored = false } = {}) => {
    now = START;
    const run = startLockstep(subject, {}, options, machine);
    for (const { happening, state } of path.steps) {
      now += 60_000;
      if (restored) run.player.persistAndRestore();
      run.apply(happening);
      const difference = run.difference();
      if (difference !== undefined) return `${path.description}\nafter ${happening.type}:\n${difference}`;
      const actual = String(run.player.snapshot().value);
      if (actual !== state) return `${path.description}\nends in ${actual}, not in ${state}`;
    }
    return undefined;
  };
}

/** What a path tries in a row, told by the error types of the answers: for finding one among many. */
function answersOf(path: WorkflowPath): readonly string[] {
  return path.steps.map(({ happening }) => {
    const body = happening.type === 'response' ? happening.body : undefined;
    return typeof body === 'object' && body !== null && 'error_type' in body
      ? String(body.error_type)
      : happening.type;
  });
}

describe.each(WORKFLOW_IDS)('%s', async (workflowId) => {
  const subject = await subjectOf(workflowId);
  const { paths, edges } = searchPaths(subject);
  const replay = replayOf(subject);

  it(`does what its document says on each of its ${paths.length} paths`, () => {
    const differences = paths.map((path) => replay(path)).filter((difference) => difference !== undefined);
    expect(differences.slice(0, 3)).toEqual([]);
    expect(paths.length).toBeGreaterThan(1000);
  });

  it(`does what its document says on a path for each of its ${edges.length} edges`, () => {
    const differences = edges.map((path) => replay(path)).filter((difference) => difference !== undefined);
    expect(differences.slice(0, 3)).toEqual([]);
  });

  it('does the same when it is stored and restored in every state', () => {
    const differences = edges
      .map((path) => replay(path, { restored: true }))
      .filter((difference) => difference !== undefined);
    expect(differences.slice(0, 3)).toEqual([]);
  });

  it('has a path on which a wrong code is followed by the right one', () => {
    const found = paths.some(
      (path) => path.state === 'done' && answersOf(path).includes('otp_code_not_found'),
    );
    expect(found).toBe(true);
  });

  it('has an end in each of its final states', () => {
    expect([...new Set(paths.map((path) => path.state))].toSorted()).toEqual(['cancelled', 'done', 'failed']);
  });
});
