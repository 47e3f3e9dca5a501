import type { Template } from '../expressions/template.ts';
import type { StepPlan } from '../plan/workflow-plan.ts';

/** What a step's request, its message or its question is made of. Of a step that calls a workflow: nothing. */
export function templatesOf(step: StepPlan): readonly Template[] {
  switch (step.kind) {
    case 'operation':
      return [...values(step.parameters), ...given(step.body?.payload)];
    case 'message':
      return [...values(step.parameters), ...given(step.body?.payload), ...given(step.correlationId)];
    case 'interaction': {
      const { prompt, context, redirect } = step;
      const target =
        redirect === undefined ? [] : redirect.kind === 'url' ? [redirect.url] : values(redirect.parameters);
      return [prompt, ...values(context), ...target];
    }
    case 'workflow':
      return [];
  }
}

function values(named: readonly { readonly value: Template }[]): readonly Template[] {
  return named.map(({ value }) => value);
}

function given(template: Template | undefined): readonly Template[] {
  return template === undefined ? [] : [template];
}
