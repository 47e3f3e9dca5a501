import { randomBytes } from 'node:crypto';
import type { EventObject } from 'xstate';
import type { WorkflowEmitted } from '../machines/context.ts';
import { initialFrame } from '../machines/initial-context.ts';
import { runtimeOf } from '../machines/registry.ts';
import { UsageError } from '../machines/usage-error.ts';
import { systemClock } from '../services/wait-service.ts';
import { beginRun, isTimer } from './advance.ts';
import { checkNumbers, LONGEST_TIMER_MS } from './check-numbers.ts';
import { createDoubts } from './doubts.ts';
import { createDueHandler } from './due-handler.ts';
import { createDueRuns } from './due-runs.ts';
import { createFlights } from './flights.ts';
import { createMachineShelf } from './machine-shelf.ts';
import { createRunLedger, type LoadedRun, type StoredChange } from './run-ledger.ts';
import type { RunTask } from './run-record.ts';
import { runOf, type Run } from './run.ts';
import type { Sessions } from './sessions-interface.ts';
import type { SessionsOptions } from './sessions-options.ts';
import { findStranded } from './stranded-runs.ts';
import { createSubscriptions } from './subscriptions.ts';

/** How long a store that does not answer is waited for at the end, where no more is asked for. */
const STORE_GRACE_MS = 1000;
const CANCEL = { type: 'cancel' } as const;
const LONGEST_EVENT_ID = 128;

/**
 * Hosts runs of workflows on a store. After a crash at any moment, whoever opens the store next goes on: states that
 * wait go on waiting, times end when they end, and a request that was in flight is sent again with the same
 * idempotency key, at least once, unless its step may be sent once at most: that one fails with kind `interrupted`.
 * Requests carry their key in the header `Idempotency-Key` unless `idempotencyHeader` says otherwise.
 *
 * A run that waits for a person takes no memory here, and one that waits for a time none either.
 *
 * @throws UsageError with code `invalid-option`
 */
export function createSessions(options: SessionsOptions): Sessions {
  const {
    workflows,
    store,
    services,
    instance,
    leaseMs = 10_000,
    pollMs = 1000,
    maxInFlight = 500,
    keepEndedMs = 24 * 60 * 60 * 1000,
    keepWaitingMs = Number.POSITIVE_INFINITY,
    onEvent,
    onError,
    clock = systemClock,
    ...requests
  } = options;
  checkNumbers({ leaseMs, pollMs }, LONGEST_TIMER_MS);
  checkNumbers({ maxInFlight, keepEndedMs, keepWaitingMs });
  const owner = instance ?? randomId();
  const now = (): number => clock.now();
  const report = (error: unknown): void => onError?.(error);
  const shelf = createMachineShelf(
    workflows,
    store,
    services === false ? false : { idempotencyHeader: true, now, ...requests },
    now,
  );
  const ledger = createRunLedger(store, shelf, {
    now,
    owner,
    leaseMs,
    keepEndedMs,
    keepWaitingMs,
    onDoubt: (change) => doubts.add(change),
  });
  let isClosed = false;
  const closed = new AbortController();
  /** Whether nothing is sent from here any more. */
  let isDrained = false;

  const loaded = async (id: string): Promise<LoadedRun | undefined> => {
    const run = await ledger.load(id);
    return typeof run === 'string' ? undefined : run;
  };
  const subscriptions = createSubscriptions<Run>({
    clock,
    pollMs,
    report,
    revisions: (ids) => store.revisions(ids),
    load: async (id) => {
      const run = await loaded(id);
      return run === undefined ? undefined : runOf(run.record, run.snapshot);
    },
  });

  /** What comes of a change, now that it is stored. */
  const settle = ({ run, effects, isOvertaken }: StoredChange): void => {
    const { record, snapshot } = run;
    const { id, workflowId, task, revision, due } = record;
    const mine = task !== undefined && !isTimer(task) && task.since === revision;
    if (mine && isDrained) void store.renew([{ id, revision }], now()).catch(report);
    else if (mine && !isOvertaken) flights.launch(run);
    else if (!isOvertaken) flights.follow(run);
    if (due !== undefined && !mine) dueRuns.expect(due);
    for (const effect of effects) {
      try {
        if (effect.type === 'xstate.emit') {
          const { event } = effect.params as { readonly event: WorkflowEmitted };
          onEvent?.({ runId: id, workflowId, event });
        } else effect.exec?.(effect.info as never, effect.params as never);
      } catch (error) {
        report(error);
      }
    }
    if (subscriptions.has(id)) subscriptions.tell(runOf(record, snapshot));
  };

  const doubts = createDoubts({ clock, pollMs, forMs: leaseMs, load: loaded, settle });
  /** Applies what a task came to, if the run is still busy with it. */
  const applyEnd = async (first: LoadedRun, task: RunTask, event: EventObject): Promise<void> => {
    for (let run: LoadedRun | undefined = first; run?.record.task?.since === task.since;) {
      const change = await ledger.apply(run, event);
      if (change !== undefined) {
        settle(change);
        return;
      }
      run = await loaded(run.record.id);
    }
  };
  const flights = createFlights({
    clock,
    renew: (held) => store.renew(held, now() + leaseMs),
    reread: loaded,
    land: async (run, task, event) => {
      // What came of a request is worth more than the time that the store is away; who else takes it up ends this.
      for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, pollMs)) {
        try {
          return await applyEnd(run, task, event);
        } catch (error) {
          report(error);
          if (isClosed) return;
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, pauseMs));
        }
      }
    },
  });

  const handleDue = createDueHandler({
    store,
    ledger,
    flights,
    now,
    leaseMs,
    pollMs,
    maxInFlight,
    keepWaitingMs,
    settle,
    applyEnd,
  });
  const released = instance === undefined ? undefined : store.release(owner, now()).catch(report);
  const dueRuns = createDueRuns(
    {
      due: async (at, limit) => {
        await released;
        return store.due(at, limit);
      },
      nextDue: () => store.nextDue(),
    },
    { clock, pollMs, report, handle: handleDue, putOff: (runs) => store.renew(runs, now() + pollMs) },
  );
  let renewing: unknown;
  const renewLater = (): void => {
    renewing = clock.setTimeout(() => {
      void flights
        .renew()
        .catch(report)
        .finally(() => {
          if (!isDrained) renewLater();
        });
    }, leaseMs / 3);
  };
  renewLater();

  /** Waits for something for so long at most. */
  const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
    let timer: unknown;
    const over = new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, ms)));
    await Promise.race([work, over]).finally(() => clock.clearTimeout(timer));
  };
  const assertOpen = (): void => {
    if (isClosed) throw new UsageError('sessions-closed', 'These sessions are closed.');
  };
  const send: Sessions['send'] = async (runId, event, { eventId, revision } = {}) => {
    assertOpen();
    if (eventId !== undefined && (eventId === '' || eventId.length > LONGEST_EVENT_ID))
      throw new UsageError('invalid-option', `An event id has 1 to ${LONGEST_EVENT_ID} characters.`);
    for (;;) {
      const run = await ledger.load(runId);
      if (typeof run === 'string') return { kind: run };
      const { record, snapshot } = run;
      const view = runOf(record, snapshot);
      if (eventId !== undefined && record.taken.includes(eventId)) return { kind: 'repeated', run: view };
      if (revision !== undefined && revision !== record.revision) return { kind: 'conflict', run: view };
      // What XState itself sends is no business of a caller.
      if (event.type.startsWith('xstate.') || !view.accepts(event)) return { kind: 'refused', run: view };
      const change = await ledger.apply(run, event, eventId);
      if (change === undefined) continue;
      settle(change);
      return { kind: 'taken', run: runOf(change.run.record, change.run.snapshot) };
    }
  };

  return {
    workflows: shelf.workflows,
    closed: closed.signal,
    start: async (workflowId, { inputs = {}, runId, binding } = {}) => {
      assertOpen();
      const found = await shelf.current(workflowId);
      if (found === undefined)
        throw new UsageError('unknown-workflow', `There is no workflow "${workflowId}" to start.`);
      const id = runId ?? randomId();
      const { machine, hash } = found;
      const { rejection } = initialFrame(runtimeOf(machine), inputs).frame;
      if (rejection !== undefined) return { kind: 'refused', rejection };
      const advance = beginRun(machine, { inputs, runId: id });
      const draft = { id, workflowId, plan: hash, ...(binding === undefined ? {} : { binding }) };
      const change = await ledger.create(draft, machine, advance);
      if (change !== undefined) {
        settle(change);
        return { kind: 'started', run: runOf(change.run.record, change.run.snapshot) };
      }
      const existing = await ledger.load(id);
      if (typeof existing === 'string')
        throw new UsageError('invalid-option', `The run id "${id}" is taken by a run that cannot be read.`);
      return { kind: 'existing', run: runOf(existing.record, existing.snapshot) };
    },
    send,
    get: async (runId) => {
      const run = await ledger.load(runId);
      return typeof run === 'string' ? run : runOf(run.record, run.snapshot);
    },
    subscribe: (runId, listener, after = 0) => {
      const end = subscriptions.add(runId, after, listener);
      loaded(runId)
        .then((run) => {
          if (run !== undefined) subscriptions.tell(runOf(run.record, run.snapshot));
        })
        .catch(report);
      return end;
    },
    stop: (runId) => send(runId, CANCEL),
    stranded: () => findStranded(store, shelf),
    close: async ({ graceMs = 5000 } = {}) => {
      if (isClosed) return;
      if (!(graceMs >= 0 && graceMs <= LONGEST_TIMER_MS))
        throw new UsageError('invalid-option', `The option "graceMs" must be from 0 to ${LONGEST_TIMER_MS}.`);
      isClosed = true;
      const graceEnd = now() + graceMs;
      await within(dueRuns.close(), Math.max(graceMs, STORE_GRACE_MS));
      subscriptions.close();
      doubts.close();
      closed.abort();
      await flights.drain(Math.max(0, graceEnd - now()));
      isDrained = true;
      clock.clearTimeout(renewing);
      // What was left in flight need not wait until its lease is over.
      await within(store.release(owner, now()).catch(report), STORE_GRACE_MS);
    },
  };
}

function randomId(): string {
  return randomBytes(32).toString('base64url');
}
