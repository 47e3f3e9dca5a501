import type { Parameter } from '../arazzo/model.ts';
import { didYouMean } from '../document/did-you-mean.ts';
import type { Template } from '../expressions/template.ts';
import type { LinkContext } from './link-context.ts';
import type { CallPlan, WorkflowPlan } from './workflow-plan.ts';

/** Which workflow is meant: one of this document, or of a source that is an Arazzo document. */
export interface WorkflowReference {
  readonly source?: string | undefined;
  readonly workflowId: string;
}

/** Links the workflow that a reference names; `undefined` where there is none, which has been said. */
export function linkCalledWorkflow(
  context: LinkContext,
  reference: WorkflowReference,
  pointer: string,
): WorkflowPlan | undefined {
  const { source, workflowId } = reference;
  if (source === undefined) {
    // A name that does not exist is reported by the rule `workflow-reference-exists`.
    const workflow = context.document.workflows.find((candidate) => candidate.workflowId === workflowId);
    return workflow === undefined ? undefined : context.link(workflow);
  }
  const other = context.contextOf(source);
  if (other === undefined) {
    context.reporter.report({
      code: 'plan/source-missing',
      severity: 'warning',
      message: `The workflow "${workflowId}" was not looked up: the source description "${source}" could not be read as an Arazzo document.`,
      pointer,
    });
    return undefined;
  }
  const workflow = other.document.workflows.find((candidate) => candidate.workflowId === workflowId);
  if (workflow === undefined) {
    context.reporter.report({
      code: 'plan/workflow-not-found',
      severity: 'error',
      message: `The source description "${source}" has no workflow "${workflowId}".`,
      pointer,
    });
    return undefined;
  }
  const plan = other.link(workflow);
  if (plan === undefined) {
    context.reporter.report({
      code: 'plan/workflow-unusable',
      severity: 'error',
      message: `The workflow "${workflowId}" of "${source}" cannot be called: it has problems of its own, or leads back here.`,
      pointer,
    });
  }
  return plan;
}

/** Tells of parameters that are no inputs of the workflow which they are given to: they are dropped. */
export function checkInputs(
  { reporter }: LinkContext,
  { workflowId, inputs }: WorkflowPlan,
  parameters: readonly Parameter[],
): void {
  const names = inputs.map(({ name }) => name);
  for (const { name, pointer } of parameters) {
    if (names.includes(name)) continue;
    const meant = didYouMean(name, names);
    reporter.report({
      code: 'plan/input-not-declared',
      severity: 'warning',
      message: `The workflow "${workflowId}" has no input "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
      pointer,
      help: 'https://spec.openapis.org/arazzo/v1.1.0.html#parameter-object',
    });
  }
}

/** A call with the inputs that parameters give. */
export function callWith(
  workflow: WorkflowPlan,
  parameters: readonly Parameter[],
  showsResponse = false,
): CallPlan {
  const values = new Map<string, Template>();
  for (const { name, value } of parameters) values.set(name, value);
  return callOf(workflow, values, showsResponse);
}

/** A call with the caller's own inputs, by name. */
export function callWithOwnInputs(workflow: WorkflowPlan): CallPlan {
  const values = workflow.inputs.map(({ name }): [string, Template] => [
    name,
    { kind: 'expression', expression: { kind: 'inputs', name, pointer: [] } },
  ]);
  return callOf(workflow, new Map(values), false);
}

function callOf(
  workflow: WorkflowPlan,
  values: ReadonlyMap<string, Template>,
  showsResponse: boolean,
): CallPlan {
  return { workflow, inputs: [...values].map(([name, value]) => ({ name, value })), showsResponse };
}
