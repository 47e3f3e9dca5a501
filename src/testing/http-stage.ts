import { createActor, type AnyActor, type AnyMachineSnapshot, type AnyStateMachine } from 'xstate';
import type { WorkflowMachine } from '../machines/workflow-machine.ts';
import { activeState } from '../machines/registry.ts';
import { createServices } from '../run/provide-services.ts';
import type { ScriptedServer } from './node-scripted-server.ts';
import { createServerSide, within } from './server-side.ts';
import type { Happening } from './situation.ts';
import { sightOf, StageProblem, type Stage } from './stage.ts';
import type { MachineStageOptions } from './stub-stage.ts';

/** What a stage over HTTP needs. */
export interface HttpStageOptions extends MachineStageOptions {
  readonly server: ScriptedServer;
}

/**
 * A stage on which a machine sends its requests over HTTP to a scripted server. Its time is simulated: waits and the
 * deadlines of requests run on the machine's clock.
 */
export function createHttpStage(
  machine: AnyStateMachine,
  { server, clock, servers, inspect }: HttpStageOptions,
): Stage {
  const side = createServerSide(server);
  const actors = createServices(machine, { clock, timers: clock, servers, noAuth: true });
  const provided = machine.provide({ actors } as never) as unknown as WorkflowMachine;
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
  const nextChange = async (): Promise<void> => {
    if (ahead.length === 0 && error === undefined)
      await within(new Promise<void>((resolve) => (changed = resolve)), 'The machine did not go on.');
    changed = undefined;
    shown = ahead.shift() ?? shown;
  };

  const happen = async (happening: Happening, at: number): Promise<Happening | void> => {
    const now = current();
    switch (happening.type) {
      case 'response':
      case 'lost': {
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
      case 'repeat':
      case 'revise':
      case 'cancel': {
        const { state } = activeState(shown ?? now.getSnapshot()) ?? {};
        const isBusy = happening.type === 'cancel' && (state?.kind === 'call' || state?.kind === 'recovery');
        clock.set(at);
        now.send(happening);
        await nextChange();
        if (isBusy) await side.givenUp();
        return undefined;
      }
    }
  };

  return {
    begin(inputs, at) {
      error = undefined;
      clock.set(at);
      actor = createActor(
        provided as never,
        {
          input: { inputs, runId: 'run' },
          ...(inspect === undefined ? {} : { inspect }),
        } as never,
      ) as unknown as AnyActor;
      actor.subscribe({
        next: note,
        error: (thrown: unknown) => {
          error = thrown;
          changed?.();
        },
      });
      actor.start();
      ahead = [];
      shown = actor.getSnapshot() as AnyMachineSnapshot;
    },
    request: () => {
      current();
      return side.request();
    },
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

type Loss = Extract<Happening, { type: 'lost' }>['kind'];

/** How a request is lost whose connection breaks: where it is never sent twice, nobody knows what became of it. */
function lossOf(actor: AnyActor, kind: Loss): Loss {
  if (kind === 'timeout') return kind;
  const state = activeState(actor.getSnapshot() as never)?.state;
  return state?.kind === 'call' && state.step.atMostOnce ? 'interrupted' : 'network';
}
