import type { ObjectContext } from '@restatedev/restate-sdk';
import type { AnyStateMachine } from 'xstate';
import type { WorkflowEmitted } from '../machines/context.ts';
import { moments } from './durable-actors.ts';
import type { RestateServiceOptions } from './restate-options.ts';
import type { RunFacts } from './run-messages.ts';

/** What XState hands to a machine with an event, as far as it matters here. */
interface Scope {
  readonly emit: (event: WorkflowEmitted) => void;
}

/** The machine, noting what it emits with the moment: the adapter has its actors, and gives nobody a place to listen. */
export function notingEmitted(machine: AnyStateMachine): AnyStateMachine {
  const noting = (scope: Scope): never =>
    ({ ...scope, emit: (event) => void moments.getStore()?.emitted.push(event) }) satisfies Scope as never;
  const transition = machine.transition.bind(machine);
  const getInitialSnapshot = machine.getInitialSnapshot.bind(machine);
  return Object.assign(machine, {
    transition: (snapshot: never, event: never, scope: Scope) => transition(snapshot, event, noting(scope)),
    getInitialSnapshot: (scope: Scope, input: never) => getInitialSnapshot(noting(scope), input),
  });
}

/**
 * Tells what was emitted with a change. It stands in the journal behind the change: the attempt that comes after it
 * tells nothing again, and one that comes instead of it tells the same.
 */
export async function tellEvents(
  ctx: ObjectContext,
  { id: runId, workflowId, revision }: RunFacts,
  emitted: readonly WorkflowEmitted[],
  { onEvent, onError }: Pick<RestateServiceOptions, 'onEvent' | 'onError'>,
): Promise<void> {
  await ctx.run('events', () => {
    for (const [index, event] of emitted.entries()) {
      try {
        onEvent?.({ runId, workflowId, event, revision, index });
      } catch (error) {
        // Whoever listens holds up no run.
        onError?.(error);
      }
    }
  });
}
