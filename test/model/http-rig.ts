import { expect } from 'vitest';
import { createActor, fromPromise, type AnyActor, type AnyStateMachine, type InspectionEvent } from 'xstate';
import type { JsonObject } from '../../src/document/json.ts';
import { operationsOf } from '../../src/machines/actor-names.ts';
import { compileMachine } from '../../src/machines/compile-machine.ts';
import type { WorkflowOutput } from '../../src/machines/context.ts';
import { activeState, runtimeOf } from '../../src/machines/registry.ts';
import { stateName, statePath } from '../../src/machines/state-path.ts';
import { serverUrl } from '../../src/openapi/server-url.ts';
import { statePaths } from '../../src/plan/flow.ts';
import type { WorkflowPlan } from '../../src/plan/workflow-plan.ts';
import { createServices } from '../../src/run/provide-services.ts';
import type { WaitUntil } from '../../src/plan/step-call.ts';
import type { CredentialsProvider } from '../../src/services/service-options.ts';
import { interpret } from '../../src/testing/interpret.ts';
import type { Happening, Situation } from '../../src/testing/situation.ts';
import { allTransitions, transitionKey, type WorkflowPath } from '../../src/testing/workflow-paths.ts';
import type { Subject } from './lockstep.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { MAX_RETRIES, MINUTE, START } from './replay.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** How a rig's requests are authenticated, and what must come of it. */
export interface RigOptions {
  readonly credentials?: CredentialsProvider;
  /** Headers that every request must have on top of those that the reference says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an actor of a rig is started. */
interface StartOptions {
  readonly timerIsBroken?: boolean;
  /** A stored run to go on with. */
  readonly snapshot?: unknown;
}

/** How a path is played. */
interface PlayOptions {
  /** The last happening comes before a cooldown is over: it changes nothing. */
  readonly early?: boolean;
  readonly timerIsBroken?: boolean;
}

/** A machine with real services that talk to a scripted server, and everything that its runs came through. */
export interface Rig {
  readonly machine: AnyStateMachine;
  start(inputs: JsonObject, options?: StartOptions): AnyActor;
  /** Plays a path over HTTP beside the reference interpreter, and expects that they agree. */
  play(path: WorkflowPath, options?: PlayOptions): Promise<AnyActor>;
  /** The transitions that no run has taken. */
  missingTransitions(): readonly string[];
  /** The states that no run was in, by their dotted paths. */
  missingStates(): readonly string[];
  /** How much is covered, in a line. */
  summary(): string;
}

/** A rig for one workflow; every source of it is the scripted server, under the path that its description says. */
export function createRig(subject: Subject, server: ScriptedServer, options: RigOptions = {}): Rig {
  const { plan, ...reading } = subject;
  const clocks: { current: ManualClock } = { current: createManualClock(START) };
  const clock = {
    now: () => clocks.current.now(),
    setTimeout: (callback: () => void, delayMs: number) => clocks.current.setTimeout(callback, delayMs),
    clearTimeout: (id: unknown) => clocks.current.clearTimeout(id),
  };
  const compiled = compileMachine(plan, { now: clock.now, maxRetries: MAX_RETRIES });
  const { credentials } = options;
  const actors = createServices(compiled, {
    clock,
    servers: serversOf(plan, server.url),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const machine = compiled.provide({ actors } as never) as unknown as AnyStateMachine;
  const timer = { breaks: false };
  const brokenTimer = fromPromise<void, WaitUntil>(({ input }) =>
    timer.breaks
      ? Promise.reject(new Error('The timer is broken.'))
      : new Promise((resolve) => void clock.setTimeout(resolve, Math.max(0, input.until - clock.now()))),
  );
  const withBrokenTimer = machine.provide({ actors: { wait: brokenTimer } } as never);
  const taken = new Set<string>();
  const states = new Set<string>();
  const transitions = allTransitions(machine).map((transition) => transitionKey(transition));
  const allStates = statePaths(runtimeOf(machine).flow);
  const advance = (milliseconds: number): void => clocks.current.advance(milliseconds);

  const enter = (value: unknown): void => {
    statePath(value).forEach((_, index, path) => states.add(path.slice(0, index + 1).join('.')));
  };

  const start: Rig['start'] = (inputs, { timerIsBroken = false, snapshot } = {}) => {
    clocks.current = createManualClock(START);
    const actor = createActor(timerIsBroken ? withBrokenTimer : machine, {
      ...(snapshot === undefined ? { input: { inputs } } : { snapshot }),
      inspect: (event: InspectionEvent) => {
        if (event.type !== '@xstate.microstep') return;
        for (const transition of event._transitions) taken.add(transitionKey(transition));
        // A called workflow's end is passed through within one step.
        enter((event.snapshot as { readonly value?: unknown }).value);
      },
    } as never);
    actor.subscribe({ error: () => undefined } as never);
    actor.start();
    enter(actor.getSnapshot().value);
    return actor;
  };

  const expectSameRequest = (
    request: Awaited<ReturnType<ScriptedServer['next']>>,
    situation: Extract<Situation, { kind: 'request' }>,
    description: string,
  ): void => {
    const { method, url, headers, body } = situation.request;
    const { pathname, search } = new URL(url);
    expect({ method: request.method, target: request.target, body: request.body }, description).toEqual({
      method,
      target: `${pathname}${search}`,
      body: body ?? '',
    });
    expect(request.headers, description).toMatchObject({ ...headers, ...options.headers });
  };

  const play: Rig['play'] = async (path, { early = false, timerIsBroken = false } = {}) => {
    const actor = start({}, { timerIsBroken });
    const reference = interpret({ ...reading, now: clock.now, maxRetries: MAX_RETRIES });
    let expected = reference.next(undefined as never);
    for (const [index, { happening, state }] of path.steps.entries()) {
      const isLast = index === path.steps.length - 1;
      timer.breaks = isLast;
      const situation = expected.done === true ? undefined : expected.value;
      if (!early) advance(happening.type === 'elapsed' ? 0 : MINUTE);
      let told: Happening = happening;
      if (situation?.kind === 'request') {
        const request = await server.next();
        expectSameRequest(request, situation, path.description);
        if (happening.type === 'response' || happening.type === 'lost') {
          const isSentOnce = sentAtMostOnce(actor);
          const change = changeOf(actor);
          request.answer(happening);
          await change;
          if (happening.type === 'lost')
            told = { type: 'lost', kind: isSentOnce ? 'interrupted' : 'network' };
        } else {
          actor.send(happening as never);
          await request.aborted;
        }
      } else if (happening.type === 'elapsed') {
        const change = changeOf(actor);
        const until = situation?.kind === 'interaction' ? situation.expiresAt : undefined;
        advance(until === undefined ? MINUTE : until - clock.now());
        await change;
      } else actor.send(happening as never);
      expected = reference.next(told);
      if (timerIsBroken && isLast) return actor;
      expect(stateName(actor.getSnapshot().value), path.description).toBe(
        early && isLast ? path.steps[index - 1]?.state : state,
      );
    }
    if (expected.done === true) expectSameEnd(actor, expected.value, path.description);
    // The path ends while the next request is under way.
    else if (expected.value.kind === 'request')
      expectSameRequest(await server.next(), expected.value, path.description);
    actor.stop();
    expect(server.waiting, path.description).toBe(0);
    return actor;
  };

  return {
    machine,
    start,
    play,
    missingTransitions: () => transitions.filter((transition) => !taken.has(transition)),
    missingStates: () => allStates.filter((state) => !states.has(state)),
    summary: () =>
      `${plan.workflowId}: ${allStates.filter((state) => states.has(state)).length}/${allStates.length} states, ` +
      `${transitions.filter((transition) => taken.has(transition)).length}/${transitions.length} transitions`,
  };
}

/** By source, the scripted server with the path that the description's own server has. */
export function serversOf(plan: WorkflowPlan, url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    operationsOf(plan).map((operation) => {
      const declared = serverUrl(operation, {});
      if ('problem' in declared) throw new Error(declared.problem);
      return [operation.source, `${url}${new URL(declared.value).pathname.replace(/\/$/, '')}`];
    }),
  );
}

function changeOf(actor: AnyActor): Promise<void> {
  return new Promise((resolve) => {
    const subscription = actor.subscribe(() => {
      subscription.unsubscribe();
      resolve();
    });
  });
}

/** Whether the request in flight is one that is never sent again. */
function sentAtMostOnce(actor: AnyActor): boolean {
  const state = activeState(actor.getSnapshot())?.state;
  return state?.kind === 'call' && state.step.atMostOnce;
}

/** What of a failure must agree. */
const COMPARED: ReadonlySet<string> = new Set(['kind', 'reason', 'errorType']);

function expectSameEnd(
  actor: AnyActor,
  expected: { readonly status: string; readonly outputs: JsonObject; readonly failure?: object },
  description: string,
): void {
  const snapshot = actor.getSnapshot() as { readonly status: string; readonly output: WorkflowOutput };
  expect(snapshot.status, description).toBe('done');
  const { output } = snapshot;
  const told = (failure: object = {}): object =>
    Object.fromEntries(Object.entries(failure).filter(([member]) => COMPARED.has(member)));
  expect(
    {
      status: output.status,
      outputs: output.outputs,
      failure: told('failure' in output ? output.failure : undefined),
    },
    description,
  ).toEqual({ status: expected.status, outputs: expected.outputs, failure: told(expected.failure) });
}
