import { afterAll, describe, expect, it } from 'vitest';
import { coreOf, everyWay, expectAgreement, expectLostTimersToFail, uncovered } from '../model/core.ts';
import { EXAMPLES, extraPaths, subjectFor } from './examples.ts';

describe.each(EXAMPLES)('$workflowId over HTTP', async (example) => {
  const subject = await subjectFor(example);
  const core = coreOf(subject, example.alphabet);
  const ways = [...everyWay(core), ...extraPaths(core, example)];
  afterAll(() => core.runner.close());

  it(`goes each of ${ways.length} ways from a situation to the next`, { timeout: 60_000 }, async () => {
    await expectAgreement(ways, 'http');
  });

  it('is covered: every state was entered and every transition taken that can be', () => {
    const reasons = Object.keys(example.unreachable ?? {});
    const { transitions, states } = uncovered(core);
    expect(transitions.filter((one) => !reasons.some((part) => one.includes(part)))).toEqual([]);
    expect(reasons.filter((part) => !transitions.some((one) => one.includes(part)))).toEqual([]);
    expect(states).toEqual([]);
  });

  it('ends a run that prepares requests without end', async () => {
    const short = coreOf(subject, example.alphabet, { maxSteps: 1 });
    await expectAgreement(short.paths({ strategy: 'edges' }).paths, 'http');
    await short.runner.close();
    expect([...short.recorder.counts.keys()].some((key) => key.includes('[too many steps]'))).toBe(true);
  });

  it('fails when its timer breaks', () => expectLostTimersToFail(core));
});
