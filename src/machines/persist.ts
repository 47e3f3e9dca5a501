import { createActor, transition, type Actor, type ActorOptions, type AnyMachineSnapshot, type AnyStateMachine, type Snapshot } from 'xstate';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import type { CallError } from '../plan/step-call.ts';
import { actorNameOf } from './machine-config.ts';
import { hashOfMachine, runtimeOf } from './registry.ts';
import { UsageError } from './usage-error.ts';
import type { AnyWorkflow, WorkflowMachine } from './workflow-machine.ts';

/**
 * The state of a run as JSON, to be stored and given to {@link restore}. It holds the run's data, so treat it as
 * such; it never holds credentials.
 */
export function persist(actor: { getPersistedSnapshot(): Snapshot<unknown> }): JsonValue {
  return JSON.parse(JSON.stringify(actor.getPersistedSnapshot())) as JsonValue;
}

/**
 * Makes an actor, not yet started, that goes on where a stored run was. A request that was in flight is sent again
 * with the same `key`, except for a step that is at most once: that one takes its failure edges with
 * `failure.kind: 'interrupted'`. Times that were waited for are absolute and go on counting.
 *
 * @throws UsageError with code `snapshot-invalid` or `snapshot-of-other-plan`
 */
export function restore<W extends AnyWorkflow>(
  machine: WorkflowMachine<W>,
  persisted: JsonValue,
  options: Omit<ActorOptions<WorkflowMachine<W>>, 'snapshot' | 'input'> = {},
): Actor<WorkflowMachine<W>> {
  const { context, value } = storedRun(persisted);
  const hash = hashOfMachine(machine);
  if (context['plan'] !== hash) {
    throw new UsageError(
      'snapshot-of-other-plan',
      `The snapshot belongs to another version of the workflow "${machine.id}"; restore it with the plan that it was made with.`,
    );
  }
  const snapshot = interrupted(machine as unknown as AnyStateMachine, persisted as unknown as Snapshot<unknown>, value);
  return createActor(machine, { ...options, snapshot } as never);
}

function storedRun(persisted: JsonValue): { readonly context: JsonObject; readonly value: JsonValue | undefined } {
  if (isJsonObject(persisted)) {
    const { context, value } = persisted;
    if (isJsonObject(context)) return { context, value };
  }
  throw new UsageError('snapshot-invalid', 'This is not a snapshot that "persist" made.');
}

/** Takes a step that is at most once, and was in flight, out of its state by its failure edges. */
function interrupted(machine: AnyStateMachine, persisted: Snapshot<unknown>, value: JsonValue | undefined): Snapshot<unknown> {
  const state = typeof value === 'string' ? runtimeOf(machine).states.get(value) : undefined;
  if (persisted.status !== 'active' || state?.kind !== 'call' || !state.step.atMostOnce) return persisted;
  const name = actorNameOf(state.step.stepId);
  const error: CallError = { kind: 'interrupted', message: 'The run was interrupted while the request was in flight.' };
  const before = createActor(machine, { snapshot: persisted }).getSnapshot() as AnyMachineSnapshot;
  const [after] = transition(machine, before, { type: `xstate.error.actor.${name}`, error, actorId: name });
  return machine.getPersistedSnapshot(after);
}
