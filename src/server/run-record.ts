import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import type { StoredRun } from './store.ts';

/** What a run is busy with: the request of a step, or a time that it waits for. */
export interface RunTask {
  /** The id that the machine invokes it under. */
  readonly id: string;
  /** The name of its actor. */
  readonly src: string;
  /** What the machine hands to it: plain JSON. */
  readonly input: JsonValue;
  /** The revision that it was begun with, here or by whoever took it over: what tells it from the same one elsewhere. */
  readonly since: number;
}

/** Where a machine is: as much of XState's snapshot as it cannot find out again. */
export interface RunPosition {
  readonly value: JsonValue;
  readonly context: JsonObject;
  readonly status: 'active' | 'done' | 'error';
  readonly output?: JsonValue;
}

/** A run as a store has it, read. */
export interface RunRecord extends Omit<StoredRun, 'data'> {
  readonly position: RunPosition;
  readonly task?: RunTask;
  /** Names the write that made this revision, for whoever got no answer to it. */
  readonly write?: string;
  /** The ids of the last events that were taken, the newest last. */
  readonly taken: readonly string[];
  /** What the run is bound to; see `StartOptions.binding`. */
  readonly binding?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds. */
  readonly changedAt: number;
}

export function encodeRun(record: RunRecord): StoredRun {
  const { position, task, write, taken, binding, startedAt, changedAt, ...stored } = record;
  return { ...stored, data: JSON.stringify({ position, task, write, taken, binding, startedAt, changedAt }) };
}

/** Reads what {@link encodeRun} wrote; `undefined` for anything else. */
export function decodeRun({ data, ...stored }: StoredRun): RunRecord | undefined {
  let read: unknown;
  try {
    read = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isJsonObject(read) || !isJsonObject(read['position']) || !Array.isArray(read['taken']))
    return undefined;
  return { ...stored, ...(read as unknown as Omit<RunRecord, keyof typeof stored>) };
}
