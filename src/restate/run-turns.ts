import { randomUUID } from 'node:crypto';
import {
  TerminalError,
  type ObjectContext,
  type ObjectSharedContext,
  type VirtualObjectDefinition,
} from '@restatedev/restate-sdk';
import type { SerialisableActorRef } from '@restatedev/xstate';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { systemClock } from '../services/wait-service.ts';
import type { Run } from '../server/run.ts';
import { notingCalls, type BegunCalls } from './begun-calls.ts';
import { moments, type Moment } from './durable-actors.ts';
import type { RestateMachine, RestateMachines } from './restate-machines.ts';
import type { RestateServiceOptions } from './restate-options.ts';
import { tellEvents } from './run-events.ts';
import type { InnerHandlers } from './run-handlers-interface.ts';
import {
  activeKey,
  messageOf,
  planKey,
  runAt,
  type KeptSnapshot,
  type ReadReply,
  type RunFacts,
  type RunMessage,
} from './run-messages.ts';
import { readKeeping, setTimer, type Keeping } from './run-timer.ts';

/** A run and its machine, at a moment that all attempts of a handler share. */
export interface Opened extends RestateMachine {
  readonly plan: string;
  /** Whether the plan is known to be kept. */
  readonly isKept: boolean;
  readonly keeping: Keeping;
  /** Whether events are told. */
  readonly isHeard: boolean;
  readonly moment: Moment;
}

/** What an attempt of a handler found out first. */
interface Beginning {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly attempt: string;
  readonly plan: string | null;
  /** Whether the process was given the plan's machine. */
  readonly isHere: boolean;
  readonly isKept: boolean;
  readonly keeping: Keeping;
  readonly isHeard: boolean;
}

/** What the handlers of a run have in common. */
export interface RunTurns {
  /**
   * The machine of a plan, at a moment that all attempts of a handler share: what may come out differently in another
   * attempt is found out once, and noted in the journal.
   */
  readonly begin: (
    ctx: ObjectSharedContext,
    planOf: () => string | undefined,
  ) => Promise<Opened | 'stranded' | 'no-plan'>;
  /** The same for what must not be lost: where there is no machine, Restate tries it again, more and more seldom. */
  readonly open: (ctx: ObjectSharedContext, facts: RunFacts) => Promise<Opened>;
  /** The run as it is, for handlers that have it to themselves. */
  readonly inTurn: (ctx: ObjectContext) => Promise<ReadReply>;
  /** The same for those that others may change it under. */
  readonly latest: (ctx: ObjectSharedContext) => Promise<ReadReply>;
  readonly read: (
    ctx: { readonly key: string },
    opened: Opened,
    snapshot: KeptSnapshot,
    facts: RunFacts,
  ) => Run;
  /** The sessions of the actors that a run has. */
  readonly sessions: (ctx: ObjectContext) => Promise<ReadonlySet<string | undefined>>;
  /**
   * Has the adapter make a transition, stores what it changed beside the snapshot, and tells of it.
   *
   * @param answered - the session of the actor whose work ended with this
   */
  readonly advance: (
    ctx: ObjectContext,
    opened: Opened,
    facts: RunFacts,
    transition: (ctx: never) => Promise<unknown>,
    answered?: string,
  ) => Promise<RunMessage>;
}

/** How runs are hosted, beside how their steps are performed. */
export type HostingOptions = Pick<
  RestateServiceOptions,
  'clock' | 'keepEndedMs' | 'keepWaitingMs' | 'onEvent' | 'onError'
>;

/** @param kept - the plans that this process knows to be kept */
export function createRunTurns(
  self: VirtualObjectDefinition<string, InnerHandlers>,
  machines: RestateMachines,
  kept: ReadonlySet<string>,
  options: HostingOptions,
): RunTurns {
  const { clock = systemClock, onEvent } = options;
  const settings = { keeping: readKeeping(options), isHeard: onEvent !== undefined };
  const begin: RunTurns['begin'] = async (ctx, planOf) => {
    const attempt = randomUUID();
    const {
      at,
      attempt: first,
      plan,
      isHere,
      ...found
    } = await ctx.run('begin', (): Beginning => {
      const hash = planOf() ?? null;
      const isKnown = hash !== null && machines.has(hash);
      const isKept = kept.has(hash ?? '');
      return { at: clock.now(), attempt, plan: hash, isHere: isKnown, isKept, ...settings };
    });
    if (plan === null) return 'no-plan';
    const made = isHere
      ? await machines.get(plan)
      : await machines.add(plan, await ctx.objectClient(self, planKey(plan)).readPlan());
    if (made === undefined && isHere) {
      throw new Error(
        `This was begun by a process that had the plan "${plan}", which this one has not: serve the old and the new version of a workflow under different addresses.`,
      );
    }
    if (made === undefined) return 'stranded';
    return { ...made, ...found, plan, moment: { at, isRepeated: first !== attempt, emitted: [] } };
  };
  const open: RunTurns['open'] = async (ctx, { plan }) => {
    const opened = await begin(ctx, () => plan);
    if (typeof opened !== 'string') return opened;
    throw new Error(`This version of the package does not make the machine of the plan "${plan}".`);
  };
  const read: RunTurns['read'] = ({ key }, { machine }, snapshot, facts) => {
    // Who can write the state of an object can also take it from another one.
    if (facts.id !== key || runIdIn(snapshot.context) !== key)
      throw new TerminalError('The state of this run is that of another one.', { errorCode: 500 });
    return runAt(machine, snapshot, facts);
  };

  const sessions: RunTurns['sessions'] = async (ctx) => {
    const actors = (await ctx.get<Readonly<Record<string, SerialisableActorRef>>>('children')) ?? {};
    return new Set(Object.values(actors).map(({ sessionId }) => sessionId));
  };
  /** Ends the requests and the waits of actors that were stopped. */
  const endStopped = async (ctx: ObjectContext, begun: BegunCalls, answered?: string): Promise<void> => {
    const before = (await ctx.get<BegunCalls>('calls')) ?? {};
    const alive = await sessions(ctx);
    const all = Object.entries({ ...before, ...begun });
    for (const [session, call] of all) if (!alive.has(session) && session !== answered) ctx.cancel(call);
    const left = all.filter(([session]) => alive.has(session));
    if (left.length > 0) ctx.set('calls', Object.fromEntries(left));
    else if (Object.keys(before).length > 0) ctx.clear('calls');
  };
  const advance: RunTurns['advance'] = async (ctx, opened, facts, transition, answered) => {
    const noting = notingCalls(ctx, facts.revision);
    const snapshot = await moments.run(opened.moment, () => transition(noting.ctx as never));
    const now = snapshot as KeptSnapshot;
    await endStopped(ctx, await noting.begun(), answered);
    ctx.set('run', facts);
    if (now.status !== 'active') ctx.clear(activeKey(facts));
    else if (facts.revision === 1) ctx.set(activeKey(facts), true);
    const { moment, keeping, isHeard } = opened;
    const [run, message] = moments.run(moment, () => {
      const changed = read(ctx, opened, now, facts);
      return [changed, messageOf(changed)] as const;
    });
    await setTimer(ctx, self, run, keeping, moment.at);
    const followers = (await ctx.get<readonly string[]>('followers')) ?? [];
    for (const awakeable of followers) ctx.resolveAwakeable(awakeable, { kind: 'run', run: message });
    if (followers.length > 0) ctx.clear('followers');
    if (isHeard && moment.emitted.length > 0) await tellEvents(ctx, facts, moment.emitted, options);
    return message;
  };
  const shown = async (ctx: ObjectSharedContext, isShared: boolean): Promise<ReadReply> => {
    const facts = await ctx.get<RunFacts>('run');
    const snapshot = await ctx.get<KeptSnapshot>('snapshot');
    if (facts === null || snapshot === null) return { kind: 'unknown' };
    // A change is stored piece by piece.
    if (isShared && snapshot.revision !== facts.revision) return ctx.objectClient(self, ctx.key).readInTurn();
    const opened = await begin(ctx, () => facts.plan);
    if (typeof opened === 'string') return { kind: 'stranded' };
    return { kind: 'run', run: messageOf(read(ctx, opened, snapshot, facts)) };
  };

  return {
    begin,
    open,
    inTurn: (ctx) => shown(ctx, false),
    latest: (ctx) => shown(ctx, true),
    read,
    sessions,
    advance,
  };
}

function runIdIn({ run }: JsonObject): JsonValue | undefined {
  return isJsonObject(run) ? run['id'] : undefined;
}
