import type { JsonValue } from '../document/json.ts';
import { applyReplacements, type EvaluatedReplacement } from '../expressions/apply-replacements.ts';
import { evaluateTemplate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import { chooseContentType } from '../openapi/request-body.ts';
import type { StepCall } from '../plan/step-call.ts';
import type { PerformedStepPlan } from '../plan/workflow-plan.ts';

/** One sentence on a part of a request that cannot be made, for want of what an expression stands for. */
export function absence(where: string, expression: string): string {
  return `The value of ${expression}, which is a part of ${where}, is absent.`;
}

/** Evaluates parameters; those that have no value are left out. */
export function parametersOf<Place extends string>(
  templates: readonly {
    readonly name: string;
    readonly in: Place;
    readonly value: Template;
    readonly required: boolean;
  }[],
  scope: Scope,
): {
  readonly parameters: readonly { readonly name: string; readonly in: Place; readonly value: JsonValue }[];
  readonly problem?: string;
} {
  const parameters: { readonly name: string; readonly in: Place; readonly value: JsonValue }[] = [];
  for (const { name, in: place, value, required } of templates) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result)
      return { parameters, problem: absence(`the parameter "${name}"`, result.missing) };
    if (result.value !== undefined) parameters.push({ name, in: place, value: result.value });
    else if (required) return { parameters, problem: `The required parameter "${name}" has no value.` };
  }
  return { parameters };
}

/** The content type of a step's body where the step does not say it: what is declared. */
function declaredContentType(step: PerformedStepPlan, payload: JsonValue): string | undefined {
  if (step.kind === 'message') return step.channelOperation.messages[0]?.contentType;
  const isDeclared = (step.operation.requestBody?.contentTypes ?? []).length > 0;
  return isDeclared ? chooseContentType(step.operation, payload) : undefined;
}

/** Evaluates a step's body: its payload, then the replacements in it. */
export function bodyOf(step: PerformedStepPlan, scope: Scope): Pick<StepCall, 'body' | 'problem'> {
  const { body } = step;
  if (body === undefined) return {};
  const { contentType, payload: template, replacements = [] } = body;
  const evaluated = template === undefined ? { value: undefined } : evaluateTemplate(template, scope);
  if ('missing' in evaluated) return { problem: absence('the request body', evaluated.missing) };
  let payload = evaluated.value;
  if (replacements.length > 0) {
    const values: EvaluatedReplacement[] = [];
    for (const { target, type, value } of replacements) {
      const result = evaluateTemplate(value, scope);
      if ('missing' in result) return { problem: absence(`what replaces "${target}"`, result.missing) };
      values.push({ target, ...(type === undefined ? {} : { type }), value: result.value });
    }
    const replaced = applyReplacements(
      payload,
      contentType ?? declaredContentType(step, payload ?? {}),
      values,
    );
    if ('problem' in replaced) return { problem: replaced.problem };
    payload = replaced.value;
  }
  return payload === undefined
    ? {}
    : { body: { payload, ...(contentType === undefined ? {} : { contentType }) } };
}
