import { setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import type { CallPlan } from '../plan/workflow-plan.ts';

/** The inputs that a called workflow is given; or why they cannot be made. What is absent, or not known to it, is left out. */
export function callInputs(
  call: CallPlan,
  scope: Scope,
): { readonly inputs: JsonObject } | { readonly problem: string } {
  const known = new Set(call.workflow.inputs.map(({ name }) => name));
  const inputs: Record<string, JsonValue> = {};
  for (const { name, value } of call.inputs) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result)
      return {
        problem: `The value of ${result.missing}, which is a part of the input "${name}", is absent.`,
      };
    if (result.value !== undefined && known.has(name)) setMember(inputs, name, result.value);
  }
  return { inputs };
}
