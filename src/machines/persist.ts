import {
  createActor,
  transition,
  type Actor,
  type ActorOptions,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type Snapshot,
} from 'xstate';
import { isJsonObject, type JsonValue } from '../document/json.ts';
import type { CallError } from '../plan/step-call.ts';
import type { FlowState } from '../plan/flow.ts';
import type { PerformedStepPlan } from '../plan/workflow-plan.ts';
import { actorNameOf } from './actor-names.ts';
import { activeState, hashOfMachine } from './registry.ts';
import { misplaced, readStoredRun, type StoredRun } from './stored-run.ts';
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
  const run = storedRun(persisted);
  const hash = hashOfMachine(machine);
  if (run.context['plan'] !== hash) {
    throw new UsageError(
      'snapshot-of-other-plan',
      `The snapshot belongs to another version of the workflow "${machine.id}"; restore it with the plan that it was made with.`,
    );
  }
  const place = misplaced(run, machine);
  if (place !== undefined) throw invalid(place);
  const snapshot = interrupted(machine, persisted as unknown as Snapshot<unknown>, run.value);
  const actor = createActor<WorkflowMachine<W>>(machine, { ...options, snapshot });
  if ((actor.getSnapshot() as AnyMachineSnapshot).status === 'error') throw invalid('');
  return actor;
}

function storedRun(persisted: JsonValue): StoredRun {
  if (isJsonObject(persisted) && persisted['status'] === 'stopped') {
    throw new UsageError(
      'snapshot-invalid',
      'The run was stored after its actor was stopped; store it before.',
    );
  }
  const read = readStoredRun(persisted);
  if ('wrongAt' in read) throw invalid(read.wrongAt);
  return read.value;
}

function invalid(pointer: string): UsageError {
  const place = pointer === '' ? '' : `: what it holds at "${pointer.slice(0, 100)}" cannot be`;
  return new UsageError('snapshot-invalid', `This is not a snapshot that "persist" made${place}.`);
}

/** Takes a step that is at most once, and was in flight, out of its state by its failure edges. */
function interrupted(
  machine: AnyStateMachine,
  persisted: Snapshot<unknown>,
  value: JsonValue | undefined,
): Snapshot<unknown> {
  const active = activeState({ value, machine });
  if (persisted.status !== 'active' || active === undefined) return persisted;
  const step = stepInFlight(active.state);
  if (step?.atMostOnce !== true) return persisted;
  const name = actorNameOf(active.runtime.path, step.stepId);
  const error: CallError = {
    kind: 'interrupted',
    message: 'The run was interrupted while the request was in flight.',
  };
  const before = createActor(machine, { snapshot: persisted }).getSnapshot() as AnyMachineSnapshot;
  if (before.status !== 'active') throw invalid('');
  const [after] = transition(machine, before, { type: `xstate.error.actor.${name}`, error, actorId: name });
  return machine.getPersistedSnapshot(after);
}

/** The step whose request is in flight in a state. */
function stepInFlight(state: FlowState): PerformedStepPlan | undefined {
  if (state.kind === 'call') return state.step;
  return state.kind === 'recovery' && state.first.kind === 'call' ? state.first.step : undefined;
}
