import {
  createActor,
  type ActorLogic,
  type AnyActor,
  type AnyStateMachine,
  type InspectionEvent,
} from 'xstate';
import { stepsOfActors, WAIT_ACTOR } from '../machines/actor-names.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { ManualClock } from './manual-clock.ts';
import type { MessageCall } from '../plan/step-call.ts';
import type { Happening, MessageValues } from './situation.ts';
import { eventFor, inFlight, type InFlight, type Servers } from './machine-events.ts';
import { sightOf, StageProblem, type SeenRequest, type Stage } from './stage.ts';

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
  const current = (): AnyActor => {
    if (actor === undefined) throw new StageProblem('No run has begun.');
    if (error !== undefined) throw new StageProblem('The machine stopped with an error.', { cause: error });
    return actor;
  };

  return {
    begin(inputs, at) {
      clock.set(at);
      error = undefined;
      running.clear();
      actor = createActor(provided, {
        input: { inputs, runId: 'run' },
        ...(inspect === undefined ? {} : { inspect }),
      } as never);
      actor.subscribe({ error: (thrown: unknown) => (error = thrown) });
      actor.start();
    },
    request(): SeenRequest {
      const flight = inFlight(current().getSnapshot(), servers);
      if (flight === undefined || !running.has(flight.actor)) throw new StageProblem('No request came.');
      if (flight.kind !== 'request' || flight.request === undefined)
        throw new StageProblem(`No request could be made: ${flight.problem ?? 'a channel is used.'}`);
      const { method, url, headers, body } = flight.request;
      return { method, url, headers, body: textOf(body) };
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
export function messageOf(
  running: ReadonlyMap<string, AnyActor>,
  flight: InFlight | undefined,
): MessageValues {
  const child = flight === undefined ? undefined : running.get(flight.actor);
  if (child === undefined || flight?.kind !== 'message')
    throw new StageProblem('Nothing is sent over a channel or waited for there.');
  const { input } = child.getSnapshot() as { readonly input: MessageCall };
  const { action, channel, address, parameters, body, correlationId } = input;
  return {
    action,
    channel,
    ...(address === undefined ? {} : { address }),
    parameters,
    ...(body === undefined ? {} : { body }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
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
