import type { JsonObject } from '../document/json.ts';
import type { InputPlan, WorkflowPlan } from '../plan/workflow-plan.ts';
import type { RunResult } from '../run/run-workflow.ts';
import { askBefore } from './ask.ts';
import { labelOf } from './ask-input.ts';
import type { AskedInput } from './ask-input.ts';
import { initialState, missingInputs, missingUnused } from './missing-inputs.ts';
import { printableLine } from './render/printable.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Tells which workflow it is, and what a person will be asked for. */
export function tellPlan(plan: WorkflowPlan, inputs: JsonObject, asking: boolean, terminal: Terminal): void {
  const style = terminal.progressStyle;
  const summary = plan.summary === undefined ? '' : `  ${style.dim(printableLine(plan.summary))}`;
  tell(terminal, `${style.bold(printableLine(plan.workflowId))}${summary}`);
  const questions = missingInputs(plan, inputs);
  if (questions.length === 0 || !asking) return;
  const first = plan.steps[0]?.stepId;
  const parts = questions.map(({ name, schema, home }) => {
    const label = labelOf(name, schema).toLowerCase();
    return home === undefined || home === first ? label : `${label} (before ${printableLine(home)})`;
  });
  tell(terminal, style.dim(`You will be asked for: ${parts.join(', ')}.`));
}

/**
 * The inputs that a run begins with, or the result of one that does not begin: where nobody can be asked,
 * required inputs must be there; those that no step refers to are asked for now, as no state waits for them.
 */
export async function inputsToBegin(
  plan: WorkflowPlan,
  inputs: JsonObject,
  how: { readonly asking: boolean; readonly untilWait: boolean },
  terminal: Terminal,
): Promise<{ readonly inputs: JsonObject } | { readonly result: RunResult }> {
  const notBegun = (
    status: 'waiting' | 'cancelled',
    missing: readonly InputPlan[],
  ): { readonly result: RunResult } => {
    const names = missing.map((input) => input.name);
    const { workflowId } = plan;
    return {
      result: { workflowId, status, state: initialState(plan), outputs: {}, missing: names, steps: [] },
    };
  };
  const unused = missingUnused(plan, inputs);
  if (!how.asking) {
    const missing = how.untilWait ? unused : missingInputs(plan, inputs);
    return missing.length === 0 ? { inputs } : notBegun('waiting', missing);
  }
  if (unused.length === 0) return { inputs };
  const values = await askBefore(terminal, unused.map(askedInput), {});
  return values === undefined ? notBegun('cancelled', []) : { inputs: { ...inputs, ...values } };
}

function askedInput({ name, schema, secret }: InputPlan): AskedInput {
  return { name, schema, secret, required: true };
}
