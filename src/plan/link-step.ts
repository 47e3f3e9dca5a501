import { failureActionsOf, successActionsOf } from '../arazzo/control-flow.ts';
import type { Output, Parameter, RequestBody, Step, Workflow } from '../arazzo/model.ts';
import { expressionsIn } from '../expressions/references.ts';
import type { Operation } from '../openapi/operation.ts';
import { checkOperation } from './check-operation.ts';
import { linkFailureActions, linkSuccessActions } from './link-actions.ts';
import { callWith, checkInputs, linkCalledWorkflow } from './link-call.ts';
import type { LinkContext } from './link-context.ts';
import { expressionsOfStep, inputsIn, type DeclaredInputs } from './link-inputs.ts';
import { linkMessage } from './link-message.ts';
import { linkOperation } from './link-operation.ts';
import { isSecretName } from './secret-name.ts';
import type { BodyPlan, OutputPlan, ParameterPlan, StepDependency, StepPlan } from './workflow-plan.ts';

/** Links a step; `undefined` where something stands in the way, which has been said. */
export function linkStep(
  context: LinkContext,
  workflow: Workflow,
  step: Step,
  state: string,
  declared: DeclaredInputs,
): StepPlan | undefined {
  const successActions = successActionsOf(workflow, step);
  const failureActions = failureActionsOf(workflow, step);
  const onSuccess = linkSuccessActions(context, successActions);
  const onFailure = linkFailureActions(context, failureActions);
  // What an action hands to a workflow is referred to by the step.
  const handed = [...successActions, ...failureActions].flatMap(({ parameters }) =>
    parameters.flatMap(({ value }) => expressionsIn(value)),
  );
  const { stepId, pointer, extension } = step;
  const common = {
    stepId,
    ...(step.description === undefined ? {} : { description: step.description }),
    pointer,
    state,
    ...(step.successCriteria === undefined ? {} : { successCriteria: step.successCriteria }),
    onSuccess: onSuccess ?? [],
    onFailure: onFailure ?? [],
    outputs: linkOutputs(step.outputs, extension.secretOutputs),
    ...(step.dependsOn.length === 0 ? {} : { after: step.dependsOn.map(dependencyOf) }),
    ...(extension.repeatable === undefined
      ? {}
      : { repeatable: { cooldownMs: extension.repeatable.afterSeconds * 1000 } }),
    ...(extension.timeoutSeconds === undefined ? {} : { waitLimitMs: extension.timeoutSeconds * 1000 }),
  };
  if (step.target.kind === 'workflowId') {
    const called = linkCalledWorkflow(context, step.target, `${pointer}/workflowId`);
    if (called === undefined || onSuccess === undefined || onFailure === undefined) return undefined;
    // The workflow's own parameters are for whichever of the called workflows has such an input.
    checkInputs(context, called, step.parameters);
    const uses = expressionsOfStep({ ...common, parameters: [] });
    // A criterion that does not hold makes of the last response of the called workflow one that failed.
    const showsResponse =
      step.successCriteria !== undefined ||
      uses.some(({ kind }) => kind === 'statusCode' || kind === 'response');
    const call = callWith(called, [...workflow.parameters, ...step.parameters], showsResponse);
    const inputs = inputsIn(
      [...call.inputs.flatMap(({ value }) => expressionsIn(value)), ...uses, ...handed],
      declared,
    );
    return { kind: 'workflow', ...common, call, inputs, isDependency: false };
  }
  if (step.message !== undefined) {
    const found = linkMessage(context, workflow, step, step.message);
    if (found === undefined || onSuccess === undefined || onFailure === undefined) return undefined;
    const linked = { ...found, ...(step.message.action === 'send' ? linkBody(step.requestBody) : {}) };
    const inputs = inputsIn([...expressionsOfStep({ ...common, ...linked }), ...handed], declared);
    return { kind: 'message', ...common, ...linked, inputs, atMostOnce: extension.atMostOnce };
  }
  const operation = linkOperation(context, step);
  if (operation === undefined || onSuccess === undefined || onFailure === undefined) return undefined;
  const request = {
    parameters: linkParameters(operation, workflow.parameters, step.parameters),
    ...linkBody(step.requestBody),
  };
  checkOperation(context, step, operation, request.parameters);
  return {
    kind: 'operation',
    ...common,
    operation,
    ...request,
    inputs: inputsIn([...expressionsOfStep({ ...common, ...request }), ...handed], declared),
    ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }),
    atMostOnce: extension.atMostOnce,
  };
}

/** `$workflows.<id>.steps.<id>` and `$sourceDescriptions.<name>.<id>.steps.<id>` speak of another workflow. */
function dependencyOf(dependency: string): StepDependency {
  const workflowId = /^\$(?:workflows|sourceDescriptions\.[^.]+)\.([^.]+)\.steps\./.exec(dependency)?.[1];
  return workflowId === undefined ? { stepId: dependency } : { workflowId };
}

/** Links outputs, and tells which of them are secrets. */
export function linkOutputs(outputs: readonly Output[], secrets: readonly string[]): readonly OutputPlan[] {
  return outputs.map(({ name, value }) => ({
    name,
    value,
    secret: secrets.includes(name) || isSecretName(name),
  }));
}

function linkBody(body: RequestBody | undefined): { readonly body?: BodyPlan } {
  if (body === undefined || (body.payload === undefined && body.replacements.length === 0)) return {};
  const { contentType, payload } = body;
  const replacements = body.replacements.map(({ target, type, value }) => ({
    target,
    ...(type === undefined ? {} : { type }),
    value,
  }));
  return {
    body: {
      ...(contentType === undefined ? {} : { contentType }),
      ...(payload === undefined ? {} : { payload }),
      ...(replacements.length === 0 ? {} : { replacements }),
    },
  };
}

function linkParameters(
  operation: Operation,
  shared: readonly Parameter[],
  own: readonly Parameter[],
): readonly ParameterPlan[] {
  const byIdentity = new Map<string, Parameter>();
  // A parameter of the workflow that has no place belongs to the workflows that its steps call.
  for (const parameter of [...shared.filter((one) => one.in !== undefined), ...own])
    byIdentity.set(`${parameter.in} ${parameter.name}`, parameter);
  return [...byIdentity.values()].flatMap((parameter): readonly ParameterPlan[] => {
    const location = parameter.in ?? 'query';
    // One of the workflow, for those of its steps that use a channel.
    if (location === 'channel') return [];
    const declared = operation.parameters.find(
      ({ name, in: place }) => name === parameter.name && place === location,
    );
    return [
      {
        name: parameter.name,
        in: location,
        value: parameter.value,
        required: location === 'path' || declared?.required === true,
      },
    ];
  });
}
