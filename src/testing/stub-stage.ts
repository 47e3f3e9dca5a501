import {
  createActor,
  type ActorLogic,
  type AnyActor,
  type AnyStateMachine,
  type InspectionEvent,
} from 'xstate';
import { stepsOfActors, WAIT_ACTOR } from '../machines/actor-names.ts';
import { persist, restore } from '../machines/persist.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { WorkflowMachine } from '../machines/workflow-machine.ts';
import type { ManualClock } from './manual-clock.ts';
import type { MessageCall, StepCall } from '../plan/step-call.ts';
import type { Happening } from './situation.ts';
import { eventFor, inFlight, type InFlight, type Servers } from './machine-events.ts';
import { sightOf, StageProblem, type SeenMessage, type SeenRequest, type Stage } from './stage.ts';

/** What stages of machines have in common. */
export interface MachineStageOptions {
  /** The one that the machine was compiled with. */
  readonly clock: ManualClock;
  readonly servers: Servers;
  readonly inspect?: (event: InspectionEvent) => void;
}

/**
 * A stage on which a machine runs with actors that stand for its steps: they hand out the requests and messages that
 * the steps would send, and end when they are told to. No HTTP, no time, nothing asynchronous.
 */
export function createStubStage(
  machine: AnyStateMachine,
  { clock, servers, inspect }: MachineStageOptions,
): Stage {
  const running = new Map<string, AnyActor>();
  const stub = stubLogic(running);
  const actors = Object.fromEntries(
    [...stepsOfActors(runtimeOf(machine).flow).map(({ actor }) => actor), WAIT_ACTOR].map((name) => [
      name,
      stub,
    ]),
  );
  const provided = machine.provide({ actors } as never);
  let actor: AnyActor | undefined;
  let error: unknown;
  const observed = inspect === undefined ? {} : { inspect };
  const start = (begun: AnyActor): void => {
    error = undefined;
    running.clear();
    actor = begun;
    begun.subscribe({ error: (thrown: unknown) => (error = thrown) });
    begun.start();
  };
  const current = (): AnyActor => {
    if (actor === undefined) throw new StageProblem('No run has begun.');
    if (error !== undefined) throw new StageProblem('The machine stopped with an error.', { cause: error });
    return actor;
  };

  return {
    begin(inputs, at) {
      clock.set(at);
      start(createActor(provided, { input: { inputs, runId: 'run' }, ...observed } as never));
    },
    restore(at) {
      const stored = persist(current());
      actor?.stop();
      clock.set(at);
      start(restore(provided as unknown as WorkflowMachine, stored, observed));
    },
    request(): SeenRequest {
      const flight = inFlight(current().getSnapshot(), servers);
      if (flight === undefined || !running.has(flight.actor)) throw new StageProblem('No request came.');
      if (flight.kind !== 'request' || flight.request === undefined)
        throw new StageProblem(`No request could be made: ${flight.problem ?? 'a channel is used.'}`);
      const { method, url, headers, body } = flight.request;
      return { method, url, headers, body: textOf(body), key: callOf(running, flight)?.key ?? '' };
    },
    message: () => messageOf(running, inFlight(current().getSnapshot(), servers)),
    happen(happening: Happening, at) {
      const now = current();
      clock.set(at);
      const flight = inFlight(now.getSnapshot(), servers);
      const event = eventFor(happening, flight) as StubEvent & { readonly type: string };
      switch (happening.type) {
        case 'response':
        case 'message':
        case 'lost':
        case 'elapsed': {
          const child = running.get(event.actorId ?? '');
          if (child === undefined)
            throw new StageProblem(`Nothing is waited for that could be: ${happening.type}.`);
          child.send(event);
          return;
        }
        case 'submit':
        case 'decline':
        case 'repeat':
        case 'revise':
        case 'cancel':
          now.send(happening);
      }
    },
    look: () => sightOf(current().getSnapshot()),
    unasked: () => 0,
    end() {
      actor?.stop();
      actor = undefined;
    },
  };
}

interface StubEvent {
  readonly actorId?: string;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** The text of a body, byte for byte where it is no text. */
export function textOf(body: string | Uint8Array | undefined): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** What the actor of a step that uses a channel was given. @throws StageProblem where none runs */
export function messageOf(running: ReadonlyMap<string, AnyActor>, flight: InFlight | undefined): SeenMessage {
  const input = flight?.kind === 'message' ? callOf(running, flight) : undefined;
  if (input === undefined) throw new StageProblem('Nothing is sent over a channel or waited for there.');
  const { action, channel, address, parameters, body, correlationId, key = '' } = input as MessageCall;
  const call = {
    action,
    channel,
    ...(address === undefined ? {} : { address }),
    parameters,
    ...(body === undefined ? {} : { body }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
  return { call, key };
}

/** What the actor that stands for a step was given; `undefined` where none runs. */
function callOf(
  running: ReadonlyMap<string, AnyActor>,
  { actor }: InFlight,
): StepCall | MessageCall | undefined {
  const child = running.get(actor);
  return (child?.getSnapshot() as { readonly input: StepCall | MessageCall } | undefined)?.input;
}

/** An actor that ends as it is told, at once: its parent hears of it before `send` is over. */
export function stubLogic(running: Map<string, AnyActor>): ActorLogic<never, never> {
  const logic = {
    getInitialSnapshot: (_scope: unknown, input: unknown) => ({
      status: 'active',
      output: undefined,
      error: undefined,
      input,
    }),
    start: (_snapshot: unknown, { self }: { readonly self: AnyActor }) => {
      running.set(self.id, self);
    },
    transition: (
      snapshot: { readonly status: string },
      event: StubEvent & { readonly type: string },
      { self }: { readonly self: AnyActor },
    ) => {
      if (snapshot.status !== 'active') return snapshot;
      if (event.type === 'xstate.stop') {
        if (running.get(self.id) === self) running.delete(self.id);
        return { ...snapshot, status: 'stopped' };
      }
      running.delete(self.id);
      return event.type.startsWith('xstate.error.')
        ? { ...snapshot, status: 'error', error: event.error }
        : { ...snapshot, status: 'done', output: event.output };
    },
    getPersistedSnapshot: (snapshot: unknown) => snapshot,
  };
  return logic as never;
}
