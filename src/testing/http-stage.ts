import { createActor, type AnyActor, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { WorkflowMachine } from '../machines/workflow-machine.ts';
import { messageSteps } from '../machines/actor-names.ts';
import { persist, restore } from '../machines/persist.ts';
import { activeState, runtimeOf } from '../machines/registry.ts';
import { createServices } from '../run/provide-services.ts';
import { eventFor, inFlight, type InFlight } from './machine-events.ts';
import type { Clock } from '../services/wait-service.ts';
import type { ScriptedServer } from './node-scripted-server.ts';
import { createServerSide, KEY_HEADER, within } from './server-side.ts';
import type { Happening } from './situation.ts';
import { sightOf, StageProblem, type Stage } from './stage.ts';
import { messageOf, stubLogic, type MachineStageOptions } from './stub-stage.ts';

/** What a stage over HTTP needs. */
export interface HttpStageOptions extends MachineStageOptions {
  readonly server: ScriptedServer;
}

/**
 * A stage on which a machine sends its requests over HTTP to a scripted server. Its time is simulated: waits and the
 * deadlines of requests run on the machine's clock. There is no broker: steps that use a channel are performed by actors
 * that stand for them, as on the stage of stubs.
 */
export function createHttpStage(
  machine: AnyStateMachine,
  { server, clock, servers, inspect }: HttpStageOptions,
): Stage {
  const side = createServerSide(server, true);
  const running = new Map<string, AnyActor>();
  const stub = stubLogic(running);
  const channels = messageSteps(runtimeOf(machine).flow).map(({ actor: name }) => [name, stub] as const);
  const withChannels = machine.provide({ actors: Object.fromEntries(channels) } as never);
  const actors = createServices(withChannels, {
    clock: patient(clock),
    now: () => clock.now(),
    timers: clock,
    servers,
    noAuth: true,
    idempotencyHeader: KEY_HEADER,
  });
  const provided = withChannels.provide({ actors } as never) as unknown as WorkflowMachine;
  let actor: AnyActor | undefined;
  let error: unknown;
  /** What the machine went through and nobody has looked at yet: a step that fails by itself may be ahead. */
  let ahead: AnyMachineSnapshot[] = [];
  let shown: AnyMachineSnapshot | undefined;
  let changed: (() => void) | undefined;
  const current = (): AnyActor => {
    if (actor === undefined) throw new StageProblem('No run has begun.');
    if (error !== undefined) throw new StageProblem('The machine stopped with an error.', { cause: error });
    return actor;
  };
  const note = (snapshot: AnyMachineSnapshot): void => {
    ahead.push(snapshot);
    changed?.();
  };
  const observed = inspect === undefined ? {} : { inspect };
  const start = (begun: AnyActor): void => {
    error = undefined;
    running.clear();
    actor = begun;
    begun.subscribe({
      next: note,
      error: (thrown: unknown) => {
        error = thrown;
        changed?.();
      },
    });
    begun.start();
    ahead = [];
    shown = begun.getSnapshot() as AnyMachineSnapshot;
  };
  const nextChange = async (): Promise<void> => {
    if (ahead.length === 0 && error === undefined)
      await within(new Promise<void>((resolve) => (changed = resolve)), 'The machine did not go on.');
    changed = undefined;
    shown = ahead.shift() ?? shown;
  };

  const flight = (): InFlight | undefined =>
    inFlight(shown ?? (current().getSnapshot() as AnyMachineSnapshot), servers);

  /** Ends the actor that stands for a step which uses a channel. */
  const endMessage = async (happening: Happening, at: number): Promise<void> => {
    const inTheAir = flight();
    const child = inTheAir?.kind === 'message' ? running.get(inTheAir.actor) : undefined;
    if (child === undefined)
      throw new StageProblem(`Nothing is waited for that could be: ${happening.type}.`);
    clock.set(at);
    child.send(eventFor(happening, inTheAir));
    await nextChange();
  };

  const happen = async (happening: Happening, at: number): Promise<Happening | void> => {
    const now = current();
    switch (happening.type) {
      case 'message':
        return endMessage(happening, at);
      case 'response':
      case 'lost': {
        if (flight()?.kind === 'message') return endMessage(happening, at);
        if (happening.type === 'lost' && happening.kind === 'request') {
          await nextChange();
          return undefined;
        }
        const told =
          happening.type === 'lost' ? { ...happening, kind: lossOf(now, happening.kind) } : happening;
        clock.set(at);
        if (happening.type === 'response' || happening.kind !== 'timeout') side.answer(happening);
        await nextChange();
        return told;
      }
      case 'elapsed':
        clock.set(at);
        await nextChange();
        return undefined;
      case 'submit':
      case 'decline':
      case 'repeat':
      case 'revise':
      case 'cancel': {
        const isBusy = happening.type === 'cancel' && flight()?.kind === 'request';
        // A timer that is due just now has not run yet.
        if (at !== clock.now()) clock.set(at);
        now.send(happening);
        await nextChange();
        if (isBusy) await side.givenUp();
        return undefined;
      }
    }
  };

  return {
    begin(inputs, at) {
      clock.set(at);
      const input = { inputs, runId: 'run' };
      start(createActor(provided as never, { input, ...observed } as never));
    },
    async restore(at) {
      const stored = persist(current());
      const isBusy = flight()?.kind === 'request';
      actor?.stop();
      if (isBusy) await side.givenUp();
      clock.set(at);
      start(restore(provided, stored, observed));
    },
    request: () => {
      current();
      return side.request();
    },
    message: () => messageOf(running, flight()),
    happen,
    look: () => sightOf(shown === undefined || error !== undefined ? current().getSnapshot() : shown),
    unasked: () => side.unasked(),
    end() {
      actor?.stop();
      actor = undefined;
      side.clear();
    },
  };
}

/**
 * The clock of `wait`, which lets no time go by unless it is told to: a wait that is over when it begins (a retry without
 * a delay) lasts until time goes by, as paths have it.
 */
function patient(clock: Clock): Clock {
  let isDue = false;
  return {
    now: () => clock.now() - (isDue ? 0 : 1),
    setTimeout: (callback, delayMs) =>
      clock.setTimeout(() => {
        isDue = true;
        callback();
        isDue = false;
      }, delayMs - 1),
    clearTimeout: (id) => clock.clearTimeout(id),
  };
}

type Loss = Extract<Happening, { type: 'lost' }>['kind'];

/** How a request is lost whose connection breaks: where it is never sent twice, nobody knows what became of it. */
function lossOf(actor: AnyActor, kind: Loss): Loss {
  if (kind === 'timeout') return kind;
  const state = activeState(actor.getSnapshot() as never)?.state;
  return state?.kind === 'call' && state.step.atMostOnce ? 'interrupted' : 'network';
}
