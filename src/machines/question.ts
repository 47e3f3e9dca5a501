import { setMember, type JsonValue } from '../document/json.ts';
import { evaluateTemplate, textOf } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import type { Template } from '../expressions/template.ts';
import type { ParameterValue } from '../openapi/operation.ts';
import type { InteractionStepPlan } from '../plan/workflow-plan.ts';
import type { Question, WorkflowContext } from './context.ts';
import { scopeOf } from './judge.ts';
import { frameOf, type Runtime } from './runtime.ts';
import { unmetDependency } from './step-input.ts';

/** Evaluates what an interaction asks, against what the run knows. */
export function questionOf(runtime: Runtime, context: WorkflowContext, step: InteractionStepPlan): Question {
  const unmet = unmetDependency(step, frameOf(runtime, context), context);
  if (unmet !== undefined) return { problem: unmet };
  const scope = scopeOf(runtime, context);
  const prompt = textFrom(step.prompt, scope, 'the prompt');
  if ('problem' in prompt) return prompt;
  const shown: Record<string, JsonValue> = {};
  for (const { name, value } of step.context) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result) return { problem: absence(result.missing, `the context "${name}"`) };
    if (result.value !== undefined) setMember(shown, name, result.value);
  }
  const target = targetOf(step, scope);
  return 'problem' in target ? target : { prompt: prompt.text, context: shown, ...target };
}

function targetOf(
  { redirect }: InteractionStepPlan,
  scope: Scope,
): { readonly url?: string; readonly parameters?: readonly ParameterValue[] } | { readonly problem: string } {
  if (redirect === undefined) return {};
  if (redirect.kind === 'url') {
    const url = textFrom(redirect.url, scope, 'the URL');
    if ('problem' in url) return url;
    return isWebAddress(url.text)
      ? { url: url.text }
      : { problem: 'The URL of the redirect is not an absolute http or https URL.' };
  }
  const parameters: ParameterValue[] = [];
  for (const { name, in: place, value, required } of redirect.parameters) {
    const result = evaluateTemplate(value, scope);
    if ('missing' in result) return { problem: absence(result.missing, `the parameter "${name}"`) };
    if (result.value !== undefined) parameters.push({ name, in: place, value: result.value });
    else if (required) return { problem: `The required parameter "${name}" has no value.` };
  }
  return { parameters };
}

/** Whether a text is a URL that a browser may be sent to: one of the web, and never a script. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function textFrom(
  template: Template,
  scope: Scope,
  where: string,
): { readonly text: string } | { readonly problem: string } {
  const result = evaluateTemplate(template, scope);
  if ('missing' in result) return { problem: absence(result.missing, where) };
  return result.value === undefined || result.value === null
    ? { problem: `There is no value for ${where}.` }
    : { text: textOf(result.value) };
}

function absence(expression: string, where: string): string {
  return `The value of ${expression}, which is a part of ${where}, is absent.`;
}
