import { performedSteps, WAIT_ACTOR } from '../machines/actor-names.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { SomeWorkflowMachine } from '../machines/workflow-machine.ts';
import { requireMessageActors, type MachineWithActors } from './require-message-actors.ts';
import { createStepService } from '../services/step-service.ts';
import type { ServiceOptions } from '../services/service-options.ts';
import { createWaitService, type Clock } from '../services/wait-service.ts';

/** How the actors of a machine do their work. */
export interface ServicesOptions extends ServiceOptions {
  /** The clock of `wait`; default: the platform's. */
  readonly clock?: Clock;
}

/**
 * The actors of a machine: one per step, which performs its HTTP request, and `wait`. Give them to
 * `machine.provide({ actors })`, all or some of them. Steps that use a channel of AsyncAPI get none: a program provides
 * theirs first.
 *
 * @throws UsageError `actor-missing` when a step uses a channel and the machine has no actor for it
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function createServices(machine: MachineWithActors, options: ServicesOptions = {}) {
  requireMessageActors(machine);
  const { clock, ...rest } = options;
  const serviceOptions = clock === undefined ? rest : { now: () => clock.now(), ...rest };
  const steps = performedSteps(runtimeOf(machine).flow).map(
    ({ actor, step }) => [actor, createStepService(step.operation, serviceOptions)] as const,
  );
  return { ...Object.fromEntries(steps), [WAIT_ACTOR]: createWaitService(clock) };
}

/**
 * The same machine with actors that perform its steps over HTTP: what most programs start.
 *
 * @throws UsageError `actor-missing` when a step uses a channel of AsyncAPI and the machine has no actor for it
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function provideServices<Machine extends SomeWorkflowMachine>(
  machine: Machine,
  options: ServicesOptions = {},
): Machine {
  return machine.provide({ actors: createServices(machine, options) }) as unknown as Machine;
}
