import { AsyncLocalStorage } from 'node:async_hooks';
import { fromPromise } from '@restatedev/xstate/promise';
import { createActor, toPromise, type AnyActorLogic, type AnyStateMachine } from 'xstate';
import type { JsonValue } from '../document/json.ts';
import type { WorkflowEmitted } from '../machines/context.ts';
import { stepsOfActors, WAIT_ACTOR } from '../machines/actor-names.ts';
import { failureOfError } from '../machines/failure.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { CallError, StepCall, WaitUntil } from '../plan/step-call.ts';
import { CallFailure } from '../services/call-failure.ts';
import { INTERRUPTED } from '../server/advance.ts';
import type { Clock } from '../services/wait-service.ts';
import { delayOf } from './delay.ts';

/** What an attempt of a handler has found out and the next one must not find out otherwise. */
export interface Moment {
  /** The time, epoch milliseconds. */
  readonly at: number;
  /** Whether an earlier attempt got as far as this. */
  readonly isRepeated: boolean;
  /** What the machine emits at it. */
  readonly emitted: WorkflowEmitted[];
}

/** The moment that is the same however often a handler is attempted: what the machines' clock shows. */
export const moments = new AsyncLocalStorage<Moment>();

/** What became of a step: plain JSON, since it is kept. */
type Outcome = { readonly output?: JsonValue } | { readonly error: CallError };

/**
 * The machine with actors of Restate in the place of its own: a step's result is kept as soon as it is there, and a
 * time is waited for by the Restate server. A step that is interrupted is performed again with the same key, unless it
 * may be sent once at most: it then ends as `interrupted`.
 */
export function withDurableActors(machine: AnyStateMachine, clock: Clock): AnyStateMachine {
  const performed = stepsOfActors(runtimeOf(machine).flow).map(
    ({ actor }) => [actor, durableStep(machine.implementations.actors[actor] as AnyActorLogic)] as const,
  );
  const actors = { ...Object.fromEntries(performed), [WAIT_ACTOR]: durableWait(clock) };
  return machine.provide({ actors } as never);
}

function durableStep(logic: AnyActorLogic) {
  return fromPromise<JsonValue | undefined, StepCall>(async ({ input, ctx }) => {
    const isRepeated = moments.getStore()?.isRepeated === true;
    const { attemptCompletedSignal: signal } = ctx.request();
    const outcome = await ctx.run(input.stepId, () =>
      isRepeated && input.atMostOnce === true
        ? Promise.resolve<Outcome>({ error: INTERRUPTED })
        : perform(logic, input, signal),
    );
    if ('error' in outcome) throw new CallFailure(outcome.error.kind, outcome.error.message);
    return outcome.output;
  });
}

/** The actor that waits for a time. */
export function durableWait(clock: Clock) {
  return fromPromise<undefined, WaitUntil>(async ({ input, ctx }) => {
    // Also where `until` is not a number: a wait never hangs.
    await ctx.sleep(delayOf(input.until - clock.now()));
    return undefined;
  });
}

/** Never rejects: an outcome that is kept is not asked for again. */
async function perform(logic: AnyActorLogic, input: StepCall, signal: AbortSignal): Promise<Outcome> {
  const actor = createActor(logic, { input });
  const stop = (): void => void actor.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    actor.start();
    const output: unknown = await toPromise(actor);
    const text = JSON.stringify(output) as string | undefined;
    return text === undefined ? {} : { output: JSON.parse(text) as JsonValue };
  } catch (error) {
    const { kind, message } = failureOfError(error);
    return { error: { kind: kind as CallError['kind'], message } };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
