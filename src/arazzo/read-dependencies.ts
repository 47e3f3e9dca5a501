import type { ReadContext } from './read-context.ts';
import { describe } from './read-fields.ts';
import type { Fields, Item } from './read-fields.ts';

/** What an entry of `dependsOn` may look like, in words and as a pattern. */
export interface DependencyForm {
  readonly pattern: RegExp;
  readonly words: string;
}

/** `dependsOn` of a workflow: workflows of this document or another. */
export const WORKFLOW_DEPENDENCY: DependencyForm = {
  pattern: /^(?:[^$].*|\$sourceDescriptions\.[^.]+\..+)$/s,
  words: 'a workflowId or "$sourceDescriptions.<name>.<workflowId>"',
};

/** `dependsOn` of a step: steps of this workflow, another one, or another document. */
export const STEP_DEPENDENCY: DependencyForm = {
  pattern: /^(?:[^$].*|\$workflows\.[^.]+\.steps\.[^.]+|\$sourceDescriptions\.[^.]+\.[^.]+\.steps\.[^.]+)$/s,
  words:
    'a stepId, "$workflows.<workflowId>.steps.<stepId>" or "$sourceDescriptions.<name>.<workflowId>.steps.<stepId>"',
};

/** Reads `dependsOn`, as written. A single id without its list is understood. */
export function readDependencies(
  context: ReadContext,
  fields: Fields,
  pointer: string,
  form: DependencyForm,
  section: string,
): readonly string[] {
  const value = fields.value('dependsOn');
  const place = `${pointer}/dependsOn`;
  if (typeof value === 'string') {
    const message = `"dependsOn" is a list; this is read as "[${value}]".`;
    context.problem('warning', 'arazzo/lenient-form', place, message, { section });
  }
  const items: readonly Item[] =
    typeof value === 'string' ? [{ value, pointer: place }] : fields.items('dependsOn');
  if (items.length === 0 && value !== undefined && form === STEP_DEPENDENCY) {
    context.problem('error', 'arazzo/empty-list', place, '"dependsOn" of a step must not be empty.', {
      section,
    });
  }
  const found = new Set<string>();
  for (const item of items) {
    const id = item.value;
    if (typeof id !== 'string' || !form.pattern.test(id)) {
      const what = typeof id === 'string' ? `"${id}"` : describe(id);
      const message = `A dependency must be ${form.words}, not ${what}.`;
      context.problem('error', 'arazzo/field-value', item.pointer, message, { section });
    } else if (found.has(id)) {
      context.problem('error', 'arazzo/duplicate-item', item.pointer, `"${id}" stands in the list twice.`, {
        section,
      });
    } else found.add(id);
  }
  return [...found];
}
