import { randomUUID } from 'node:crypto';
import {
  TerminalError,
  TimeoutError,
  type ObjectContext,
  type ObjectSharedContext,
  type VirtualObjectDefinition,
} from '@restatedev/restate-sdk';
import type { ActorObjectHandlers, SerialisableActorRef } from '@restatedev/xstate';
import type { AnyStateMachine } from 'xstate';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { initialFrame } from '../machines/initial-context.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { Clock } from '../services/wait-service.ts';
import type { Run } from '../server/run.ts';
import { notingCalls, type BegunCalls } from './begun-calls.ts';
import { moments, type Moment } from './durable-actors.ts';
import type { RestateMachine, RestateMachines } from './restate-machines.ts';
import {
  activeKey,
  messageOf,
  planKey,
  runAt,
  type ChangeRequest,
  type EventReply,
  type EventRequest,
  type KeptSnapshot,
  type ReadReply,
  type RunFacts,
  type RunMessage,
  type StartReply,
  type StartRequest,
} from './run-messages.ts';

type Adapter = ActorObjectHandlers<AnyStateMachine>;

/** What is called from outside, by the id of a run. */
export interface RunHandlers {
  /** Starts the run, unless there is one with this id. */
  readonly start: (ctx: ObjectContext, request: StartRequest) => Promise<StartReply>;
  readonly event: (ctx: ObjectContext, request: EventRequest) => Promise<EventReply>;
  readonly read: (ctx: ObjectSharedContext) => Promise<ReadReply>;
  /** Reads the run once it is at a later revision, or when the time is over. */
  readonly change: (ctx: ObjectSharedContext, request: ChangeRequest) => Promise<ReadReply>;
}

/** What the handlers call of each other. */
export interface InnerHandlers {
  /** Tells an awakeable of the next change. */
  readonly follow: (
    ctx: ObjectContext,
    request: { readonly awakeable: string; readonly after: number },
  ) => Promise<void>;
  readonly send: (ctx: ObjectContext, request?: Parameters<Adapter['send']>[1]) => Promise<void>;
  readonly invokePromise: (
    ctx: ObjectSharedContext,
    request: Parameters<Adapter['invokePromise']>[1],
  ) => Promise<void>;
  /** The same for the actor that waits for a time. */
  readonly awaitTime: InnerHandlers['invokePromise'];
  readonly cleanupState: (ctx: ObjectContext) => Promise<void>;
  readonly keepPlan: (ctx: ObjectContext, text: string) => Promise<void>;
  readonly readPlan: (ctx: ObjectSharedContext) => Promise<string | null>;
  /** Whether this version of the package makes of the kept plan the machine that it was kept for. */
  readonly canRun: (ctx: ObjectSharedContext) => Promise<boolean>;
}

/** How many events a run remembers the ids of. */
const REMEMBERED = 32;

/** How many may wait for a run's next change; of more, the oldest are told nothing and ask again. */
const FOLLOWERS = 64;

/** A run and its machine, at a moment that all attempts of a handler share. */
interface Opened extends RestateMachine {
  readonly plan: string;
  /** Whether the plan is known to be kept. */
  readonly isKept: boolean;
  readonly moment: Moment;
}

/** What an attempt of a handler found out first. */
interface Beginning {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly attempt: string;
  readonly plan: string | null;
  /** Whether the process had the plan's machine. */
  readonly isHere: boolean;
  readonly isKept: boolean;
}

/**
 * The handlers of the object. The machine is run by the adapter's own, which know one machine and take any event; around
 * them a run is started once, keeps to its plan, takes each event once and only what its state accepts, and has
 * revisions that can be waited for.
 */
export function createRunHandlers(
  name: string,
  machines: RestateMachines,
  clock: Clock,
): RunHandlers & InnerHandlers {
  const self = { name } as VirtualObjectDefinition<string, InnerHandlers>;
  /** The plans that this process knows to be kept. */
  const kept = new Set<string>();

  /** What may come out differently in another attempt is found out once, and noted in the journal. */
  const begin = async (
    ctx: ObjectSharedContext,
    planOf: () => string | undefined,
  ): Promise<Opened | 'stranded' | 'no-plan'> => {
    const attempt = randomUUID();
    const { at, plan, isHere, isKept, ...found } = await ctx.run('begin', (): Beginning => {
      const hash = planOf() ?? null;
      const isKnown = hash !== null && machines.has(hash);
      return { at: clock.now(), attempt, plan: hash, isHere: isKnown, isKept: kept.has(hash ?? '') };
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
    return { ...made, plan, isKept, moment: { at, isRepeated: found.attempt !== attempt } };
  };
  /** What a result is for that cannot be applied now; Restate keeps it and tries again, more and more seldom. */
  const openedOf = async (ctx: ObjectSharedContext, { plan }: RunFacts): Promise<Opened> => {
    const opened = await begin(ctx, () => plan);
    if (typeof opened !== 'string') return opened;
    throw new Error(`This version of the package does not make the machine of the plan "${plan}".`);
  };
  const readRun = (
    { key }: { readonly key: string },
    { machine }: RestateMachine,
    snapshot: KeptSnapshot,
    facts: RunFacts,
  ): Run => {
    // Who can write the state of an object can also take it from another one.
    if (runIdIn(snapshot.context) !== key)
      throw new TerminalError('The state of this run is that of another one.', { errorCode: 500 });
    return runAt(key, machine, snapshot, facts);
  };

  /** The sessions of the actors that a run has. */
  const sessionsOf = async (ctx: ObjectContext): Promise<ReadonlySet<string | undefined>> => {
    const actors = (await ctx.get<Readonly<Record<string, SerialisableActorRef>>>('children')) ?? {};
    return new Set(Object.values(actors).map(({ sessionId }) => sessionId));
  };
  /** Ends the requests and the waits of actors that were stopped. */
  const endStopped = async (ctx: ObjectContext, begun: BegunCalls, answered?: string): Promise<void> => {
    const before = (await ctx.get<BegunCalls>('calls')) ?? {};
    const sessions = await sessionsOf(ctx);
    const all = Object.entries({ ...before, ...begun });
    for (const [session, call] of all) if (!sessions.has(session) && session !== answered) ctx.cancel(call);
    const left = all.filter(([session]) => sessions.has(session));
    if (left.length > 0) ctx.set('calls', Object.fromEntries(left));
    else if (Object.keys(before).length > 0) ctx.clear('calls');
  };
  /**
   * Has the adapter make a transition, stores what it changed beside the snapshot, and tells those who wait for it.
   *
   * @param answered - the session of the actor whose work ended with this
   */
  const advance = async (
    ctx: ObjectContext,
    opened: Opened,
    facts: RunFacts,
    transition: (ctx: never) => Promise<unknown>,
    answered?: string,
  ): Promise<RunMessage> => {
    const noting = notingCalls(ctx);
    const snapshot = await moments.run(opened.moment, () => transition(noting.ctx as never));
    const kept = snapshot as KeptSnapshot;
    await endStopped(ctx, await noting.begun(), answered);
    ctx.set('run', facts);
    if (kept.status !== 'active') ctx.clear(activeKey(facts));
    else if (facts.revision === 1) ctx.set(activeKey(facts), true);
    const message = moments.run(opened.moment, () => messageOf(readRun(ctx, opened, kept, facts)));
    const followers = (await ctx.get<readonly string[]>('followers')) ?? [];
    for (const awakeable of followers) ctx.resolveAwakeable(awakeable, { kind: 'run', run: message });
    if (followers.length > 0) ctx.clear('followers');
    return message;
  };
  const latest = async (ctx: ObjectSharedContext): Promise<ReadReply> => {
    const facts = await ctx.get<RunFacts>('run');
    const snapshot = await ctx.get<KeptSnapshot>('snapshot');
    if (facts === null || snapshot === null) return { kind: 'unknown' };
    const opened = await begin(ctx, () => facts.plan);
    if (typeof opened === 'string') return { kind: 'stranded' };
    return { kind: 'run', run: messageOf(readRun(ctx, opened, snapshot, facts)) };
  };

  const invokePromise: InnerHandlers['invokePromise'] = async (ctx, request) => {
    const facts = await ctx.get<RunFacts>('run');
    if (facts === null) return;
    const opened = await openedOf(ctx, facts);
    await moments.run(opened.moment, () => opened.adapter.invokePromise(ctx as never, request));
  };

  return {
    start: async (ctx, { workflowId, inputs, binding }) => {
      if (ctx.key.startsWith(planKey('')))
        throw new TerminalError('No run has such an id.', { errorCode: 400 });
      const before = await latest(ctx);
      if (before.kind === 'run') return { kind: 'existing', run: before.run };
      if (before.kind === 'stranded') return { kind: 'stranded' };
      const opened = await begin(ctx, () => machines.currentHash(workflowId));
      if (opened === 'no-plan') return { kind: 'unknown-workflow' };
      if (opened === 'stranded') return { kind: 'stranded' };
      const { machine, adapter, moment, plan } = opened;
      const { rejection } = initialFrame(runtimeOf(machine), inputs).frame;
      if (rejection !== undefined) return { kind: 'refused', rejection };
      if (!opened.isKept) {
        await ctx.objectClient(self, planKey(plan)).keepPlan((await machines.textOf(plan)) ?? '');
        kept.add(plan);
      }
      const { at } = moment;
      const facts: RunFacts = {
        workflowId,
        plan,
        revision: 1,
        taken: [],
        ...(binding === undefined ? {} : { binding }),
        startedAt: at,
        changedAt: at,
      };
      // Before the first request goes out, since that looks for its run.
      ctx.set('run', facts);
      const input = { inputs, runId: ctx.key };
      const run = await advance(ctx, opened, facts, (noting) => adapter.create(noting, { input }));
      return { kind: 'started', run };
    },

    event: async (ctx, { event, eventId, revision }) => {
      const facts = await ctx.get<RunFacts>('run');
      const before = await ctx.get<KeptSnapshot>('snapshot');
      if (facts === null || before === null) return { kind: 'unknown' };
      const opened = await begin(ctx, () => facts.plan);
      if (typeof opened === 'string') return { kind: 'stranded' };
      const { adapter, moment } = opened;
      const run = readRun(ctx, opened, before, facts);
      const [message, isAccepted] = moments.run(moment, () => [messageOf(run), run.accepts(event)] as const);
      if (eventId !== undefined && facts.taken.includes(eventId)) return { kind: 'repeated', run: message };
      if (revision !== undefined && revision !== facts.revision) return { kind: 'conflict', run: message };
      // What XState and the adapter send by themselves is no business of a caller.
      if (/^(?:xstate|restate)\./.test(event.type) || !isAccepted) return { kind: 'refused', run: message };
      const next = {
        ...facts,
        revision: facts.revision + 1,
        taken: eventId === undefined ? facts.taken : [...facts.taken, eventId].slice(-REMEMBERED),
        changedAt: moment.at,
      };
      const taken = await advance(ctx, opened, next, (noting) => adapter.send(noting, { event }));
      return { kind: 'taken', run: taken };
    },

    read: latest,

    change: async (ctx, { after, waitMs }) => {
      const facts = await ctx.get<RunFacts>('run');
      if (facts === null || facts.revision > after) return latest(ctx);
      const { id, promise } = ctx.awakeable<ReadReply>();
      ctx.objectSendClient(self, ctx.key).follow({ awakeable: id, after });
      try {
        return await promise.orTimeout(waitMs);
      } catch (error) {
        if (error instanceof TimeoutError) return { kind: 'unchanged' };
        throw error;
      }
    },

    follow: async (ctx, { awakeable, after }) => {
      const facts = await ctx.get<RunFacts>('run');
      if (facts === null || facts.revision > after) {
        ctx.resolveAwakeable(awakeable, await latest(ctx));
        return;
      }
      const followers = (await ctx.get<readonly string[]>('followers')) ?? [];
      ctx.set('followers', [...followers, awakeable].slice(-FOLLOWERS));
    },

    send: async (ctx, request) => {
      const facts = await ctx.get<RunFacts>('run');
      if (facts === null || request === undefined) return;
      // What came of a request that the run waits for no more.
      const session = request.target?.sessionId;
      if (!(await sessionsOf(ctx)).has(session)) return;
      const opened = await openedOf(ctx, facts);
      const next = { ...facts, revision: facts.revision + 1, changedAt: opened.moment.at };
      await advance(ctx, opened, next, (noting) => opened.adapter.send(noting, request), session);
    },

    invokePromise,
    awaitTime: invokePromise,

    cleanupState: async (ctx) => {
      ctx.clearAll();
    },

    keepPlan: async (ctx, text) => {
      if ((await ctx.get('plan')) === null) ctx.set('plan', text);
    },
    readPlan: (ctx) => ctx.get<string>('plan'),
    canRun: async (ctx) => {
      const text = await ctx.get<string>('plan');
      const hash = ctx.key.slice(planKey('').length);
      const made = machines.has(hash) ? await machines.get(hash) : await machines.add(hash, text);
      return made !== undefined;
    },
  };
}

function runIdIn({ run }: JsonObject): JsonValue | undefined {
  return isJsonObject(run) ? run['id'] : undefined;
}
