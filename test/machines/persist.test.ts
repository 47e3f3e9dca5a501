import { createActor, fromPromise, waitFor, type AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import { persist, restore } from '../../src/machines/persist.ts';
import type { CompileOptions } from '../../src/machines/runtime.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import type { StepCall, WaitUntil } from '../../src/plan/step-call.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { inputsOf, planOf, stepOf, uses } from '../plan/small-documents.ts';

const never = new Promise<unknown>(() => {});

/** A machine whose requests and timers stay open, and what was asked of them. */
function openMachine(
  plan: WorkflowPlan,
  answer: (call: StepCall) => Promise<unknown> = () => never,
  options: CompileOptions = {},
) {
  const calls: StepCall[] = [];
  const waits: number[] = [];
  const step = fromPromise(({ input }: { input: StepCall }) => {
    calls.push(input);
    return answer(input);
  });
  const wait = fromPromise(({ input }: { input: WaitUntil }) => {
    waits.push(input.until);
    return never;
  });
  const actors = { ...Object.fromEntries(plan.steps.map(({ stepId }) => [stepId, step])), wait };
  const machine = compileMachine(plan, options).provide({ actors }) as unknown as AnyStateMachine;
  return { machine, calls, waits };
}

function stored(plan: WorkflowPlan, inputs: JsonObject = {}, answer?: (call: StepCall) => Promise<unknown>) {
  const { machine, calls, waits } = openMachine(plan, answer);
  const actor = createActor(machine, { input: { inputs, runId: 'run-1' } }).start();
  return { actor, machine, calls, waits, snapshot: () => persist(actor as never) };
}

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    return isUsageError(error) ? error.code : `not a usage error: ${String(error)}`;
  }
  return undefined;
};

const plan = planOf({
  inputs: inputsOf(['code']),
  steps: [
    stepOf('send', {}, { onFailure: [{ name: 'again', type: 'retry', retryAfter: 5 }] }),
    stepOf('verify', uses('code'), { 'x-xstate': { timeoutSeconds: 60 } }),
  ],
});

describe('a stored run', () => {
  it('is JSON that survives being written and read', () => {
    const { snapshot } = stored(plan);
    expect(JSON.parse(JSON.stringify(snapshot()))).toEqual(snapshot());
  });

  it('sends the request that was in flight again, with the same key', () => {
    const { machine, calls, snapshot } = stored(plan);
    restore(machine as never, snapshot()).start();
    expect(calls).toHaveLength(2);
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[0]?.key).toBe('run-1/send/1/1');
  });

  it('goes on waiting for the same time', async () => {
    const { actor, machine, waits, snapshot } = stored(plan, {}, () => Promise.resolve({ statusCode: 500 }));
    await waitFor(actor, ({ value }) => value === 'sendingBackoff');
    const again = restore(machine as never, snapshot()).start();
    expect(again.getSnapshot().value).toBe('sendingBackoff');
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBe(waits[0]);
  });

  it('goes on waiting for a person, with the limit it had', async () => {
    const { actor, machine, waits, snapshot } = stored(plan, {}, () => Promise.resolve({ statusCode: 200 }));
    await waitFor(actor, ({ value }) => value === 'awaitingCode');
    const again = restore(machine as never, snapshot()).start();
    expect([again.getSnapshot().value, waits[1]]).toEqual(['awaitingCode', waits[0]]);
    again.send({ type: 'submit', values: { code: '1' } });
    expect(again.getSnapshot().value).toBe('verifying');
  });

  it('that has ended is still at its end', async () => {
    const { actor, machine, snapshot } = stored(plan, { code: '1' }, () =>
      Promise.resolve({ statusCode: 200 }),
    );
    await waitFor(actor, ({ status }) => status === 'done');
    const again = restore(machine as never, snapshot())
      .start()
      .getSnapshot();
    expect([again.status, again.value, again.output]).toEqual([
      'done',
      'done',
      { status: 'done', outputs: {} },
    ]);
  });
});

describe('a step that goes out once at most', () => {
  const once = (onFailure: readonly JsonObject[], more: JsonObject = {}) =>
    planOf({
      inputs: inputsOf(['phone']),
      steps: [
        stepOf('send', uses('phone'), { onFailure, 'x-xstate': { atMostOnce: true }, ...more }),
        stepOf('next'),
      ],
    });
  const interrupted = (machinePlan: WorkflowPlan) => {
    const { machine, calls, waits, snapshot } = stored(machinePlan, { phone: '1' });
    const again = restore(machine as never, snapshot()).start();
    return { snapshot: again.getSnapshot(), calls, waits };
  };

  it('is not sent again, and fails with kind interrupted', () => {
    const { snapshot, calls } = interrupted(once([]));
    expect(calls).toHaveLength(1);
    expect(snapshot.output).toMatchObject({
      status: 'failed',
      failure: { kind: 'interrupted', stepId: 'send', attempt: 1 },
    });
  });

  it('takes its failure edges, so that a person is asked again', () => {
    const { snapshot, calls } = interrupted(
      once([{ name: 'ask', type: 'goto', stepId: 'send', criteria: [{ condition: '$statusCode == null' }] }]),
    );
    expect([snapshot.value, calls.length]).toEqual(['awaitingPhone', 1]);
    expect(snapshot.context.failure).toMatchObject({ kind: 'interrupted', reason: 'ask' });
  });

  it('starts what its failure edge leads to', () => {
    const { snapshot, calls } = interrupted(once([{ name: 'on', type: 'goto', stepId: 'next' }]));
    expect([snapshot.value, calls.map(({ stepId }) => stepId)]).toEqual(['next', ['send', 'next']]);
    const backoff = interrupted(once([{ name: 'again', type: 'retry', retryAfter: 5 }]));
    expect([backoff.snapshot.value, backoff.calls.length, backoff.waits.length]).toEqual([
      'sendingBackoff',
      1,
      1,
    ]);
  });
});

describe('restore refuses', () => {
  const good = stored(plan).snapshot() as JsonObject;
  const context = good['context'] as JsonObject;
  const children = good['children'] as JsonObject;
  const { machine } = openMachine(plan);

  it.each<[string, JsonValue]>([
    ['null', null],
    ['a text', 'x'],
    ['an object without a run', {}],
    [
      'a context without its parts',
      { ...good, context: { plan: (good['context'] as JsonObject)['plan'] ?? null } },
    ],
    ['a state that does not exist', { ...good, value: 'nowhere' }],
    ['no state', { ...good, value: null }],
    ['no children', Object.fromEntries(Object.entries(good).filter(([name]) => name !== 'children'))],
    ['a status that is none', { ...good, status: 'x' }],
    ['a state with more inside than it has', { ...good, value: { sending: 'verifying' } }],
    ['a history, which no machine has', { ...good, historyValue: { sending: [{ id: 'sending' }] } }],
    ['a state without the actor that it waits for', { ...good, children: {} }],
    [
      'an actor that its state does not have',
      { ...good, children: { ...children, other: children['send'] ?? null } },
    ],
    [
      'an actor that has ended',
      { ...good, children: { send: { src: 'send', snapshot: { status: 'done' } } } },
    ],
    ['the visits of no step', { ...good, context: { ...context, visits: [] } }],
    ['an attempt that is no number', { ...good, context: { ...context, attempt: 'one' } }],
    ['a rejection that is no list', { ...good, context: { ...context, rejection: 'x' } }],
    ['a question that is a text', { ...good, context: { ...context, question: 'x' } }],
    ['a question without its words', { ...good, context: { ...context, question: { prompt: 'x' } } }],
    [
      'a question with parameters that are none',
      { ...good, context: { ...context, question: { prompt: 'x', context: {}, parameters: ['x'] } } },
    ],
    ['a called workflow without its data', { ...good, context: { ...context, calls: { placing: {} } } }],
  ])('%s', (_what, snapshot) => {
    expect(codeOf(() => restore(machine as never, snapshot))).toBe('snapshot-invalid');
  });

  it('what it can say the place of', () => {
    const damaged = { ...good, context: { ...context, endedAt: { send: 'now' } } };
    expect(() => restore(machine as never, damaged)).toThrow('"/context/endedAt/send"');
  });

  it('a run that was stored after its actor was stopped, since it would wait for nothing', () => {
    const run = stored(plan);
    run.actor.stop();
    expect(codeOf(() => restore(machine as never, run.snapshot()))).toBe('snapshot-invalid');
  });

  it('the run of another plan, and of another shape of machine', () => {
    const other = openMachine(planOf({ steps: [stepOf('send')] }));
    expect(codeOf(() => restore(other.machine as never, good))).toBe('snapshot-of-other-plan');
    const letter = openMachine(plan, undefined, { deferredInputs: false });
    expect(codeOf(() => restore(letter.machine as never, good))).toBe('snapshot-of-other-plan');
  });

  it('not that of the same plan read back from JSON', () => {
    const read = openMachine(JSON.parse(JSON.stringify(plan)) as WorkflowPlan);
    expect(codeOf(() => restore(read.machine as never, good))).toBeUndefined();
  });
});
