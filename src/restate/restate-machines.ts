import { xstate, type ActorObjectHandlers } from '@restatedev/xstate';
import { setup, type AnyStateMachine } from 'xstate';
import { WAIT_ACTOR } from '../machines/actor-names.ts';
import { compileMachine } from '../machines/compile-machine.ts';
import { hashOfMachine, planOf, runtimeOf } from '../machines/registry.ts';
import type { ServiceOptions } from '../services/service-options.ts';
import { systemClock } from '../services/wait-service.ts';
import { createMachineShelf, optionsOf } from '../server/machine-shelf.ts';
import type { HostedWorkflow } from '../server/sessions-interface.ts';
import type { CompiledMachine } from '../server/sessions-options.ts';
import { durableWait, moments, withDurableActors } from './durable-actors.ts';
import type { RestateServiceOptions } from './restate-options.ts';
import { notingEmitted } from './run-events.ts';

/** A machine with what the adapter makes of it. */
export interface RestateMachine {
  readonly machine: AnyStateMachine;
  /** The adapter's handlers, which run the machine on the state of the object that they are called for. */
  readonly adapter: ActorObjectHandlers<AnyStateMachine>;
}

/** The machines of the workflows as they are now, and those of the plans that older runs are on. */
export interface RestateMachines {
  readonly workflows: readonly HostedWorkflow[];
  /** The adapter's handlers for the times that runs wait for, for which no plan is needed. */
  readonly waits: RestateMachine['adapter'];
  /** The hash of the plan that new runs of a workflow start on. */
  currentHash(workflowId: string): string | undefined;
  /** The plan of a machine that new runs start on, as it is kept. */
  textOf(hash: string): Promise<string | undefined>;
  /** Whether this process was given the machine, and need not read its plan. */
  has(hash: string): boolean;
  /** A machine that this process was given, or has made. */
  get(hash: string): Promise<RestateMachine | undefined>;
  /** Makes the machine of a plan that was kept; `undefined` where it does not come out as the same machine. */
  add(hash: string, text: string | null): Promise<RestateMachine | undefined>;
}

/** How many machines of older plans are kept. */
const KEPT = 50;

/**
 * @param name - of the virtual object
 * @throws UsageError with code `invalid-option` where two workflows have one id
 * @throws TypeError where a machine does not come from `compileMachine`
 */
export function createRestateMachines(
  workflows: readonly CompiledMachine[],
  name: string,
  { clock = systemClock, services, ...rest }: Options,
): RestateMachines {
  const now = (): number => moments.getStore()?.at ?? clock.now();
  const texts = new Map<string, string>();
  const shelf = createMachineShelf(
    workflows.map((workflow) => withClock(workflow, now)),
    {
      plan: async (hash) => texts.get(hash),
      putPlan: async (hash, text) => void texts.set(hash, text),
    },
    services === false ? false : { idempotencyHeader: true, ...rest },
    now,
  );
  const current = new Map(workflows.map((workflow) => [hashOfMachine(workflow), workflow.id]));
  const ready = new Map<string, RestateMachine>();
  const keep = (hash: string, made: AnyStateMachine): RestateMachine => {
    const machine = notingEmitted(withDurableActors(made, clock));
    const kept = { machine, adapter: adapted(name, machine) };
    ready.set(hash, kept);
    const older = [...ready.keys()].filter((one) => !current.has(one));
    if (older.length > KEPT && older[0] !== undefined) ready.delete(older[0]);
    return kept;
  };
  const waiting = setup({ actors: { [WAIT_ACTOR]: durableWait(clock) } }).createMachine({});
  return {
    workflows: shelf.workflows,
    waits: adapted(name, waiting),
    currentHash: (workflowId) => [...current].find(([, id]) => id === workflowId)?.[0],
    textOf: async (hash) => {
      await shelf.current(current.get(hash) ?? '');
      return texts.get(hash);
    },
    has: (hash) => current.has(hash),
    get: async (hash) => {
      const known = ready.get(hash);
      if (known !== undefined) return known;
      const found = await shelf.current(current.get(hash) ?? '');
      return found === undefined ? undefined : keep(hash, found.machine);
    },
    add: async (hash, text) => {
      const known = ready.get(hash);
      if (known !== undefined || text === null) return known;
      texts.set(hash, text);
      const made = await shelf.forPlan(hash);
      if (!current.has(hash)) texts.delete(hash);
      return made === undefined ? undefined : keep(hash, made);
    },
  };
}

type Options = ServiceOptions & Pick<RestateServiceOptions, 'clock' | 'services'>;

/** The same machine on a clock, with the actors that it was given. */
function withClock(workflow: CompiledMachine, now: () => number): AnyStateMachine {
  const given = workflow as unknown as AnyStateMachine;
  const compiled = compileMachine(planOf(given), { ...optionsOf(runtimeOf(given).settings), now });
  const { actors } = given.implementations;
  return compiled.provide({ actors } as never);
}

/** What the adapter defines for a machine can be called as it is: its handlers stay plain functions. */
function adapted(name: string, machine: AnyStateMachine): ActorObjectHandlers<AnyStateMachine> {
  const definition: unknown = xstate(name, machine);
  return (definition as { readonly object: ActorObjectHandlers<AnyStateMachine> }).object;
}
