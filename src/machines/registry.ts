import { memberOf } from '../document/json.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { FlowState } from '../plan/flow.ts';
import type { Runtime } from './runtime.ts';
import { statePath } from './state-path.ts';

interface Entry {
  readonly runtime: Runtime;
  readonly hash: () => string;
}

/** By the machine's configuration, which `machine.provide` keeps. */
const entries = new WeakMap<object, Entry>();

/** The actors that stand where none was provided. */
const placeholders = new WeakSet<object>();

/** Gives an actor that stands where none was provided, known as such. */
export function asPlaceholder<Logic extends object>(logic: Logic): Logic {
  placeholders.add(logic);
  return logic;
}

/** Whether a program has provided an actor of its own under a name. */
export function isProvided(
  { implementations }: { readonly implementations?: { readonly actors?: object } },
  actor: string,
): boolean {
  const provided: unknown = memberOf((implementations?.actors ?? {}) as Record<string, unknown>, actor);
  return typeof provided === 'object' && provided !== null && !placeholders.has(provided);
}

/** Remembers what a machine was compiled from. */
export function registerRuntime(config: object, runtime: Runtime, hash: () => string): void {
  entries.set(config, { runtime, hash });
}

function entryOf(machine: { readonly config: object }): Entry {
  const entry = entries.get(machine.config);
  if (entry === undefined) throw new TypeError('This machine was not compiled from an Arazzo workflow.');
  return entry;
}

/** Whether a configuration is that of a machine of `compileMachine`. */
export function hasRuntime(config: object): boolean {
  return entries.has(config);
}

/** @throws TypeError when the machine does not come from `compileMachine` */
export function runtimeOf(machine: { readonly config: object }): Runtime {
  return entryOf(machine).runtime;
}

/**
 * The plan that a machine was compiled from; also of one that `machine.provide` gave.
 *
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function planOf(machine: { readonly config: object }): WorkflowPlan {
  return entryOf(machine).runtime.plan;
}

/**
 * The hash of a machine's plan and shape, which its snapshots carry.
 *
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function hashOfMachine(machine: { readonly config: object }): string {
  return entryOf(machine).hash();
}

/** The state that a snapshot is in, and the workflow that it belongs to; `undefined` for what is no state of it. */
export function activeState(snapshot: {
  readonly value: unknown;
  readonly machine: { readonly config: object };
}): { readonly runtime: Runtime; readonly state: FlowState } | undefined {
  const path = statePath(snapshot.value);
  const runtime = runtimeOf(snapshot.machine).frames.get(path.slice(0, -1).join('.'));
  const state = runtime?.states.get(path.at(-1) ?? '');
  return runtime === undefined || state === undefined ? undefined : { runtime, state };
}
