import { setMember } from '../document/json.ts';
import { evaluateTemplate, textOf } from '../expressions/evaluate.ts';
import type { MessageRecord, Scope } from '../expressions/scope.ts';
import type { MessageCall, MessageParameterValue } from '../plan/step-call.ts';
import type { MessageStepPlan } from '../plan/workflow-plan.ts';
import { absence, bodyOf, parametersOf } from './call-values.ts';

/** What of a call is of AsyncAPI: the channel, and what to send over it or to wait for. */
export function messageOf(
  step: MessageStepPlan,
  scope: Scope,
  problem: string | undefined,
): Omit<MessageCall, 'stepId' | 'attempt'> {
  const { source, operationId, action, channel, address } = step.channelOperation;
  const about = { action, source, ...(operationId === undefined ? {} : { operationId }), channel };
  if (problem !== undefined) return { ...about, parameters: [], problem };
  const given = parametersOf(step.parameters, scope);
  if (given.problem !== undefined) return { ...about, ...given };
  const call = {
    ...about,
    ...(address === undefined ? {} : { address: addressWith(address, given.parameters) }),
    parameters: given.parameters,
  };
  if (action === 'send') return { ...call, ...bodyOf(step, scope) };
  if (step.correlationId === undefined) return call;
  const result = evaluateTemplate(step.correlationId, scope);
  if ('missing' in result) return { ...call, problem: absence('the correlation id', result.missing) };
  // Without its value every message would be the one.
  if (result.value === undefined) return { ...call, problem: 'The correlation id has no value.' };
  return { ...call, correlationId: result.value };
}

/** A channel's address with those of its variables replaced that the step gives. */
function addressWith(address: string, parameters: readonly MessageParameterValue[]): string {
  return address.replaceAll(/\{([^{}]*)\}/g, (variable, name: string) => {
    const given = parameters.find(
      (one) => one.name === name && (one.in === 'channel' || one.in === 'path'),
    )?.value;
    return given === undefined ? variable : textOf(given);
  });
}

/** The message that a step sends, as expressions see it. */
export function sentMessage(step: MessageStepPlan, scope: Scope): MessageRecord {
  const { parameters, body } = messageOf(step, scope, undefined);
  const headers: Record<string, string> = {};
  for (const { name, in: place, value } of parameters)
    if (place === 'header') setMember(headers, name.toLowerCase(), textOf(value));
  return { headers, ...(body === undefined ? {} : { payload: body.payload }) };
}
