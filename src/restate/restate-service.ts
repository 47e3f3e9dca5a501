import { handlers, object, type EndpointOptions } from '@restatedev/restate-sdk';
import { UsageError } from '../machines/usage-error.ts';
import { checkNumbers } from '../server/check-numbers.ts';
import type { CompiledMachine } from '../server/sessions-options.ts';
import { createRestateMachines } from './restate-machines.ts';
import type { RestateServiceOptions } from './restate-options.ts';
import { createRunHandlers } from './run-handlers.ts';
import { DEFAULT_NAME } from './run-messages.ts';
import { createValueCodec } from './value-codec.ts';

/** What `serve` and `createEndpointHandler` of the SDK take: a virtual object, and how its values are encrypted. */
export type RestateService = Required<Pick<EndpointOptions, 'services'>> &
  Pick<EndpointOptions, 'journalValueCodecProvider'>;

/**
 * Hosts runs of workflows on Restate: gives what the SDK serves, as `serve({ ...createRestateService(…), port })`. Each
 * run is a virtual object, its machine run by the adapter `@restatedev/xstate`. After a crash of this process, or of the
 * Restate server, at any moment, runs go on: states that wait go on waiting, times end when they end, and a request that
 * was in flight is sent again with the same idempotency key, at least once, by any process that serves the same, unless
 * its step may be sent once at most: that one fails with kind `interrupted`. Requests carry their key in the header
 * `Idempotency-Key` unless `idempotencyHeader` says otherwise.
 *
 * Plans are kept beside the runs. A run whose plan this version of the package makes another machine of stays as it is,
 * and Restate tries again what is to be done for it.
 *
 * @param workflows - machines of `compileMachine`, which new runs start on
 * @throws UsageError with code `invalid-option`
 * @throws TypeError where a machine does not come from `compileMachine`
 * @see https://docs.restate.dev/services/configuration
 */
export function createRestateService(
  workflows: readonly CompiledMachine[],
  options: RestateServiceOptions,
): RestateService {
  const { keys, name = DEFAULT_NAME, journalRetentionMs = 0, ...hosting } = options;
  const { keepEndedMs, keepWaitingMs, onEvent: _onEvent, onError: _onError, ...performing } = hosting;
  assertName(name);
  checkNumbers({ keepEndedMs, keepWaitingMs });
  if (!(journalRetentionMs >= 0 && Number.isFinite(journalRetentionMs)))
    throw new UsageError('invalid-option', 'The option "journalRetentionMs" must be a number from 0 on.');
  const machines = createRestateMachines(workflows, name, performing);
  const run = createRunHandlers(name, machines, hosting);
  const { exclusive, shared } = handlers.object;
  const inner = { ingressPrivate: true };
  const definition = object({
    name,
    handlers: {
      start: exclusive(run.start),
      event: exclusive(run.event),
      read: shared(run.read),
      change: shared(run.change),
      canRun: shared(run.canRun),
      readInTurn: exclusive(inner, run.readInTurn),
      follow: exclusive(inner, run.follow),
      send: exclusive(inner, run.send),
      invokePromise: shared({ ...inner, inactivityTimeout: LONGEST_STEP_MS }, run.invokePromise),
      awaitTime: shared(inner, run.awaitTime),
      giveUp: exclusive(inner, run.giveUp),
      cleanupState: exclusive(inner, run.cleanupState),
      keepPlan: exclusive(inner, run.keepPlan),
      readPlan: shared(inner, run.readPlan),
    },
    options: {
      journalRetention: journalRetentionMs,
      // Its ingress gives every call a key of its own, by which it would keep the answer for a day.
      idempotencyRetention: journalRetentionMs,
      inactivityTimeout: IDLE_MS,
      retryPolicy: FOR_EVER,
    },
  });
  if (keys === false) return { services: [definition] };
  const codec = createValueCodec(keys);
  return { services: [definition], journalValueCodecProvider: async () => codec };
}

/**
 * A call that waits, for a time or for a run to change, is put away after this: while it is not, it is one of the 1,000
 * that a Restate server has under way at once. One that is put away cannot be aborted.
 */
const IDLE_MS = 1000;

/** How long a request stays at hand, so that it can be aborted. */
const LONGEST_STEP_MS = 60 * 60 * 1000;

/** By default Restate gives up after some minutes without a service, and a person has to tell it to go on. */
const FOR_EVER = {
  initialInterval: 100,
  maxInterval: 10_000,
  exponentiationFactor: 2,
  maxAttempts: 1_000_000_000,
} as const;

/** @throws UsageError with code `invalid-option` where Restate could not take it, or it would need quoting */
export function assertName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    throw new UsageError(
      'invalid-option',
      `The name "${name}" must begin with a letter and have nothing but letters, digits, "_" and "-".`,
    );
  }
}
