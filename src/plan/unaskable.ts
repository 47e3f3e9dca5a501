import { hasMember, isJsonObject, type JsonValue } from '../document/json.ts';
import { embeddedExpressionsIn } from '../expressions/references.ts';
import type { RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import type { InteractionStepPlan, WorkflowPlan } from './workflow-plan.ts';

/** A URL whose beginning the document fixes: whatever is embedded behind it, a browser can be sent there. */
const FIXED_ORIGIN = /^https?:\/\/[^/?#]+[/?#]/i;

/**
 * Whether it may turn out, when an interaction is come to, that its question cannot be asked: something in it has no
 * value, the URL is none, or a step that must come before has not run.
 */
export function mayBeUnaskable(step: InteractionStepPlan, plan: WorkflowPlan): boolean {
  if (step.after !== undefined) return true;
  const { prompt, context, redirect } = step;
  // Asked for before the step when they are absent, or there by default.
  const there = new Set(
    plan.inputs
      .filter(({ requiredBecause, schema }) => requiredBecause !== undefined || hasDefault(schema))
      .map(({ name }) => name),
  );
  const mayLack = (expression: RuntimeExpression): boolean => {
    if (expression.kind === 'self' || expression.kind === 'sourceDescriptions') return false;
    return expression.kind !== 'inputs' || expression.pointer.length > 0 || !there.has(expression.name);
  };
  const embeds = (template: Template): boolean => embeddedExpressionsIn(template).some(mayLack);
  if (prompt.kind === 'expression' ? mayLack(prompt.expression) : embeds(prompt)) return true;
  if (context.some(({ value }) => embeds(value))) return true;
  if (redirect === undefined) return false;
  if (redirect.kind === 'url') {
    const { url } = redirect;
    if (url.kind === 'constant') return typeof url.value !== 'string' || !/^https?:\/\//i.test(url.value);
    const first = url.kind === 'text' ? url.parts[0] : undefined;
    return typeof first !== 'string' || !FIXED_ORIGIN.test(first) || embeds(url);
  }
  return redirect.parameters.some(({ value, required }) => {
    if (value.kind === 'expression') return required && mayLack(value.expression);
    return embeds(value) || (required && value.kind === 'selector');
  });
}

function hasDefault(schema: JsonValue): boolean {
  return isJsonObject(schema) && hasMember(schema, 'default');
}
