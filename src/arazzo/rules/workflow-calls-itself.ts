import { workflowReferences } from '../workflow-references.ts';
import type { WorkflowReference } from '../workflow-references.ts';
import type { Rule } from './rule.ts';

/**
 * No workflow leads to itself by the workflows that it calls, depends on or goes to: called workflows become part of
 * the machine of the one that calls.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export const workflowCallsItself: Rule = {
  code: 'arazzo/workflow-calls-itself',
  check(document, context) {
    const references = workflowReferences(document).filter((reference) => reference.source === undefined);
    const called = new Map<string, readonly string[]>();
    for (const { workflow, workflowId } of references) {
      called.set(workflow.workflowId, [...(called.get(workflow.workflowId) ?? []), workflowId]);
    }
    for (const reference of references) {
      if (!leadsTo(called, reference.workflowId, reference.workflow.workflowId)) continue;
      context.report({
        severity: 'error',
        message: sentence(reference),
        pointer: reference.pointer,
        section: 'step-object',
      });
    }
  },
};

function leadsTo(called: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const found = new Set([from]);
  for (const id of found) {
    if (id === to) return true;
    for (const next of called.get(id) ?? []) found.add(next);
  }
  return false;
}

function sentence({ workflow, workflowId, how }: WorkflowReference): string {
  const verb = { step: 'calls', goto: 'goes to', retry: 'calls', dependsOn: 'depends on' }[how];
  const self = workflow.workflowId === workflowId;
  return `The workflow "${workflow.workflowId}" ${verb} ${self ? 'itself' : `"${workflowId}", which leads back to it`}.`;
}
