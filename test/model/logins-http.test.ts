import { afterAll, describe, expect, it } from 'vitest';
import { coreOf, everyWay, expectAgreement, expectLostTimersToFail, uncovered } from './core.ts';
import { LOGIN_ALPHABET } from './login-alphabet.ts';
import { subjectOf, WORKFLOW_IDS } from './workflow-files.ts';

describe.each(WORKFLOW_IDS)('%s over HTTP', async (workflowId) => {
  const subject = await subjectOf(workflowId);
  const core = coreOf(subject, LOGIN_ALPHABET);
  const ways = everyWay(core);
  afterAll(() => core.runner.close());

  it(`goes each of ${ways.length} ways from a situation to the next`, { timeout: 60_000 }, async () => {
    await expectAgreement(ways, 'http');
  });

  it('is covered: every state was entered and every transition taken', () => {
    expect(uncovered(core)).toEqual({ transitions: [], states: [] });
  });

  it('ends a run that prepares requests without end', async () => {
    const short = coreOf(subject, LOGIN_ALPHABET, { maxSteps: 3 });
    const { paths } = short.paths({ strategy: 'edges' });
    await expectAgreement(paths, 'http');
    await short.runner.close();
    expect([...short.recorder.counts.keys()].some((key) => key.includes('[too many steps]'))).toBe(true);
  });

  it('fails when its timer breaks', () => expectLostTimersToFail(core));
});
