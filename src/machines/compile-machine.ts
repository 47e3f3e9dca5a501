import { fromPromise, setup } from 'xstate';
import { allFailureActions, retryKey } from '../plan/failure-actions.ts';
import { hashOf } from '../plan/hash.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { createActions } from './actions.ts';
import { stepsOfActors, WAIT_ACTOR } from './actor-names.ts';
import type { WorkflowContext, WorkflowInput } from './context.ts';
import { createGuards, GUARDS, recoveryGuard, reviseGuard } from './guards.ts';
import { initialContext } from './initial-context.ts';
import { machineConfig } from './machine-config.ts';
import { createRuntime, type CompileOptions } from './runtime.ts';
import { asPlaceholder, registerRuntime } from './registry.ts';
import type { AnyWorkflow, WorkflowMachine } from './workflow-machine.ts';

/**
 * Compiles a plan into an XState machine. The machine names its actors (one per step, by stepId, and `wait`) and does
 * nothing by itself: `provide` them, or use `provideServices` of `run/`.
 *
 * The machine is pure but for `options.now`. Nothing that XState calls on its behalf throws.
 *
 * @param plan - a plan of `linkWorkflows`, or one read back from JSON
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
 */
export function compileMachine<W extends AnyWorkflow = AnyWorkflow>(
  plan: WorkflowPlan,
  options: CompileOptions = {},
): WorkflowMachine<W> {
  const runtime = createRuntime(plan, options);
  let known: string | undefined;
  // Half of the time that compiling takes, and many a machine is only looked at.
  const hash = () => (known ??= hashOf({ plan, machine: config }));
  const config = machineConfig(runtime, (input: WorkflowInput | undefined): WorkflowContext =>
    initialContext(runtime, hash(), input),
  );
  const { criteria, revises, recovers, ...words } = createGuards(runtime);
  const guards: Record<string, unknown> = Object.fromEntries(
    Object.entries(words).map(([key, guard]) => [GUARDS[key as keyof typeof words], guard]),
  );
  for (const { plan: called } of runtime.frames.values()) {
    for (const input of called.inputs) guards[reviseGuard(input.name)] = revises;
    for (const step of called.steps)
      for (const action of allFailureActions(step)) guards[recoveryGuard(retryKey(step, action))] = recovers;
  }
  for (const name of guardNamesIn(config as GuardedConfig))
    if (!Object.hasOwn(guards, name)) guards[name] = criteria;
  const names = [...stepsOfActors(runtime.flow).map(({ actor }) => actor), WAIT_ACTOR];
  const actors = Object.fromEntries(names.map((name) => [name, notProvided(name)]));
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- their types are made at run time
  const machine = setup({ guards, actions: createActions(runtime), actors } as never).createMachine(
    config as never,
  );
  registerRuntime(machine.config, runtime, hash);
  return machine as unknown as WorkflowMachine<W>;
}

/** Stands where no actor was provided; the step fails and says so. */
function notProvided(name: string) {
  return asPlaceholder(
    fromPromise(() =>
      // oxlint-disable-next-line prefer-promise-reject-errors -- a plain CallError, as the actors of steps reject with
      Promise.reject({
        kind: 'internal',
        message: `No actor was provided for "${name}"; see machine.provide.`,
      }),
    ),
  );
}

type Transitions = readonly { readonly guard?: { readonly type: string } }[];

/** Where guards stand in a state's configuration. */
interface GuardedConfig {
  readonly always?: Transitions;
  readonly on?: Readonly<Record<string, Transitions | Transitions[number]>>;
  readonly onDone?: Transitions;
  readonly invoke?: { readonly onDone?: Transitions; readonly onError?: Transitions };
  readonly states?: Readonly<Record<string, GuardedConfig>>;
}

/** The names of all guards that stand on the edges of a configuration. */
function guardNamesIn(config: GuardedConfig, names = new Set<string>()): ReadonlySet<string> {
  const add = (transitions: Transitions = []): void => {
    for (const { guard } of transitions) if (guard !== undefined) names.add(guard.type);
  };
  add(config.always);
  add(config.onDone);
  add(config.invoke?.onDone);
  add(config.invoke?.onError);
  for (const event in config.on) add([config.on[event] ?? []].flat());
  for (const state in config.states) guardNamesIn(config.states[state] ?? {}, names);
  return names;
}
