import { afterAll, describe, expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { createRig } from '../model/http-rig.ts';
import { pathOf, searchPaths } from '../model/replay.ts';
import { startScriptedServer } from '../model/scripted-server.ts';
import { EXAMPLES, subjectFor } from './examples.ts';

/** Whether a state is one that is not left but for something that happens, and where nobody is asked. */
function isBusy(state: string): boolean {
  return !/(?:^|\.)(?:awaiting\w*|done|failed|cancelled)$/.test(state);
}

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

  it('ends a run that prepares requests without end', () => {
    const first = edges.find(({ steps, state }) => steps.length === 1 && isBusy(state));
    const stored = JSON.parse(JSON.stringify(rig.start({}).getPersistedSnapshot())) as {
      context: { run: object };
    };
    stored.context.run = { executed: 1000 };
    const actor = rig.start({}, { snapshot: stored });
    actor.send(first?.steps[0]?.happening as never);
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', output: { failure: { kind: 'maxSteps' } } });
    expect(server.waiting).toBe(0);
  });

  it('fails when its timer breaks', async () => {
    const toBackoff = edges.filter(
      ({ steps }) => steps.findIndex(({ state }) => state.endsWith('Backoff')) === steps.length - 1,
    );
    expect(toBackoff.length).toBeGreaterThan(0);
    for (const path of toBackoff) {
      const actor = await rig.play(path, { timerIsBroken: true });
      const { output } = await waitFor(actor, ({ status }) => status === 'done');
      expect(output).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
    }
  });

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
