import { messageSteps } from '../machines/actor-names.ts';
import { isProvided, runtimeOf } from '../machines/registry.ts';
import { UsageError } from '../machines/usage-error.ts';

/** A compiled machine, with the actors that were provided for it. */
export interface MachineWithActors {
  readonly config: object;
  readonly implementations?: { readonly actors?: object };
}

/**
 * Refuses a machine with steps that use a channel of AsyncAPI and have no actor yet: nothing is sent before it is clear
 * that every step can be performed.
 *
 * @throws UsageError `actor-missing`
 */
export function requireMessageActors(machine: MachineWithActors): void {
  const missing = messageSteps(runtimeOf(machine).flow).filter(({ actor }) => !isProvided(machine, actor));
  if (missing.length === 0) return;
  const names = missing.map(({ actor }) => `"${actor}"`).join(', ');
  throw new UsageError(
    'actor-missing',
    `Messages of AsyncAPI are not sent and received by this package yet. Provide actors for ${names} first: machine.provide({ actors: createMessageServices(machine, transport) }), or your own.`,
  );
}
