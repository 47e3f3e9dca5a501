import type { Step } from '../arazzo/model.ts';
import type { ChannelOperation } from '../asyncapi/channel-operation.ts';
import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import type { Severity } from '../document/diagnostic.ts';
import { memberOf } from '../document/json.ts';
import type { LinkContext } from './link-context.ts';
import type { MessageParameterPlan } from './workflow-plan.ts';

/**
 * Compares a step that uses a channel with what the channel's description says, and with what the specification advises.
 * What differs is sent and expected all the same.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function checkMessage(
  context: LinkContext,
  step: Step,
  operation: ChannelOperation,
  given: readonly MessageParameterPlan[],
): void {
  const { stepId, pointer, target, message } = step;
  const { messages, action } = operation;
  const report = (severity: Severity, code: DiagnosticCode, text: string, at: string): void =>
    context.reporter.report({
      severity,
      code,
      message: text,
      pointer: at,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object',
    });

  for (const [, name = ''] of (operation.address ?? '').matchAll(/\{([^{}]*)\}/g)) {
    if (given.some((one) => one.name === name && (one.in === 'channel' || one.in === 'path'))) continue;
    const text = `The address of the channel "${operation.channel}" has the variable "${name}", which the step "${stepId}" does not give.`;
    report('warning', 'plan/parameter-missing', text, pointer);
  }
  for (const { name, in: place, pointer: at } of step.parameters) {
    if (place !== 'channel' || operation.address?.includes(`{${name}}`) !== false) continue;
    const text = `The address of the channel "${operation.channel}" has no variable "${name}".`;
    report('info', 'plan/parameter-not-declared', text, at);
  }
  const [only] = messages.length === 1 ? messages : [];
  if (action === 'send') {
    for (const header of only?.requiredHeaders ?? []) {
      if (given.some((one) => one.in === 'header' && one.name === header)) continue;
      const text = `The message "${only?.name ?? ''}" requires the header "${header}", which the step "${stepId}" does not give.`;
      report('warning', 'plan/parameter-missing', text, pointer);
    }
    if (step.requestBody === undefined && (only?.requiredProperties.length ?? 0) > 0) {
      const text = `The message "${only?.name ?? ''}" requires a payload, which the step "${stepId}" does not give.`;
      report('warning', 'plan/body-missing', text, pointer);
    }
  }
  if (
    message?.correlationId !== undefined &&
    messages.length > 0 &&
    messages.every(({ correlation }) => correlation === undefined)
  ) {
    const text = `No message of the channel "${operation.channel}" declares where its correlation id is.`;
    report('warning', 'plan/correlation-unknown', text, `${pointer}/correlationId`);
  }
  if (target.kind === 'channelPath') {
    const named = operationOfChannel(context, operation);
    if (named !== undefined) {
      const text = `The channel has the operation "${named}": better write "operationId: $sourceDescriptions.${operation.source}.${named}".`;
      report('info', 'plan/operation-preferred', text, `${pointer}/channelPath`);
    }
  }
  if (action === 'receive' && step.successCriteria === undefined && messages.length > 1) {
    const names = messages.map(({ name }) => `"${name}"`).join(', ');
    const text = `Several messages can come (${names}), and without "successCriteria" each of them is a success.`;
    report('warning', 'plan/criteria-advised', text, pointer);
  }
}

/** The only operation by which the description lets clients do with a channel what the step does. */
function operationOfChannel(
  context: LinkContext,
  { source, channel, action }: ChannelOperation,
): string | undefined {
  const asyncapi = memberOf(context.asyncSources, source);
  const found = (asyncapi?.operations ?? []).filter((entry) => {
    if (entry.action !== action) return false;
    const name = asyncapi?.dialect === '2' ? entry.channel?.name : referenceOf(entry.node.value);
    return name === channel;
  });
  return found.length === 1 ? found[0]?.operationId : undefined;
}

/** The name of the channel that an operation of AsyncAPI 3 refers to. */
function referenceOf(operation: unknown): string | undefined {
  const channel =
    typeof operation === 'object' && operation !== null && 'channel' in operation
      ? operation.channel
      : undefined;
  const reference =
    typeof channel === 'object' && channel !== null && '$ref' in channel ? channel.$ref : undefined;
  return typeof reference === 'string' && reference.startsWith('#/channels/')
    ? reference.slice('#/channels/'.length).replaceAll('~1', '/').replaceAll('~0', '~')
    : undefined;
}
