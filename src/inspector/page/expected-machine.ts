import type { ActorInfo, Moment } from './store.ts';

/** A machine of a run, at a moment. */
export interface Listed {
  readonly actor: ActorInfo;
  readonly moment: Moment;
}

/**
 * The machine that a person expects to see: that which waits for them, or else a workflow that runs, or else the
 * outermost.
 *
 * @param before - the machine that was shown; it stays while it is as good as another, so that no form is taken away
 */
export function expectedMachine(machines: readonly Listed[], before: string | undefined): string | undefined {
  const running = machines.filter(({ actor, moment }) => actor.takesEvents && moment.status === 'active');
  const waiting = running.filter(({ moment }) => moment.wait !== undefined);
  const best = waiting.length > 0 ? waiting : running;
  const stays = best.find(({ actor }) => actor.key === before);
  const newest = best.reduce<Listed | undefined>(
    (found, one) => (found === undefined || one.actor.since > found.actor.since ? one : found),
    undefined,
  );
  return (stays ?? newest ?? machines[0])?.actor.key;
}
