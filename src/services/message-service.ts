import type { PromiseActorLogic } from 'xstate';
import type { ChannelOperation } from '../asyncapi/channel-operation.ts';
import { messageCorrelates } from '../asyncapi/message-correlates.ts';
import type { MessageRecord } from '../expressions/scope.ts';
import type { MessageCall, MessageExchange } from '../plan/step-call.ts';
import { CallFailure, isCallFailure } from './call-failure.ts';
import { createDeadline } from './deadline.ts';
import { onceAtMost } from './once-at-most.ts';
import { DEFAULT_TIMEOUT_MS } from './service-options.ts';

/**
 * Carries messages: what a program brings for its broker, the package having no client for one. `signal` is aborted when
 * the time is up and when the machine does not wait any more.
 *
 * A step begins to listen when it is entered. What came before is lost unless the transport keeps it.
 */
export interface MessageTransport {
  /** Resolves once the message is sent; rejects where it could not be. */
  readonly send: (call: MessageCall, operation: ChannelOperation, signal: AbortSignal) => Promise<unknown>;
  /** The messages that come over the channel, of which the first that correlates is taken. */
  readonly receive: (
    call: MessageCall,
    operation: ChannelOperation,
    signal: AbortSignal,
  ) => AsyncIterable<MessageRecord>;
}

/** Settings of {@link createMessageService}. */
export interface MessageServiceOptions {
  /** Milliseconds for one attempt, where the document does not say. Default 30,000. */
  readonly timeoutMs?: number;
}

/**
 * The actor of a step that uses a channel: it sends the message, or waits for the one that correlates, within the
 * step's time. Stopping the actor aborts the transport.
 *
 * @returns Promise logic that rejects with a {@link CallFailure} where no message was sent or came: `request` where none
 * could be made, `timeout`, or `network` where the transport rejects or ends.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function createMessageService(
  operation: ChannelOperation,
  transport: MessageTransport,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: MessageServiceOptions = {},
): PromiseActorLogic<MessageExchange | undefined, MessageCall> {
  return onceAtMost(async ({ input: call, signal }) => {
    if (call.problem !== undefined) throw new CallFailure('request', call.problem);
    const deadline = createDeadline(call.timeoutMs ?? timeoutMs, signal);
    try {
      return await deadline.race(perform(call, operation, transport, deadline.signal));
    } catch (error) {
      if (deadline.ended() === 'timeout') {
        const what = call.action === 'send' ? 'The message was not sent' : 'No message came';
        throw new CallFailure('timeout', `${what} within ${deadline.timeoutMs} ms.`);
      }
      if (isCallFailure(error)) throw error;
      // What a client of a broker says may quote a secret.
      const kind = call.action === 'send' && call.atMostOnce === true ? 'interrupted' : 'network';
      throw new CallFailure(kind, `The channel "${call.channel}" could not be used.`);
    } finally {
      deadline.clear();
    }
  });
}

async function perform(
  call: MessageCall,
  operation: ChannelOperation,
  transport: MessageTransport,
  signal: AbortSignal,
): Promise<MessageExchange | undefined> {
  if (call.action === 'send') {
    await transport.send(call, operation, signal);
    return undefined;
  }
  for await (const message of transport.receive(call, operation, signal)) {
    if (signal.aborted) break;
    if (messageCorrelates(operation, call.correlationId, message)) return { message };
  }
  throw new CallFailure('network', `The channel "${call.channel}" ended before the message came.`);
}
