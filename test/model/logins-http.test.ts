import { afterAll, describe, expect, it } from 'vitest';
import {
  createActor,
  fromPromise,
  waitFor,
  type AnyStateMachine,
  type AnyActor,
  type InspectionEvent,
} from 'xstate';
import type { JsonObject } from '../../src/document/json.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowContext, WorkflowOutput } from '../../src/machines/context.ts';
import { runtimeOf } from '../../src/machines/registry.ts';
import { createServices } from '../../src/run/provide-services.ts';
import { interpret } from '../../src/testing/interpret.ts';
import type { Happening, Situation } from '../../src/testing/situation.ts';
import {
  allTransitions,
  transitionKey,
  workflowPaths,
  type WorkflowPath,
} from '../../src/testing/workflow-paths.ts';
import type { Subject } from './lockstep.ts';
import { LOGIN_ALPHABET } from './login-alphabet.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts';
import { subjectOf, WORKFLOW_IDS } from './workflow-files.ts';

const START = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const AUTHORIZATION = `Basic ${Buffer.from('project-test-1:secret-test-1').toString('base64')}`;

/** A machine with real services that talk to the scripted server, and every transition that its runs take. */
function rig(subject: Subject, server: ScriptedServer) {
  const clocks: { current: ManualClock } = { current: createManualClock(START) };
  const clock = {
    now: () => clocks.current.now(),
    setTimeout: (callback: () => void, delayMs: number) => clocks.current.setTimeout(callback, delayMs),
    clearTimeout: (id: unknown) => clocks.current.clearTimeout(id),
  };
  const compiled = compileMachine(subject.plan, { now: clock.now, maxRetries: 2 });
  const actors = createServices(compiled, {
    clock,
    servers: Object.fromEntries(Object.keys(subject.sources).map((name) => [name, server.url])),
    credentials: () => ({ username: 'project-test-1', password: 'secret-test-1' }),
  });
  const machine = compiled.provide({ actors } as never) as unknown as AnyStateMachine;
  const brokenTimer = fromPromise(() => Promise.reject(new Error('The timer is broken.')));
  const withBrokenTimer = machine.provide({ actors: { wait: brokenTimer } } as never);
  const taken = new Set<string>();
  const states = new Set<string>();
  const start = (inputs: JsonObject, { timerIsBroken = false, snapshot = undefined as unknown } = {}) => {
    clocks.current = createManualClock(START);
    const actor = createActor(timerIsBroken ? withBrokenTimer : machine, {
      ...(snapshot === undefined ? { input: { inputs } } : { snapshot }),
      inspect: (event: InspectionEvent) => {
        if (event.type === '@xstate.microstep')
          for (const transition of event._transitions) taken.add(transitionKey(transition));
      },
    } as never);
    actor.subscribe({
      next: (snapshot: { value: unknown }) => states.add(String(snapshot.value)),
      error: () => undefined,
    } as never);
    actor.start();
    states.add(String(actor.getSnapshot().value));
    return actor;
  };
  return {
    server,
    machine,
    taken,
    states,
    start,
    advance: (milliseconds: number) => clocks.current.advance(milliseconds),
    now: clock.now,
  };
}

/** Plays a path over HTTP beside the reference interpreter; `early`: the last happening comes before a cooldown is over. */
async function play(
  subject: Subject,
  device: ReturnType<typeof rig>,
  path: WorkflowPath,
  { early = false, timerIsBroken = false } = {},
): Promise<AnyActor> {
  const { server } = device;
  const actor = device.start({}, { timerIsBroken });
  const { document, workflowId, sources } = subject;
  const reference = interpret({ document, workflowId, sources, now: device.now, maxRetries: 2 });
  let expected = reference.next(undefined as never);
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const subscription = actor.subscribe(() => {
        subscription.unsubscribe();
        resolve();
      });
    });
  for (const [index, { happening, state }] of path.steps.entries()) {
    const isLast = index === path.steps.length - 1;
    const situation = expected.done === true ? undefined : expected.value;
    if (!early) device.advance(happening.type === 'elapsed' ? 0 : MINUTE);
    let told: Happening = happening;
    if (situation?.kind === 'request') {
      const request = await server.next();
      expectSameRequest(request, situation);
      if (happening.type === 'response' || happening.type === 'lost') {
        const change = changed();
        request.answer(happening);
        await change;
        if (happening.type === 'lost')
          told = {
            type: 'lost',
            kind: atMostOnce(device.machine, situation.stepId) ? 'interrupted' : 'network',
          };
      } else {
        actor.send(happening as never);
        await request.aborted;
      }
    } else if (happening.type === 'elapsed') {
      const change = changed();
      device.advance(MINUTE);
      await change;
    } else actor.send(happening as never);
    expected = reference.next(told);
    if (timerIsBroken && isLast) return actor;
    expect(String(actor.getSnapshot().value), path.description).toBe(
      early && isLast ? path.steps[index - 1]?.state : state,
    );
  }
  const snapshot = actor.getSnapshot() as {
    status: string;
    output: WorkflowOutput;
    context: WorkflowContext;
  };
  if (expected.done === true) {
    expect(snapshot.status, path.description).toBe('done');
    expect({ status: snapshot.output.status, outputs: snapshot.output.outputs }).toEqual({
      status: expected.value.status,
      outputs: expected.value.outputs,
    });
    const failure = 'failure' in snapshot.output ? snapshot.output.failure : undefined;
    expect([failure?.kind, failure?.reason, failure?.errorType]).toEqual([
      expected.value.failure?.kind,
      expected.value.failure?.reason,
      expected.value.failure?.errorType,
    ]);
  } else if (expected.value.kind === 'request') {
    // The path ends while the next request is under way.
    expectSameRequest(await server.next(), expected.value);
  }
  actor.stop();
  expect(server.waiting).toBe(0);
  return actor;
}

function expectSameRequest(
  request: Awaited<ReturnType<ScriptedServer['next']>>,
  situation: Extract<Situation, { kind: 'request' }>,
): void {
  const { method, url, headers, body } = situation.request;
  const { pathname, search } = new URL(url);
  expect({ method: request.method, target: request.target, body: request.body }).toEqual({
    method,
    target: `${pathname}${search}`,
    body: body ?? '',
  });
  expect(request.headers).toMatchObject({ ...headers, authorization: AUTHORIZATION });
}

function atMostOnce(machine: AnyStateMachine, stepId: string): boolean {
  const step = runtimeOf(machine).steps.get(stepId);
  return step?.kind === 'operation' && step.atMostOnce;
}

describe.each(WORKFLOW_IDS)('%s over HTTP', async (workflowId) => {
  const subject = await subjectOf(workflowId);
  let now = START;
  const search = compileMachine(subject.plan, {
    now: () => (now += MINUTE),
    maxRetries: 2,
  }) as unknown as AnyStateMachine;
  const { edges } = workflowPaths(search, { input: {}, alphabet: LOGIN_ALPHABET });
  const server = await startScriptedServer();
  afterAll(() => server.close());
  const device = rig(subject, server);

  it(`takes each of ${edges.length} edges`, { timeout: 60_000 }, async () => {
    for (const path of edges) await play(subject, device, path);
  });

  it('refuses a repeat while its cooldown runs', async () => {
    const repeats = edges.filter(
      (path) =>
        path.steps.findIndex(({ happening }) => happening.type === 'repeat') === path.steps.length - 1,
    );
    expect(repeats.length).toBeGreaterThan(0);
    for (const path of repeats) await play(subject, device, path, { early: true });
  });

  it('sends nothing when an input is wrong from the start', () => {
    const [input] = subject.plan.inputs;
    const actor = device.start({ [input?.name ?? '']: false });
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', output: { failure: { kind: 'request' } } });
    expect(server.waiting).toBe(0);
  });

  it('ends a run that prepares requests without end', async () => {
    const path = edges.find(
      ({ steps }) =>
        steps.length === 1 && steps[0]?.happening.type === 'submit' && steps[0].state === 'sending',
    );
    const started = device.start({});
    const stored = JSON.parse(JSON.stringify(started.getPersistedSnapshot())) as { context: { run: object } };
    stored.context.run = { executed: 1000 };
    const actor = device.start({}, { snapshot: stored });
    actor.send(path?.steps[0]?.happening as never);
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', output: { failure: { kind: 'maxSteps' } } });
    expect(server.waiting).toBe(0);
  });

  it('fails when its timer breaks', async () => {
    const toBackoff = edges.filter(
      ({ steps }) => steps.findIndex(({ state }) => state.endsWith('Backoff')) === steps.length - 1,
    );
    expect(toBackoff.length).toBeGreaterThan(0);
    for (const path of toBackoff) {
      const actor = await play(subject, device, path, { timerIsBroken: true });
      const { output } = await waitFor(actor, ({ status }) => status === 'done');
      expect(output).toMatchObject({ status: 'failed', failure: { kind: 'internal' } });
    }
  });

  it('is covered: every state was entered and every transition taken', () => {
    const all = allTransitions(device.machine).map((transition) => transitionKey(transition));
    const missing = all.filter((transition) => !device.taken.has(transition));
    const states = Object.keys(device.machine.states);
    console.log(
      `${workflowId}: ${device.states.size}/${states.length} states, ${all.length - missing.length}/${all.length} transitions`,
    );
    expect(missing).toEqual([]);
    expect([...device.states].toSorted()).toEqual(states.toSorted());
  });
});
