import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WaitDescription } from '../../src/machines/describe-wait.ts';
import { runWorkflow, type RunOptions, type RunResult, type WaitAnswer } from '../../src/run/run-workflow.ts';
import { planOf } from '../plan/small-documents.ts';

const workflow: JsonObject = {
  steps: [
    {
      stepId: 'approve',
      interaction: {
        prompt: 'Well?',
        context: { session_token: 'abc' },
        inputSchema: {
          type: 'object',
          required: ['approved'],
          properties: { approved: { type: 'boolean' } },
        },
      },
      successCriteria: [{ condition: '$interaction.payload#/approved == true' }],
      onCancel: { name: 'left', type: 'end' },
      outputs: { approved: '$interaction.payload#/approved' },
    },
  ],
  outputs: { approved: '$steps.approve.outputs.approved' },
};
const machine = compileMachine(planOf(workflow, { arazzo: '1.2.0' }));

const run = (options: RunOptions = {}): Promise<RunResult> =>
  runWorkflow(machine, { services: false, ...options });

describe('a run that asks a person', () => {
  it('asks again until the answer is one', async () => {
    const answers: WaitAnswer[] = [
      { type: 'submit', values: { approved: 'yes' } },
      { type: 'submit', values: 'yes' },
      { type: 'submit', values: { approved: true } },
    ];
    const asked: WaitDescription[] = [];
    const result = await run({
      ask: (wait) => {
        asked.push(wait);
        return Promise.resolve(answers[asked.length - 1] ?? { type: 'cancel' });
      },
    });
    expect(result).toMatchObject({ status: 'done', outputs: { approved: true } });
    expect(asked[1]?.inputs[0]?.rejection?.rule).toBe('type');
    expect(asked[2]?.rejection?.rule).toBe('type');
    expect(result.steps).toEqual([
      { stepId: 'approve', state: 'approving', attempt: 1, outcome: 'succeeded' },
    ]);
  });

  it('is told that the person declines', async () => {
    expect(await run({ ask: () => Promise.resolve({ type: 'decline' }) })).toMatchObject({
      status: 'failed',
      failure: { kind: 'declined', endedBy: 'left' },
    });
  });

  it('stops where nobody can be asked, says what it asks, and goes on with the answer', async () => {
    const first = await run();
    expect(first).toMatchObject({
      status: 'waiting',
      state: 'approving',
      missing: ['approved'],
      interaction: { mode: 'form', prompt: 'Well?' },
    });
    const { snapshot } = first;
    if (snapshot === undefined) throw new Error('Nothing was kept.');
    const stored = JSON.parse(JSON.stringify(snapshot)) as typeof snapshot;
    expect(await run({ snapshot: stored, inputs: { approved: true } })).toMatchObject({ status: 'done' });
    expect(await run({ snapshot: stored, inputs: { approved: 1 } })).toMatchObject({
      status: 'waiting',
      rejection: [{ input: 'approved', rule: 'type' }],
    });
  });

  it('tells no answer in its events', async () => {
    const events: unknown[] = [];
    await run({
      ask: () => Promise.resolve({ type: 'submit', values: { approved: false, note: 'a secret' } }),
      onEvent: (event) => events.push(event),
    });
    expect(events.length).toBeGreaterThan(3);
    expect(JSON.stringify(events)).not.toContain('a secret');
  });
});
