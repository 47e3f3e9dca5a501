import { expect, it } from 'vitest';
import { waitFor } from 'xstate';
import { runtimeOf } from '../../src/machines/registry.ts';
import { statesByPath } from '../../src/plan/flow.ts';
import type { WorkflowPath } from '../../src/testing/workflow-paths.ts';
import type { Rig } from './http-rig.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** Whether a state is one where nobody is asked and which is not final: it is left when something happens. */
function isBusy(state: string): boolean {
  return !/(?:^|\.)(?:awaiting\w*|done|failed|cancelled)$/.test(state);
}

/** The ends of a run that no answer leads to: too many steps, and a timer that breaks. */
export function itEndsBadRuns(rig: Rig, server: ScriptedServer, edges: readonly WorkflowPath[]): void {
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
    const timed = new Set(
      [...statesByPath(runtimeOf(rig.machine).flow)]
        .filter(
          ([, state]) =>
            state.kind === 'backoff' || (state.kind === 'interaction' && state.step.timeoutMs !== undefined),
        )
        .map(([path]) => path),
    );
    const toTimer = new Map<string, WorkflowPath>();
    for (const path of edges.toSorted((one, other) => one.steps.length - other.steps.length))
      if (timed.has(path.state) && !toTimer.has(path.state)) toTimer.set(path.state, path);
    expect([...toTimer.keys()].toSorted()).toEqual([...timed].toSorted());
    for (const path of toTimer.values()) {
      const actor = await rig.play(path, { timerIsBroken: true });
      const { output } = await waitFor(actor, ({ status }) => status === 'done');
      expect(output).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
    }
  });
}
