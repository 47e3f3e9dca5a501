import { TerminalError, TimeoutError, type VirtualObjectDefinition } from '@restatedev/restate-sdk';
import { isJsonObject } from '../document/json.ts';
import { initialFrame } from '../machines/initial-context.ts';
import { runtimeOf } from '../machines/registry.ts';
import { moments } from './durable-actors.ts';
import type { RestateMachines } from './restate-machines.ts';
import type { InnerHandlers, RunHandlers } from './run-handlers-interface.ts';
import { messageOf, planKey, type KeptSnapshot, type ReadReply, type RunFacts } from './run-messages.ts';
import { givenUpAt, giveUpAfter, KEPT_AGAIN_MS } from './run-timer.ts';
import { createRunTurns, type HostingOptions } from './run-turns.ts';

/** How many events a run remembers the ids of. */
const REMEMBERED = 32;

const CANCEL = { type: 'cancel' } as const;

/** How long a run is left alone that cannot be gone on with here, and is not to be gone on with but to be given up. */
const STRANDED_AGAIN_MS = 60_000;

/** How many may wait for a run's next change; of more, the oldest are told nothing and ask again. */
const FOLLOWERS = 64;

/**
 * The handlers of the object. The machine is run by the adapter's own, which know one machine and take any event; around
 * them a run is started once, keeps to its plan, takes each event once and only what its state accepts, and has
 * revisions that can be waited for.
 */
export function createRunHandlers(
  name: string,
  machines: RestateMachines,
  options: HostingOptions,
): RunHandlers & InnerHandlers {
  const self = { name } as VirtualObjectDefinition<string, InnerHandlers>;
  /** The plans that this process knows to be kept. */
  const kept = new Set<string>();
  const { begin, open, inTurn, latest, read, sessions, advance } = createRunTurns(
    self,
    machines,
    kept,
    options,
  );

  const invokePromise: InnerHandlers['invokePromise'] = async (ctx, request) => {
    const facts = await ctx.get<RunFacts>('run');
    if (facts === null) return;
    const opened = await open(ctx, facts);
    await moments.run(opened.moment, () => opened.adapter.invokePromise(ctx as never, request));
  };

  return {
    start: async (ctx, request) => {
      assertRequest(isJsonObject(request));
      assertRequest(!ctx.key.startsWith(planKey('')));
      const { workflowId, inputs, binding } = request;
      const before = await inTurn(ctx);
      if (before.kind === 'run') return { kind: 'existing', run: before.run };
      if (before.kind === 'stranded') return { kind: 'stranded' };
      const opened = await begin(ctx, () => machines.currentHash(workflowId));
      if (opened === 'no-plan') return { kind: 'unknown-workflow' };
      if (opened === 'stranded') return { kind: 'stranded' };
      const { machine, adapter, moment, plan } = opened;
      const { rejection } = initialFrame(runtimeOf(machine), inputs).frame;
      if (rejection !== undefined) return { kind: 'refused', rejection };
      if (!opened.isKept) {
        const text = await machines.textOf(plan);
        if (text === undefined)
          throw new Error(`This process begins no runs on the plan "${plan}" any more.`);
        await ctx.objectClient(self, planKey(plan)).keepPlan(text);
        kept.add(plan);
      }
      const { at } = moment;
      const facts: RunFacts = {
        id: ctx.key,
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

    event: async (ctx, request) => {
      assertRequest(isJsonObject(request) && isJsonObject(request.event));
      assertRequest(typeof request.event.type === 'string');
      const { event, eventId, revision } = request;
      const facts = await ctx.get<RunFacts>('run');
      const before = await ctx.get<KeptSnapshot>('snapshot');
      if (facts === null || before === null) return { kind: 'unknown' };
      const opened = await begin(ctx, () => facts.plan);
      if (typeof opened === 'string') return { kind: 'stranded' };
      const { adapter, moment } = opened;
      const run = read(ctx, opened, before, facts);
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
    readInTurn: inTurn,

    change: async (ctx, request) => {
      assertRequest(isJsonObject(request) && Number.isFinite(request.after) && request.waitMs >= 0);
      const { after, waitMs } = request;
      const facts = await ctx.get<RunFacts>('run');
      const now = await ctx.get<KeptSnapshot>('snapshot');
      if (facts === null || facts.revision > after || now?.status !== 'active') return latest(ctx);
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
        ctx.resolveAwakeable(awakeable, await inTurn(ctx));
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
      if (!(await sessions(ctx)).has(session)) return;
      const opened = await open(ctx, facts);
      const next = { ...facts, revision: facts.revision + 1, changedAt: opened.moment.at };
      await advance(ctx, opened, next, (noting) => opened.adapter.send(noting, request), session);
    },

    invokePromise,
    // It may take days, in which the process gets other workflows: whichever is there then can end it.
    awaitTime: async (ctx, { version: _version, ...request }) => {
      await machines.waits.invokePromise(ctx as never, request);
    },

    giveUp: async (ctx, { revision }) => {
      const facts = await ctx.get<RunFacts>('run');
      const before = await ctx.get<KeptSnapshot>('snapshot');
      if (facts === null || before === null || facts.revision !== revision) return;
      // This call is that timer, and is not to be cancelled by what it does.
      ctx.clear('timer');
      const opened = await begin(ctx, () => facts.plan);
      if (typeof opened === 'string') {
        await giveUpAfter(ctx, self, revision, STRANDED_AGAIN_MS);
        return;
      }
      const { adapter, moment, keeping } = opened;
      const run = read(ctx, opened, before, facts);
      const until = givenUpAt(run, keeping);
      const mayEnd = moments.run(moment, () => run.accepts(CANCEL));
      if (until > moment.at || !mayEnd) {
        const again = mayEnd && Number.isFinite(until) ? until - moment.at : KEPT_AGAIN_MS;
        await giveUpAfter(ctx, self, revision, again);
        return;
      }
      const next = { ...facts, revision: revision + 1, changedAt: moment.at };
      await advance(ctx, opened, next, (noting) => adapter.send(noting, { event: CANCEL }));
    },

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

/**
 * Gives a call up for good: any other error would have Restate try it again for ever, and nothing else be done for its
 * run.
 *
 * @throws TerminalError
 */
function assertRequest(isOne: boolean): void {
  if (!isOne) throw new TerminalError('No run takes such a request.', { errorCode: 400 });
}
