import { randomBytes } from 'node:crypto';
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';
import { advanceRun, isTimer, snapshotAt, timeOf, type Advance, type Effect } from './advance.ts';
import type { MachineShelf } from './machine-shelf.ts';
import { decodeRun, encodeRun, type RunRecord } from './run-record.ts';
import type { Store, StoredRun } from './store.ts';

/** A run as it was read or written, with its machine. */
export interface LoadedRun {
  readonly record: RunRecord;
  readonly machine: AnyStateMachine;
  readonly snapshot: AnyMachineSnapshot;
}

/** Why a run cannot be gone on with: it is not there, or this version of the package cannot make its machine. */
export type Absence = 'unknown' | 'stranded';

/** A change of a run that was stored, with what is now to be done. */
export interface StoredChange {
  readonly run: LoadedRun;
  readonly effects: readonly Effect[];
  /** Whether a later change was stored here before the store told of this one, and ended what this one begins. */
  readonly isOvertaken: boolean;
}

/** A change of which the store gave no answer: it may be stored or not. */
export interface DoubtfulChange {
  readonly id: string;
  /** What tells this write from all others. */
  readonly write: string;
  /** The change, now that it is known to be stored. */
  readonly stored: () => StoredChange;
  /** It is known which: to be called once. */
  readonly done: () => void;
}

/** Reads runs, and writes their transitions: one compare-and-swap each. Nothing is done here but storing. */
export interface RunLedger {
  load(id: string): Promise<LoadedRun | Absence>;
  read(stored: StoredRun): Promise<LoadedRun | undefined>;
  /** `undefined` where there is a run with this id. */
  create(draft: RunDraft, machine: AnyStateMachine, advance: Advance): Promise<StoredChange | undefined>;
  /**
   * Applies an event to a run; `undefined` where somebody else has changed it since it was read.
   *
   * @param eventId - kept with the run, so that the event is not taken again
   */
  apply(run: LoadedRun, event: EventObject, eventId?: string): Promise<StoredChange | undefined>;
  /** Takes over the request of a run that another process was sending. */
  takeOver(run: LoadedRun): Promise<StoredChange | undefined>;
}

/** What a new run is known by. */
export type RunDraft = Pick<RunRecord, 'id' | 'workflowId' | 'plan'> & { readonly binding?: string };

export interface LedgerSettings {
  readonly now: () => number;
  /** The name of this process in leases. */
  readonly owner: string;
  readonly leaseMs: number;
  /** Told of a change of which the store gave no answer. */
  readonly onDoubt: (change: DoubtfulChange) => void;
  /** How long a run is kept when it is over. */
  readonly keepEndedMs: number;
  /** How long a run may wait for a person. */
  readonly keepWaitingMs: number;
}

/** When a run is given up that waits for a person and of which nothing is heard; `Infinity`: never. */
export function givenUpAt(
  { changedAt }: Pick<RunRecord, 'changedAt'>,
  snapshot: AnyMachineSnapshot,
  keepWaitingMs: number,
): number {
  if (!Number.isFinite(keepWaitingMs) || !snapshot.hasTag('waiting')) return Number.POSITIVE_INFINITY;
  return Math.min(changedAt + keepWaitingMs, Number.MAX_SAFE_INTEGER);
}

/** How many events a run remembers the ids of. */
const REMEMBERED = 32;

/** How many runs are kept as they were last read or written. */
const KEPT = 500;

export function createRunLedger(store: Store, shelf: MachineShelf, settings: LedgerSettings): RunLedger {
  /** Spares reading the same revision again; which one is the latest, the store is asked all the same. */
  const kept = new Map<string, LoadedRun>();
  const keep = (run: LoadedRun): LoadedRun => {
    const { id, isEnded } = run.record;
    kept.delete(id);
    if (!isEnded) kept.set(id, run);
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return run;
  };
  const read = async (stored: StoredRun): Promise<LoadedRun | undefined> => {
    const known = kept.get(stored.id);
    if (known?.record.revision === stored.revision && known.record.plan === stored.plan) {
      const { due: _due, owner: _owner, ...record } = known.record;
      const { due, owner } = stored;
      const lease = { ...(due === undefined ? {} : { due }), ...(owner === undefined ? {} : { owner }) };
      return { ...known, record: { ...record, ...lease } };
    }
    const record = decodeRun(stored);
    const machine = record === undefined ? undefined : await shelf.forPlan(record.plan);
    if (record === undefined || machine === undefined) return undefined;
    try {
      return keep({ record, machine, snapshot: snapshotAt(machine, record.position) });
    } catch {
      // The machine has no such state: somebody else wrote this.
      return undefined;
    }
  };
  const recordOf = (
    base: Omit<RunRecord, 'due' | 'write' | 'owner' | 'task' | 'isEnded' | 'changedAt' | 'position'>,
    { position, task, snapshot }: Pick<Advance, 'position' | 'task' | 'snapshot'>,
    before?: RunRecord,
  ): RunRecord => {
    const isEnded = position.status !== 'active';
    const now = settings.now();
    const write = randomBytes(9).toString('base64url');
    const common = { ...base, position, isEnded, changedAt: now, write };
    if (isEnded) {
      const due = Math.min(now + settings.keepEndedMs, Number.MAX_SAFE_INTEGER);
      return Number.isFinite(settings.keepEndedMs) ? { ...common, due } : common;
    }
    if (task === undefined || isTimer(task)) {
      const due = Math.min(
        task === undefined ? Number.POSITIVE_INFINITY : timeOf(task),
        givenUpAt(common, snapshot, settings.keepWaitingMs),
      );
      return {
        ...common,
        ...(task === undefined ? {} : { task }),
        ...(Number.isFinite(due) ? { due } : {}),
      };
    }
    // A request that goes on stays with the process that sends it.
    const lease =
      task === before?.task && before.due !== undefined && before.owner !== undefined
        ? { due: before.due, owner: before.owner }
        : { due: now + settings.leaseMs, owner: settings.owner };
    return { ...common, task, ...lease };
  };
  /** The runs that are being written, as they were last: a store may answer in another order than it writes. */
  const writing = new Map<string, { count: number; latest: RunRecord }>();
  const update = async (
    run: LoadedRun,
    advance: Pick<Advance, 'position' | 'task' | 'effects' | 'snapshot'>,
    taken: readonly string[],
  ): Promise<StoredChange | undefined> => {
    const { id, workflowId, plan, revision, binding, startedAt } = run.record;
    const base = { id, workflowId, plan, revision: revision + 1, taken, startedAt };
    const record = recordOf({ ...base, ...(binding === undefined ? {} : { binding }) }, advance, run.record);
    const writes = writing.get(id) ?? { count: 0, latest: record };
    writing.set(id, writes);
    writes.count += 1;
    const done = (): void => {
      writes.count -= 1;
      if (writes.count === 0) writing.delete(id);
    };
    const stored = (): StoredChange => {
      const { snapshot, effects } = advance;
      const isLate = writes.latest.revision > record.revision;
      const isOvertaken = isLate && writes.latest.task?.since !== record.task?.since;
      if (!isLate) writes.latest = record;
      return { run: keep({ record, machine: run.machine, snapshot }), effects, isOvertaken };
    };
    try {
      const isStored = await store.update(encodeRun(record), revision);
      const change = isStored ? stored() : undefined;
      done();
      return change;
    } catch (error) {
      settings.onDoubt({ id, write: record.write ?? '', stored, done });
      throw error;
    }
  };

  return {
    read,
    load: async (id) => {
      const stored = await store.load(id);
      if (stored === undefined) return 'unknown';
      return (await read(stored)) ?? 'stranded';
    },
    create: async (draft, machine, advance) => {
      const startedAt = settings.now();
      const record = recordOf({ ...draft, revision: 1, taken: [], startedAt }, advance);
      const stored = (): StoredChange => {
        const run = keep({ record, machine, snapshot: advance.snapshot });
        return { run, effects: advance.effects, isOvertaken: false };
      };
      try {
        return (await store.create(encodeRun(record))) ? stored() : undefined;
      } catch (error) {
        const { id, write = '' } = record;
        settings.onDoubt({ id, write, stored, done: () => undefined });
        throw error;
      }
    },
    apply: async (run, event, eventId) => {
      const { task, revision, taken } = run.record;
      const advance = advanceRun(run.machine, run.snapshot, task, event, revision);
      return update(run, advance, eventId === undefined ? taken : [...taken, eventId].slice(-REMEMBERED));
    },
    takeOver: async (run) => {
      const { task, position, revision, taken } = run.record;
      if (task === undefined) return undefined;
      const own = { ...task, since: revision + 1 };
      return update(run, { position, task: own, effects: [], snapshot: run.snapshot }, taken);
    },
  };
}
