import { describe, expect, it } from 'vitest';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';
import { coreOf, everyWay, expectAgreement } from './core.ts';
import { LOGIN_ALPHABET } from './login-alphabet.ts';
import { restoredReplayOf } from './replay.ts';
import { subjectOf, WORKFLOW_IDS } from './workflow-files.ts';

/** What a path tries in a row, told by the error types of the answers: for finding one among many. */
function answersOf(path: WorkflowPath): readonly string[] {
  return path.events.map(({ happening }) => {
    const body = happening.type === 'response' ? happening.body : undefined;
    return typeof body === 'object' && body !== null && 'error_type' in body
      ? String(body.error_type)
      : happening.type;
  });
}

describe.each(WORKFLOW_IDS)('%s', async (workflowId) => {
  const subject = await subjectOf(workflowId);
  const core = coreOf(subject, LOGIN_ALPHABET);
  const { paths, strategy } = core.paths();
  const ways = everyWay(core);

  it(`does what its document says on each of its ${paths.length} paths`, async () => {
    await expectAgreement(paths, 'stubs');
    expect(strategy).toBe('simple');
    expect(paths.length).toBeGreaterThan(1000);
  });

  it(`does what its document says on each of ${ways.length} ways from a situation to the next`, async () => {
    await expectAgreement(ways, 'stubs');
  });

  it('does the same when it is stored and restored in every state', () => {
    const replay = restoredReplayOf(subject);
    const differences = ways.map((path) => replay(path)).filter((difference) => difference !== undefined);
    expect(differences.slice(0, 3)).toEqual([]);
  });

  it('has a path on which a wrong code is followed by the right one', () => {
    const found = paths.some(
      (path) => path.status === 'done' && answersOf(path).includes('otp_code_not_found'),
    );
    expect(found).toBe(true);
  });

  it('has an end in each of its final states', () => {
    expect([...new Set(paths.map((path) => path.status))].toSorted()).toEqual([
      'cancelled',
      'done',
      'failed',
    ]);
  });
});
