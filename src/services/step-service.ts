import type { PromiseActorLogic } from 'xstate';
import type { Operation } from '../openapi/operation.ts';
import type { StepCall, StepExchange } from '../plan/step-call.ts';
import { CallFailure } from './call-failure.ts';
import { createCaller } from './perform-call.ts';
import { onceAtMost } from './once-at-most.ts';
import type { ServiceOptions } from './service-options.ts';

/**
 * The actor of a step: it performs the call that it is given and resolves with the exchange, whatever the status
 * code. Stopping the actor aborts the request.
 *
 * @returns Promise logic that rejects with a {@link CallFailure} where there is no response.
 */
export function createStepService(
  operation: Operation,
  options: ServiceOptions = {},
): PromiseActorLogic<StepExchange, StepCall> {
  const call = createCaller(operation, options);
  return onceAtMost(async ({ input, signal }) => {
    const result = await call(input, signal);
    if (result.kind === 'response') return result.exchange;
    // An aborted call belongs to an actor that was stopped: nobody hears of it.
    throw new CallFailure(result.kind === 'aborted' ? 'interrupted' : result.kind, result.message);
  });
}
