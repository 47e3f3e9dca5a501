import { expressionsIn } from '../expressions/references.ts';
import type { MessageSource, RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import type { CallPlan, OutputPlan, StepPlan, WorkflowPlan } from '../plan/workflow-plan.ts';

/**
 * The names under which the secrets of a workflow, and of those that it calls, go about: its secret inputs and outputs,
 * the members of responses that secret outputs are read from, and the parameters that secret inputs are sent in.
 */
export function secretNamesOf(plan: WorkflowPlan): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<WorkflowPlan>();
  const visit = (workflow: WorkflowPlan): void => {
    if (seen.has(workflow)) return;
    seen.add(workflow);
    const inputs = workflow.inputs.filter(({ secret }) => secret).map(({ name }) => name);
    for (const name of inputs) names.add(name);
    for (const output of [...workflow.outputs, ...workflow.steps.flatMap((step) => step.outputs)])
      for (const name of namesOfOutput(output)) names.add(name);
    for (const step of workflow.steps) {
      for (const name of parametersOf(step, inputs)) names.add(name);
      for (const call of callsOf(step)) visit(call.workflow);
    }
  };
  visit(plan);
  return names;
}

function namesOfOutput({ name, value, secret }: OutputPlan): readonly string[] {
  if (!secret) return [];
  return [
    name,
    ...expressionsIn(value).flatMap((expression) => {
      const source = sourceOf(expression);
      if (source === undefined) return [];
      return 'name' in source ? [source.name] : source.pointer.slice(-1);
    }),
  ];
}

function sourceOf(expression: RuntimeExpression): MessageSource | undefined {
  return 'source' in expression && typeof expression.source === 'object' ? expression.source : undefined;
}

function parametersOf(step: StepPlan, secrets: readonly string[]): readonly string[] {
  if (step.kind !== 'operation') return [];
  return step.parameters.filter(({ value }) => refersTo(value, secrets)).map(({ name }) => name);
}

function refersTo(value: Template, inputs: readonly string[]): boolean {
  return expressionsIn(value).some(
    (expression) => expression.kind === 'inputs' && inputs.includes(expression.name),
  );
}

function callsOf(step: StepPlan): readonly CallPlan[] {
  const actions = [...step.onSuccess, ...step.onFailure].flatMap((action) => {
    if (action.type === 'transfer') return [action.call];
    return action.type === 'retry' && action.first !== undefined && 'call' in action.first
      ? [action.first.call]
      : [];
  });
  return step.kind === 'workflow' ? [step.call, ...actions] : actions;
}
