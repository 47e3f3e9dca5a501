import {
  createActor,
  type ActorLogic,
  type AnyActor,
  type AnyStateMachine,
  type InspectionEvent,
} from 'xstate';
import { performedSteps, WAIT_ACTOR } from '../machines/actor-names.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Happening } from './situation.ts';
import { eventFor, inFlight, type Servers } from './machine-events.ts';
import { sightOf, StageProblem, type SeenRequest, type Stage } from './stage.ts';

/** What stages of machines have in common. */
export interface MachineStageOptions {
  /** The one that the machine was compiled with. */
  readonly clock: ManualClock;
  readonly servers: Servers;
  readonly inspect?: (event: InspectionEvent) => void;
}

/**
 * A stage on which a machine runs with actors that stand for its steps: they hand out the requests that the steps
 * would send, and end when they are told to. No HTTP, no time, nothing asynchronous.
 */
export function createStubStage(
  machine: AnyStateMachine,
  { clock, servers, inspect }: MachineStageOptions,
): Stage {
  const running = new Map<string, AnyActor>();
  const stub = stubLogic(running);
  const actors = Object.fromEntries(
    [...performedSteps(runtimeOf(machine).flow).map(({ actor }) => actor), WAIT_ACTOR].map((name) => [
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
      if ('problem' in flight.request)
        throw new StageProblem(`No request could be made: ${flight.request.problem}`);
      const { method, url, headers, body } = flight.request.value;
      return { method, url, headers, body: textOf(body) };
    },
    happen(happening: Happening, at) {
      const now = current();
      clock.set(at);
      const flight = inFlight(now.getSnapshot(), servers);
      const event = eventFor(happening, flight) as StubEvent & { readonly type: string };
      switch (happening.type) {
        case 'response':
        case 'lost':
        case 'elapsed': {
          const child = running.get(event.actorId ?? '');
          if (child === undefined)
            throw new StageProblem(`Nothing is waited for that could be: ${happening.type}.`);
          child.send(event);
          return;
        }
        case 'submit':
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

/** An actor that ends as it is told, at once: its parent hears of it before `send` is over. */
function stubLogic(running: Map<string, AnyActor>): ActorLogic<never, never> {
  const logic = {
    getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
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
