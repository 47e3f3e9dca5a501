import { afterAll, describe, expect, it } from 'vitest';
import { itEndsBadRuns } from '../model/bad-runs.ts';
import { createRig } from '../model/http-rig.ts';
import { pathOf, searchPaths } from '../model/replay.ts';
import { startScriptedServer } from '../model/scripted-server.ts';
import { EXAMPLES, subjectFor } from './examples.ts';

describe.each(EXAMPLES)('$workflowId over HTTP', async (example) => {
  const subject = await subjectFor(example);
  const { edges: found } = searchPaths(subject, example.alphabet);
  const edges = [...found, ...(example.extra ?? []).map((happenings) => pathOf(subject, happenings))];
  const server = await startScriptedServer();
  afterAll(() => server.close());
  const rig = createRig(subject, server);

  it(`takes each of ${edges.length} edges`, { timeout: 60_000 }, async () => {
    for (const path of edges) await rig.play(path);
  });

  it('sends nothing when an input is wrong from the start', () => {
    const actor = rig.start(Object.fromEntries(subject.plan.inputs.map(({ name }) => [name, false])));
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', output: { failure: { kind: 'request' } } });
    expect(server.waiting).toBe(0);
  });

  itEndsBadRuns(rig, server, edges);

  it('is covered: every state was entered and every transition taken that can be', () => {
    const reasons = Object.keys(example.unreachable ?? {});
    const missing = rig.missingTransitions();
    const excused = missing.filter((transition) => reasons.some((part) => transition.includes(part)));
    console.log(`${rig.summary()}${excused.length === 0 ? '' : `, ${excused.length} that no run can take`}`);
    expect(missing.filter((transition) => !excused.includes(transition))).toEqual([]);
    expect(reasons.filter((part) => !missing.some((transition) => transition.includes(part)))).toEqual([]);
    expect(rig.missingStates()).toEqual([]);
  });
});
