import { failureActionsOf, successActionsOf } from '../arazzo/control-flow.ts';
import type { Step, Workflow } from '../arazzo/model.ts';
import { expressionsIn } from '../expressions/references.ts';
import { checkOperation } from './check-operation.ts';
import { linkFailureActions, linkSuccessActions } from './link-actions.ts';
import { callWith, checkInputs, linkCalledWorkflow } from './link-call.ts';
import type { LinkContext } from './link-context.ts';
import { expressionsOfStep, inputsIn, type DeclaredInputs } from './link-inputs.ts';
import { expressionsOfQuestion, linkAnswerOutputs, linkInteraction } from './link-interaction.ts';
import { linkMessage } from './link-message.ts';
import { linkOperation } from './link-operation.ts';
import { linkBody, linkOutputs, linkParameters } from './link-request.ts';
import type { StepDependency, StepPlan } from './workflow-plan.ts';

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
  const onTimeout = linkFailureActions(context, step.onTimeout);
  const onCancel = linkFailureActions(context, step.onCancel);
  const actions = [...successActions, ...failureActions, ...step.onTimeout, ...step.onCancel];
  const handed = actions.flatMap(({ parameters }) => parameters.flatMap(({ value }) => expressionsIn(value)));
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
  const isComplete = [onSuccess, onFailure, onTimeout, onCancel].every((list) => list !== undefined);
  if (step.target.kind === 'workflowId') {
    const called = linkCalledWorkflow(context, step.target, `${pointer}/workflowId`);
    if (called === undefined || !isComplete) return undefined;
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
  // The time of a called workflow is not limited, so it has no actions for its end.
  const late = onTimeout === undefined || onTimeout.length === 0 ? {} : { onTimeout };
  const timed = { ...late, ...(step.timeoutMs === undefined ? {} : { timeoutMs: step.timeoutMs }) };
  if (step.target.kind === 'interaction') {
    const question = linkInteraction(context, step, step.target.interaction);
    if (question === undefined || !isComplete) return undefined;
    const asking = {
      ...common,
      ...timed,
      ...(onCancel === undefined || onCancel.length === 0 ? {} : { onCancel }),
      outputs: linkAnswerOutputs(step.outputs, extension.secretOutputs, question),
    };
    const uses = [...expressionsOfQuestion(question), ...expressionsOfStep({ ...asking, parameters: [] })];
    return { kind: 'interaction', ...asking, ...question, inputs: inputsIn([...uses, ...handed], declared) };
  }
  if (step.message !== undefined) {
    const found = linkMessage(context, workflow, step, step.message);
    if (found === undefined || !isComplete) return undefined;
    const linked = {
      ...found,
      ...timed,
      ...(step.message.action === 'send' ? linkBody(step.requestBody) : {}),
    };
    const inputs = inputsIn([...expressionsOfStep({ ...common, ...linked }), ...handed], declared);
    return { kind: 'message', ...common, ...linked, inputs, atMostOnce: extension.atMostOnce };
  }
  const operation = linkOperation(context, step);
  if (operation === undefined || !isComplete) return undefined;
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
    inputs: inputsIn([...expressionsOfStep({ ...common, ...timed, ...request }), ...handed], declared),
    ...timed,
    atMostOnce: extension.atMostOnce,
  };
}

/** `$workflows.<id>.steps.<id>` and `$sourceDescriptions.<name>.<id>.steps.<id>` speak of another workflow. */
function dependencyOf(dependency: string): StepDependency {
  const workflowId = /^\$(?:workflows|sourceDescriptions\.[^.]+)\.([^.]+)\.steps\./.exec(dependency)?.[1];
  return workflowId === undefined ? { stepId: dependency } : { workflowId };
}
