import type { Parameter, Step, StepMessage, Workflow } from '../arazzo/model.ts';
import {
  findChannelOperation,
  type ChannelName,
  type ChannelProblem,
} from '../asyncapi/find-channel-operation.ts';
import type { ChannelOperation } from '../asyncapi/channel-operation.ts';
import { formatPointer } from '../document/json-pointer.ts';
import { memberOf } from '../document/json.ts';
import { checkMessage } from './check-message.ts';
import type { LinkContext } from './link-context.ts';
import type { MessageParameterPlan, MessageStepPlan } from './workflow-plan.ts';

const HELP = 'https://spec.openapis.org/arazzo/v1.1.0.html#step-object';

/** What a step that uses a channel has beside what all steps have, and beside its body. */
type LinkedMessage = Pick<MessageStepPlan, 'channelOperation' | 'parameters' | 'correlationId'>;

/**
 * Links a step that sends or receives a message with its channel, and says that it is not run yet: the package has no
 * client for brokers. `undefined` where something stands in the way, which has been said.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function linkMessage(
  context: LinkContext,
  workflow: Workflow,
  step: Step,
  message: StepMessage,
): LinkedMessage | undefined {
  if (step.target.kind !== 'operationId' && step.target.kind !== 'channelPath') return undefined;
  context.reporter.report({
    code: 'plan/not-run-yet',
    severity: 'warning',
    message: `The step "${step.stepId}" ${message.action === 'send' ? 'sends' : 'receives'} a message, which is not run yet; a program can provide an actor for it.`,
    pointer: `${step.pointer}/${step.target.kind}`,
    help: HELP,
  });
  const operation = findOperation(context, step, message);
  if (operation === undefined) return undefined;
  const parameters = linkParameters(operation, workflow.parameters, step.parameters);
  checkMessage(context, step, operation, parameters);
  return {
    channelOperation: operation,
    parameters,
    ...(message.correlationId === undefined ? {} : { correlationId: message.correlationId }),
  };
}

function findOperation(
  context: LinkContext,
  { target, pointer }: Step,
  { action }: StepMessage,
): ChannelOperation | undefined {
  const { document, sources, asyncSources, reporter } = context;
  if (target.kind !== 'operationId' && target.kind !== 'channelPath') return undefined;
  const name: ChannelName =
    target.kind === 'operationId' ? { operationId: target.operationId } : { path: target.path };
  const wanted = target.kind === 'operationId' ? target.operationId : formatPointer(target.path);
  const noun = target.kind === 'operationId' ? 'operation' : 'channel';
  const place = `${pointer}/${target.kind}`;
  // A source that is described by OpenAPI has no messages; whoever names one all the same has been told by the reader.
  const candidates = document.sourceDescriptions.filter(
    (source) =>
      source.type !== 'arazzo' &&
      (target.source === undefined
        ? memberOf(sources, source.name) === undefined
        : source.name === target.source),
  );
  const found: ChannelOperation[] = [];
  let problem: ChannelProblem | undefined;
  for (const { name: source } of candidates) {
    const asyncapi = memberOf(asyncSources, source);
    if (asyncapi !== undefined) {
      const operation = findChannelOperation(asyncapi, source, name, action);
      if ('value' in operation) found.push(operation.value);
      else problem = operation;
    } else if (memberOf(sources, source) === undefined) {
      const message = `The ${noun} "${wanted}" was not looked up: the source description "${source}" could not be read.`;
      reporter.report({ code: 'plan/source-missing', severity: 'warning', message, pointer: place });
      return undefined;
    } else {
      const why = `The source description "${source}" is an OpenAPI description, so it has no messages`;
      problem = { reason: 'unknown', problem: `${why}.` };
    }
  }
  const [first, second] = found;
  if (first === undefined) {
    const hint = problem?.suggestion === undefined ? '' : ` Did you mean "${problem.suggestion}"?`;
    const said = problem?.problem ?? `No source description has the ${noun} "${wanted}".`;
    const code = noun === 'operation' ? 'plan/operation-not-found' : 'plan/channel-not-found';
    reporter.report({ code, severity: 'error', message: `${said}${hint}`, pointer: place, help: HELP });
    return undefined;
  }
  if (second !== undefined) {
    const message = `The operation "${wanted}" is in "${first.source}" and in "${second.source}"; write "$sourceDescriptions.${first.source}.${wanted}".`;
    reporter.report({
      code: 'plan/operation-ambiguous',
      severity: 'error',
      message,
      pointer: place,
      help: HELP,
    });
    return undefined;
  }
  return first;
}

function linkParameters(
  { address, messages }: ChannelOperation,
  shared: readonly Parameter[],
  own: readonly Parameter[],
): readonly MessageParameterPlan[] {
  const byIdentity = new Map<string, Parameter>();
  for (const parameter of [...shared.filter((one) => one.in !== undefined), ...own])
    byIdentity.set(`${parameter.in} ${parameter.name}`, parameter);
  return [...byIdentity.values()].map(({ name, in: place = 'header', value }) => ({
    name,
    in: place,
    value,
    required:
      place === 'path' || place === 'channel'
        ? address?.includes(`{${name}}`) === true
        : place === 'header' && messages.length === 1 && isRequired(messages[0]?.requiredHeaders ?? [], name),
  }));
}

/** The names of headers are told apart by case, as in the messages' schemas. */
function isRequired(headers: readonly string[], name: string): boolean {
  return headers.includes(name);
}
