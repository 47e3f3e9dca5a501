import type { Scope } from '../expressions/scope.ts';
import type { MessageStepPlan } from '../plan/workflow-plan.ts';
import type { Failure } from './context.ts';
import { readExchange, readMessage } from './exchange.ts';
import { failureOfMessage, failureOfResponse, retryAtOf } from './failure.ts';
import { sentMessage } from './message-call.ts';

/** What an actor came back with: what expressions see of it, and what it means where the document has no criteria. */
export interface ActorReply {
  readonly scope: Pick<Scope, 'request' | 'response' | 'message'>;
  readonly isSuccess: boolean;
  /** Why it is no success; asked for only where it is none. */
  readonly failure: () => Failure;
}

/** Reads what the actor of a step that sends a request came back with; `undefined` where it is no exchange. */
export function replyOfRequest(output: unknown, now: () => number): ActorReply | undefined {
  const exchange = readExchange(output);
  if (exchange === undefined) return undefined;
  const { response } = exchange;
  return {
    scope: exchange,
    isSuccess: response.statusCode >= 200 && response.statusCode < 300,
    failure: () => failureOfResponse(response, retryAtOf(response, now)),
  };
}

/**
 * Reads what the actor of a step that uses a channel came back with. Of a message that was sent it need not say anything:
 * it is the one that the step gave.
 *
 * @param scope - what the step's values were evaluated against
 */
export function replyOfChannel(step: MessageStepPlan, scope: Scope, output: unknown): ActorReply | undefined {
  const isSent = step.channelOperation.action === 'send' && (output === undefined || output === null);
  const message = isSent ? sentMessage(step, scope) : readMessage(output);
  if (message === undefined) return undefined;
  return { scope: { message }, isSuccess: true, failure: () => failureOfMessage(message) };
}
