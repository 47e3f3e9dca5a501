/** A workflow as a document names it: one of its own, or one of a source description of type `arazzo`. */
export interface WorkflowReference {
  readonly source?: string;
  readonly workflowId: string;
}

/** What a step waits for: that a step of its own workflow has run, or that another workflow has. */
export type StepDependency = { readonly stepId: string } | { readonly workflowId: string };

/** Reads `<workflowId>` or `$sourceDescriptions.<name>.<workflowId>`. */
export function readWorkflowReference(text: string): WorkflowReference {
  const written = /^\{(\$.*)\}$/.exec(text)?.[1] ?? text;
  const qualified = /^\$sourceDescriptions\.([^.]+)\.(.+)$/.exec(written);
  if (qualified !== null) return { source: qualified[1] ?? '', workflowId: qualified[2] ?? '' };
  return { workflowId: /^\$workflows\.([^.]+)$/.exec(written)?.[1] ?? written };
}

/** Reads an entry of a step's `dependsOn`. */
export function readStepDependency(text: string, ownWorkflowId: string): StepDependency {
  const local = /^\$workflows\.([^.]+)\.steps\.([^.]+)$/.exec(text);
  if (local?.[1] === ownWorkflowId) return { stepId: local[2] ?? '' };
  const remote = /^\$sourceDescriptions\.[^.]+\.([^.]+)\.steps\.[^.]+$/.exec(text);
  const workflowId = local?.[1] ?? remote?.[1];
  return workflowId === undefined ? { stepId: text } : { workflowId };
}
