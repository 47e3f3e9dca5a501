import { createActor, type AnyActorLogic, type EventObject } from 'xstate';
import type { Clock } from '../services/wait-service.ts';
import { completion, failureOfTask } from './advance.ts';
import type { LoadedRun } from './run-ledger.ts';
import type { RunTask } from './run-record.ts';
import type { HeldRun } from './store.ts';

/** The requests that this process is sending, and the leases on their runs. */
export interface Flights {
  readonly size: number;
  /** Sends the request that a run is busy with. */
  launch(run: LoadedRun): void;
  /** The request that a run is busy with goes on at a later revision; any other one is aborted. */
  follow(run: Pick<LoadedRun, 'record'>): void;
  /** Whether it is this process that sends a task's request. */
  has(id: string, task: RunTask): boolean;
  /** Prolongs the leases; requests of runs that were taken over are aborted. */
  renew(): Promise<void>;
  /** Resolves once nothing is in flight, or after a time; what is then still in flight is aborted. */
  drain(graceMs: number): Promise<void>;
}

export interface FlightSettings {
  readonly clock: Clock;
  /** Prolongs leases: gives the ids of those that are still held. */
  readonly renew: (held: readonly HeldRun[]) => Promise<readonly string[]>;
  /** Reads a run anew whose lease was not found at its revision. */
  readonly reread: (id: string) => Promise<LoadedRun | undefined>;
  /** Stores what came of a request. Never rejects. */
  readonly land: (run: LoadedRun, task: RunTask, event: EventObject) => Promise<void>;
}

interface Flight {
  readonly task: RunTask;
  revision: number;
  readonly stop: () => void;
}

export function createFlights({ clock, renew, reread, land }: FlightSettings): Flights {
  const flights = new Map<string, Flight>();
  let onEmpty: (() => void) | undefined;

  const end = (id: string, flight: Flight): void => {
    if (flights.get(id) !== flight) return;
    flights.delete(id);
    if (flights.size === 0) onEmpty?.();
  };
  const abort = (id: string): void => {
    const flight = flights.get(id);
    if (flight === undefined) return;
    end(id, flight);
    flight.stop();
  };

  return {
    get size() {
      return flights.size;
    },
    launch: (run) => {
      const { id, task, revision, due } = run.record;
      if (task === undefined) return;
      const before = flights.get(id);
      // Whoever was held up until the lease was over must not send what another process may be sending.
      if (due !== undefined && clock.now() >= due) return abort(id);
      const logic = run.machine.implementations.actors[task.src] as AnyActorLogic;
      const actor = createActor(logic, { input: task.input, id: task.id });
      const flight: Flight = { task, revision, stop: () => actor.stop() };
      const arrive = (event: EventObject): void => {
        if (flights.get(id) !== flight) return;
        void land(run, task, event).then(() => end(id, flight));
      };
      flights.set(id, flight);
      before?.stop();
      actor.subscribe({
        complete: () => arrive(completion(task.id, actor.getSnapshot().output)),
        error: (error) => arrive(failureOfTask(task.id, error)),
      });
      actor.start();
    },
    follow: ({ record: { id, task, revision } }) => {
      const flight = flights.get(id);
      if (flight === undefined) return;
      if (flight.task.since === task?.since) flight.revision = revision;
      else abort(id);
    },
    has: (id, task) => flights.get(id)?.task.since === task.since,
    renew: async () => {
      if (flights.size === 0) return;
      const held = [...flights].map(([id, { revision }]) => ({ id, revision }));
      const kept = new Set(await renew(held));
      const moved: HeldRun[] = [];
      for (const { id, revision } of held) {
        const flight = flights.get(id);
        // Where it has a later revision, it was written here in the meantime.
        if (kept.has(id) || flight?.revision !== revision) continue;
        const run = await reread(id);
        if (run?.record.task?.since === flight.task.since) {
          flight.revision = run.record.revision;
          moved.push({ id, revision: flight.revision });
        } else if (flights.get(id) === flight) abort(id);
      }
      if (moved.length > 0) await renew(moved);
    },
    drain: async (graceMs) => {
      if (flights.size > 0 && graceMs > 0) {
        await new Promise<void>((resolve) => {
          const timer = clock.setTimeout(resolve, graceMs);
          onEmpty = () => {
            clock.clearTimeout(timer);
            resolve();
          };
        });
      }
      for (const id of flights.keys()) abort(id);
    },
  };
}
