import type { AnyStateMachine } from 'xstate';
import { messageSteps } from '../machines/actor-names.ts';
import { compileMachine } from '../machines/compile-machine.ts';
import { hashOfMachine, planOf, runtimeOf } from '../machines/registry.ts';
import type { CompileOptions, Settings } from '../machines/runtime.ts';
import { UsageError } from '../machines/usage-error.ts';
import type { WorkflowMachine } from '../machines/workflow-machine.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { provideServices, type ServicesOptions } from '../run/provide-services.ts';
import { provideXPath } from '../run/provide-xpath.ts';
import type { CompiledMachine } from './sessions-options.ts';
import type { HostedWorkflow } from './sessions-interface.ts';
import type { Store } from './store.ts';

/** A machine that is ready to run, and its hash. */
export interface ShelvedMachine {
  readonly machine: AnyStateMachine;
  readonly hash: string;
}

/** The machines of the workflows as they are now, and those of the plans that older runs are on. */
export interface MachineShelf {
  /** The machine that new runs of a workflow start on, its plan stored. */
  current(workflowId: string): Promise<ShelvedMachine | undefined>;
  /** The machine of a run; `undefined` where this version of the package does not make it of the stored plan. */
  forPlan(hash: string): Promise<AnyStateMachine | undefined>;
  readonly workflows: readonly HostedWorkflow[];
}

/** How many machines of older plans are kept. */
const KEPT = 50;

/**
 * @param services - how requests are sent; `false`: the machines have their actors already
 * @throws UsageError with code `invalid-option` where two workflows have one id
 * @throws TypeError where a machine does not come from `compileMachine`
 */
export function createMachineShelf(
  workflows: readonly CompiledMachine[],
  store: Pick<Store, 'plan' | 'putPlan'>,
  services: ServicesOptions | false,
  now: () => number,
): MachineShelf {
  const byWorkflow = new Map<string, ShelvedMachine>();
  const byHash = new Map<string, AnyStateMachine>();
  for (const workflow of workflows) {
    if (byWorkflow.has(workflow.id))
      throw new UsageError('invalid-option', `There are two workflows with the id "${workflow.id}".`);
    const hash = hashOfMachine(workflow);
    const compiled = workflow as WorkflowMachine;
    const ready = services === false ? compiled : provideServices(compiled, services);
    const machine = ready as unknown as AnyStateMachine;
    byWorkflow.set(workflow.id, { machine, hash });
    byHash.set(hash, machine);
  }
  const stored = new Map<string, Promise<void>>();
  /** The latest used last. */
  const older = new Map<string, AnyStateMachine>();

  const recompiled = async (hash: string): Promise<AnyStateMachine | undefined> => {
    const text = await store.plan(hash);
    if (text === undefined) return undefined;
    await provideXPath(text);
    try {
      const { plan, options } = JSON.parse(text) as StoredPlan;
      const machine = compileMachine(plan, { ...options, now });
      if (hashOfMachine(machine) !== hash) return undefined;
      const current = byWorkflow.get(plan.workflowId)?.machine;
      const actors = current?.implementations.actors ?? {};
      if (services === false) return machine.provide({ actors } as never);
      // Messages are sent and received by actors of the program, which has them for the workflow as it is now.
      const names = new Set(current === undefined ? [] : messageActors(current));
      const own = messageActors(machine).flatMap((name) => (names.has(name) ? [[name, actors[name]]] : []));
      const ready = machine.provide({ actors: Object.fromEntries(own) as object });
      return provideServices(ready, services);
    } catch {
      // A plan of another version of the package may be anything.
      return undefined;
    }
  };

  return {
    workflows: [...byWorkflow].map(([workflowId, { machine }]) => ({
      workflowId,
      required: runtimeOf(machine).required,
    })),
    current: async (workflowId) => {
      const found = byWorkflow.get(workflowId);
      if (found === undefined) return undefined;
      const known = stored.get(found.hash);
      const writing = known ?? store.putPlan(found.hash, planText(found.machine));
      stored.set(found.hash, writing);
      // The next run tries it again.
      await writing.catch((error: unknown) => {
        stored.delete(found.hash);
        throw error;
      });
      return found;
    },
    forPlan: async (hash) => {
      const known = byHash.get(hash) ?? older.get(hash);
      const machine = known ?? (await recompiled(hash));
      if (machine === undefined || byHash.has(hash)) return machine;
      older.delete(hash);
      older.set(hash, machine);
      const [first] = older.keys();
      if (older.size > KEPT && first !== undefined) older.delete(first);
      return machine;
    },
  };
}

function messageActors(machine: { readonly config: object }): readonly string[] {
  return messageSteps(runtimeOf(machine).flow).map(({ actor }) => actor);
}

/** A plan with what else the shape of its machine depends on. */
interface StoredPlan {
  readonly plan: WorkflowPlan;
  readonly options: CompileOptions;
}

function planText(machine: AnyStateMachine): string {
  const stored: StoredPlan = { plan: planOf(machine), options: optionsOf(runtimeOf(machine).settings) };
  return JSON.stringify(stored);
}

/** The options that a machine was compiled with, but for its clock. */
export function optionsOf(settings: Settings): CompileOptions {
  const { deferredInputs, maxSteps, retryAfterCapMs, maxRetries, maxOutputBytes } = settings;
  return {
    deferredInputs,
    maxSteps,
    retryAfterCapSeconds: retryAfterCapMs / 1000,
    maxOutputBytes,
    // JSON has no infinity.
    ...(Number.isFinite(maxRetries) ? { maxRetries } : {}),
  };
}
