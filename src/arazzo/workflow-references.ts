import type { ArazzoDocument, Workflow } from './model.ts';
import { actionsOf } from './step-actions.ts';

/** A place that names another workflow. */
export interface WorkflowReference {
  readonly workflow: Workflow;
  readonly source?: string;
  readonly workflowId: string;
  readonly pointer: string;
  /** `goto` gives control away; the others wait for the workflow to come back. */
  readonly how: 'step' | 'goto' | 'retry' | 'dependsOn';
}

/** Every place of a document that names a workflow to run. */
export function workflowReferences(document: ArazzoDocument): readonly WorkflowReference[] {
  return document.workflows.flatMap((workflow): readonly WorkflowReference[] => {
    const actions = [
      ...workflow.successActions,
      ...workflow.failureActions,
      ...workflow.steps.flatMap(actionsOf),
    ];
    return [
      ...workflow.dependsOn.map((id, index) => {
        const [, source, workflowId] = /^\$sourceDescriptions\.([^.]+)\.(.+)$/s.exec(id) ?? [];
        const place = {
          workflow,
          pointer: `${workflow.pointer}/dependsOn/${index}`,
          how: 'dependsOn',
        } as const;
        return source === undefined
          ? { ...place, workflowId: id }
          : { ...place, source, workflowId: workflowId ?? '' };
      }),
      ...workflow.steps.flatMap(({ target, pointer }) =>
        target.kind === 'workflowId'
          ? [{ ...pick(target), workflow, pointer: `${pointer}/workflowId`, how: 'step' } as const]
          : [],
      ),
      ...actions.flatMap((action) =>
        action.type !== 'end' && action.target?.kind === 'workflow'
          ? [
              {
                ...pick(action.target),
                workflow,
                pointer: `${action.pointer}/workflowId`,
                how: action.type,
              } as const,
            ]
          : [],
      ),
    ];
  });
}

function pick(target: {
  readonly source?: string;
  readonly workflowId: string;
}): Pick<WorkflowReference, 'source' | 'workflowId'> {
  const { source, workflowId } = target;
  return source === undefined ? { workflowId } : { source, workflowId };
}
