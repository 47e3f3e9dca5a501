import { afterAll, describe, expect, it } from 'vitest';
import { itEndsBadRuns } from './bad-runs.ts';
import { createRig } from './http-rig.ts';
import { LOGIN_ALPHABET } from './login-alphabet.ts';
import { searchPaths } from './replay.ts';
import { startScriptedServer } from './scripted-server.ts';
import { subjectOf, WORKFLOW_IDS } from './workflow-files.ts';

const CREDENTIALS = { username: 'project-test-1', password: 'secret-test-1' };
const AUTHORIZATION = `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`;

describe.each(WORKFLOW_IDS)('%s over HTTP', async (workflowId) => {
  const subject = await subjectOf(workflowId);
  const { edges } = searchPaths(subject, LOGIN_ALPHABET);
  const server = await startScriptedServer();
  afterAll(() => server.close());
  const rig = createRig(subject, server, {
    credentials: () => CREDENTIALS,
    headers: { authorization: AUTHORIZATION },
  });

  it(`takes each of ${edges.length} edges`, { timeout: 60_000 }, async () => {
    for (const path of edges) await rig.play(path);
  });

  it('refuses a repeat while its cooldown runs', async () => {
    const repeats = edges.filter(
      (path) =>
        path.steps.findIndex(({ happening }) => happening.type === 'repeat') === path.steps.length - 1,
    );
    expect(repeats.length).toBeGreaterThan(0);
    for (const path of repeats) await rig.play(path, { early: true });
  });

  it('sends nothing when an input is wrong from the start', () => {
    const [input] = subject.plan.inputs;
    const actor = rig.start({ [input?.name ?? '']: false });
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', output: { failure: { kind: 'request' } } });
    expect(server.waiting).toBe(0);
  });

  itEndsBadRuns(rig, server, edges);

  it('is covered: every state was entered and every transition taken', () => {
    console.log(rig.summary());
    expect(rig.missingTransitions()).toEqual([]);
    expect(rig.missingStates()).toEqual([]);
  });
});
