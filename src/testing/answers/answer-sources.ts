import type { ArazzoDocument } from '../../arazzo/model.ts';
import { memberOf, type JsonObject, type JsonValue } from '../../document/json.ts';
import type { OpenApiDocument } from '../../openapi/openapi-document.ts';
import type { OperationStepPlan, WorkflowPlan } from '../../plan/workflow-plan.ts';
import type { AnswerSources, GivenExample } from './answer.ts';

/** An Arazzo document with its sources, as `loadDocument` gives it. */
export interface DocumentWithSources {
  readonly document: ArazzoDocument;
  readonly sources: Readonly<Record<string, OpenApiDocument | undefined>>;
  readonly documents: Readonly<Record<string, DocumentWithSources | undefined>>;
}

/**
 * What the answers of a step are constructed from: the description of its operation, and the examples that its
 * document gives under `x-xstate: { examples }`, which come after those that are given here. The workflow may be one of
 * another document that is called.
 */
export function answerSources(
  loaded: DocumentWithSources,
  workflow: WorkflowPlan,
  step: OperationStepPlan,
  examples: readonly GivenExample[] = [],
): AnswerSources {
  const home = homeOf(loaded, workflow);
  const openapi = home === undefined ? undefined : memberOf(home.sources, step.operation.source);
  const written = home?.document.workflows
    .find(({ pointer }) => pointer === workflow.pointer)
    ?.steps.find(({ stepId }) => stepId === step.stepId)?.extension.examples;
  return {
    workflow,
    step,
    ...(openapi === undefined ? {} : { openapi }),
    examples: [...examples, ...(written ?? []).map(exampleOf)],
  };
}

/** The document that a workflow was linked from. */
function homeOf(loaded: DocumentWithSources, plan: WorkflowPlan): DocumentWithSources | undefined {
  const seen = new Set<DocumentWithSources>();
  const queue = [loaded];
  for (const one of queue) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (isHome(one, plan)) return one;
    queue.push(...Object.values(one.documents).filter((other) => other !== undefined));
  }
  return undefined;
}

function isHome({ document }: DocumentWithSources, plan: WorkflowPlan): boolean {
  const names = Object.entries(plan.sourceDescriptions);
  return (
    document.workflows.some(
      ({ workflowId, pointer }) => workflowId === plan.workflowId && pointer === plan.pointer,
    ) &&
    document.sourceDescriptions.length === names.length &&
    document.sourceDescriptions.every(({ name, url }) => memberOf(plan.sourceDescriptions, name)?.url === url)
  );
}

/** An example as it stands in a document, which has been checked when the document was read. */
function exampleOf(value: JsonValue): GivenExample {
  const { statusCode, headers, body, name } = value as JsonObject;
  return {
    statusCode: statusCode as number,
    ...(headers === undefined ? {} : { headers: headers as Readonly<Record<string, string>> }),
    ...(body === undefined ? {} : { body }),
    ...(typeof name === 'string' ? { name } : {}),
  };
}
