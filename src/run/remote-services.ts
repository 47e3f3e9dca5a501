import { isJsonObject } from '../document/json.ts';
import { performedSteps, WAIT_ACTOR } from '../machines/actor-names.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { StepActorLogic } from '../machines/workflow-machine.ts';
import type { CallError, CallErrorKind, StepCall, StepExchange } from '../plan/step-call.ts';
import { CallFailure } from '../services/call-failure.ts';
import { onceAtMost } from '../services/once-at-most.ts';
import { requireMessageActors, type MachineWithActors } from './require-message-actors.ts';
import { createWaitService, type Clock } from '../services/wait-service.ts';

/** What became of a step that was performed elsewhere: plain JSON, made by `performStep`. */
export type StepReply = { readonly exchange: StepExchange } | { readonly error: CallError };

/**
 * Hands a step's call to where it is performed, by `fetch` to one's own server say, and gives what came back, parsed.
 * It rejects where nothing did. `signal` is aborted when the machine waits for the answer no more.
 */
export type StepTransport = (call: StepCall, signal: AbortSignal) => Promise<unknown>;

const KINDS = new Set<unknown>([
  'network',
  'timeout',
  'request',
  'interrupted',
  'internal',
] satisfies CallErrorKind[]);

/**
 * The actors of a machine whose steps are performed elsewhere: what a page uses, so that no credential is in it. They
 * hold no HTTP client; `transport` is the caller's. Give them to `machine.provide({ actors })`.
 *
 * A transport that rejects, or gives what is no reply, is a call without a response: kind `network`, and for a step
 * that may go out once at most `interrupted`, since it may have arrived.
 *
 * @param clock - the clock of `wait`; default: the platform's
 * @throws UsageError `actor-missing` when a step uses a channel of AsyncAPI and the machine has no actor for it
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function createRemoteServices(machine: MachineWithActors, transport: StepTransport, clock?: Clock) {
  requireMessageActors(machine);
  const step: StepActorLogic = onceAtMost<StepExchange, StepCall>(async ({ input, signal }) => {
    if (input.problem !== undefined) throw new CallFailure('request', input.problem);
    const reply = await transport(input, signal).catch(() => undefined);
    if (isJsonObject(reply)) {
      const { exchange, error } = reply;
      if (
        isJsonObject(exchange) &&
        isJsonObject(exchange['response']) &&
        typeof exchange['response']['statusCode'] === 'number'
      ) {
        return exchange as unknown as StepExchange;
      }
      if (isJsonObject(error) && KINDS.has(error['kind']))
        throw new CallFailure(
          error['kind'] as CallErrorKind,
          typeof error['message'] === 'string' ? error['message'] : '',
        );
    }
    throw new CallFailure(
      input.atMostOnce === true ? 'interrupted' : 'network',
      'The server that performs the step gave no answer.',
    );
  });
  const steps = performedSteps(runtimeOf(machine).flow).map(({ actor }) => [actor, step] as const);
  return { ...Object.fromEntries(steps), [WAIT_ACTOR]: createWaitService(clock) };
}
