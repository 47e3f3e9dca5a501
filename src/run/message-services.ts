import { messageSteps } from '../machines/actor-names.ts';
import { runtimeOf } from '../machines/registry.ts';
import {
  createMessageService,
  type MessageServiceOptions,
  type MessageTransport,
} from '../services/message-service.ts';

/**
 * The actors of a machine's steps that use a channel of AsyncAPI, over a transport of one's own. Give them to
 * `machine.provide({ actors })`, and the machine then to `provideServices` or `runWorkflow`, which perform the rest.
 *
 * @throws TypeError when the machine does not come from `compileMachine`
 */
export function createMessageServices(
  machine: { readonly config: object },
  transport: MessageTransport,
  options: MessageServiceOptions = {},
) {
  const steps = messageSteps(runtimeOf(machine).flow).map(
    ({ actor, step }) => [actor, createMessageService(step.channelOperation, transport, options)] as const,
  );
  return Object.fromEntries(steps);
}
