import { useActorRef } from '@xstate/react';
import { useCallback, useSyncExternalStore } from 'react';
import type {
  Actor,
  ActorOptions,
  AnyActorLogic,
  ConditionalRequired,
  EventFromLogic,
  IsNotNever,
  RequiredActorOptionsKeys,
  SnapshotFrom,
} from 'xstate';

/** A run that a component follows. */
export interface WorkflowHandle<Logic extends AnyActorLogic> {
  readonly snapshot: SnapshotFrom<Logic>;
  readonly send: (event: EventFromLogic<Logic>) => void;
  readonly actor: Actor<Logic>;
}

/**
 * Runs a workflow for as long as a component is there: a machine that was compiled, or the logic of `fromRemoteWorkflow`.
 * It is `useActor` of `@xstate/react`, but for an actor that ends with an error: where that one throws while it
 * renders, this one gives the snapshot, whose `status` and `error` say so, for the component to tell the person.
 *
 * Another run needs another `key` of the component: `options` are read once.
 */
export function useWorkflow<Logic extends AnyActorLogic>(
  logic: Logic,
  ...[options]: ConditionalRequired<
    [options?: ActorOptions<Logic> & { [Name in RequiredActorOptionsKeys<Logic>]: unknown }],
    IsNotNever<RequiredActorOptionsKeys<Logic>>
  >
): WorkflowHandle<Logic> {
  const actor = useActorRef<Logic>(logic, options as never);
  const subscribe = useCallback(
    (changed: () => void) => {
      const subscription = actor.subscribe({ next: changed, error: changed, complete: changed });
      return () => subscription.unsubscribe();
    },
    [actor],
  );
  const snapshot = useSyncExternalStore(
    subscribe,
    () => actor.getSnapshot(),
    () => actor.getSnapshot(),
  );
  const send = useCallback((event: EventFromLogic<Logic>) => actor.send(event), [actor]);
  return { snapshot, send, actor };
}
