import { randomBytes } from 'node:crypto';
import { runtimeOf } from '../machines/registry.ts';
import { UsageError } from '../machines/usage-error.ts';
import { systemClock } from '../services/wait-service.ts';
import type { Sessions, StrandedRun } from '../server/sessions-interface.ts';
import { listActiveRuns } from './active-runs.ts';
import { createIngress } from './ingress.ts';
import type { RestateSessionsOptions } from './restate-options.ts';
import { assertName } from './restate-service.ts';
import {
  DEFAULT_NAME,
  planKey,
  runOfMessage,
  type EventReply,
  type EventRequest,
  type ReadReply,
  type StartReply,
  type StartRequest,
} from './run-messages.ts';
import { createValueCodec } from './value-codec.ts';

const LONGEST_EVENT_ID = 128;
/** How long one call waits for a run to change. */
const FOLLOW_MS = 25_000;
const PAUSE_MS = 1000;

/**
 * The runs that {@link createRestateService} hosts, from a process that shows them to the web: `createHandler` takes
 * these sessions as it takes those of a store. Nothing is kept here; any number of such processes may serve one page.
 *
 * Methods reject where the Restate server cannot be reached, or no service answers it in time. What was sent may then
 * be carried out later, and sending it again with the same run id or `eventId` is safe.
 *
 * @throws UsageError with code `invalid-option`
 * @throws TypeError where a machine does not come from `compileMachine`
 */
export function createRestateSessions(options: RestateSessionsOptions): Sessions {
  const { workflows, keys, adminUrl, onError, name = DEFAULT_NAME, clock = systemClock } = options;
  assertName(name);
  for (const url of [options.ingressUrl, adminUrl ?? options.ingressUrl]) {
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      throw new UsageError('invalid-option', `"${url}" is no URL of HTTP.`);
  }
  const ingress = createIngress(name, keys === false ? undefined : createValueCodec(keys), options);
  const closed = new AbortController();

  const assertOpen = (): void => {
    if (closed.signal.aborted) throw new UsageError('sessions-closed', 'These sessions are closed.');
  };
  const pause = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, PAUSE_MS);
      signal.addEventListener(
        'abort',
        () => {
          clock.clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  const send: Sessions['send'] = async (runId, event, { eventId, revision } = {}) => {
    assertOpen();
    if (eventId !== undefined && (eventId === '' || eventId.length > LONGEST_EVENT_ID))
      throw new UsageError('invalid-option', `An event id has 1 to ${LONGEST_EVENT_ID} characters.`);
    const request: EventRequest = {
      event,
      ...(eventId === undefined ? {} : { eventId }),
      ...(revision === undefined ? {} : { revision }),
    };
    const reply = await ingress.call<EventReply>(runId, 'event', request);
    return 'run' in reply ? { kind: reply.kind, run: runOfMessage(reply.run) } : reply;
  };

  return {
    workflows: workflows.map((workflow) => ({
      workflowId: workflow.id,
      required: runtimeOf(workflow).required,
    })),
    start: async (workflowId, { inputs = {}, runId, binding } = {}) => {
      assertOpen();
      const unknown = `There is no workflow "${workflowId}" to start.`;
      if (!workflows.some(({ id }) => id === workflowId)) throw new UsageError('unknown-workflow', unknown);
      const id = runId ?? randomBytes(32).toString('base64url');
      if (!/^[A-Za-z0-9_.~-]{1,128}$/.test(id))
        throw new UsageError(
          'invalid-option',
          'A run id has 1 to 128 letters, digits, "_", "-", "." and "~".',
        );
      const request: StartRequest = { workflowId, inputs, ...(binding === undefined ? {} : { binding }) };
      const reply = await ingress.call<StartReply>(id, 'start', request);
      switch (reply.kind) {
        case 'started':
        case 'existing':
          return { kind: reply.kind, run: runOfMessage(reply.run) };
        case 'refused':
          return reply;
        case 'unknown-workflow':
          throw new UsageError('unknown-workflow', unknown);
        case 'stranded':
          throw new UsageError('invalid-option', `The run id "${id}" is taken by a run that cannot be read.`);
      }
    },
    send,
    get: async (runId) => {
      const reply = await ingress.call<ReadReply>(runId, 'read');
      if (reply.kind === 'run') return runOfMessage(reply.run);
      return reply.kind === 'stranded' ? 'stranded' : 'unknown';
    },
    subscribe: (runId, listener, after = 0) => {
      const ended = new AbortController();
      const signal = AbortSignal.any([ended.signal, closed.signal]);
      const report = (error: unknown): void => {
        if (!signal.aborted) onError?.(error);
      };
      const follow = async (): Promise<void> => {
        for (let seen = after; !signal.aborted;) {
          try {
            const request = { after: seen, waitMs: FOLLOW_MS };
            const limits = { timeoutMs: 2 * FOLLOW_MS, signal };
            const reply = await ingress.call<ReadReply>(runId, 'change', request, limits);
            if (reply.kind === 'unchanged') continue;
            if (reply.kind !== 'run') await pause(signal);
            else if (reply.run.revision > seen && !ended.signal.aborted) {
              seen = reply.run.revision;
              listener(runOfMessage(reply.run));
            }
            if (reply.kind === 'run' && reply.run.status !== 'active') return;
          } catch (error) {
            report(error);
            await pause(signal);
          }
        }
      };
      void follow();
      return () => ended.abort();
    },
    stop: (runId) => send(runId, { type: 'cancel' }),
    stranded: async () => {
      if (adminUrl === undefined)
        throw new UsageError(
          'invalid-option',
          'Only the admin interface can list runs: give its "adminUrl".',
        );
      const isRunnable = new Map<string, boolean>();
      const found: StrandedRun[] = [];
      for (const run of await listActiveRuns(name, { ...options, adminUrl })) {
        const known = isRunnable.get(run.plan) ?? (await ingress.call<boolean>(planKey(run.plan), 'canRun'));
        isRunnable.set(run.plan, known);
        if (!known) found.push(run);
      }
      return found;
    },
    close: async () => closed.abort(),
    closed: closed.signal,
  };
}
