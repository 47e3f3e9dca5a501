import type { DiagnosticCode } from '../document/diagnostic-codes.ts';
import { isJsonObject, memberOf } from '../document/json.ts';
import type { JsonValue } from '../document/json.ts';
import { parsePointer, resolvePointer } from '../document/json-pointer.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import type { Reporter } from '../document/reporter.ts';
import { controlFlow } from './control-flow.ts';
import type { ControlFlow } from './control-flow.ts';
import { expressionUses } from './expression-uses.ts';
import type { ArazzoDocument, Workflow } from './model.ts';
import type { RuleContext } from './rules/rule.ts';
import { specificationSection } from './specification.ts';

/** What all rules share about one document; `withCode` gives the context of one of them. */
export function createRuleContext(
  document: ParsedDocument,
  model: ArazzoDocument,
  reporter: Reporter,
): { withCode(code: DiagnosticCode): RuleContext } {
  const written = (pointer: string): JsonValue | undefined =>
    resolvePointer(document.value, parsePointer(pointer) ?? []);
  const flows = new Map(model.workflows.map((workflow) => [workflow, flowOf(workflow, written)] as const));
  const stepIds = new Map(
    model.workflows.map(
      (workflow) => [workflow, new Set(ids(written(`${workflow.pointer}/steps`), 'stepId'))] as const,
    ),
  );
  const shared: Omit<RuleContext, 'report'> = {
    written,
    uses: expressionUses(model),
    stepIds: (workflow) => stepIds.get(workflow) ?? new Set(),
    workflowIds: ids(written('/workflows'), 'workflowId'),
    sourceNames: ids(written('/sourceDescriptions'), 'name'),
    flow: (workflow) => flows.get(workflow),
  };
  return {
    withCode: (code) => ({
      ...shared,
      report({ severity, message, pointer, part, related, section }) {
        reporter.report({
          code,
          severity,
          message,
          pointer,
          help: specificationSection(section),
          ...(part === undefined ? {} : { part }),
          ...(related === undefined
            ? {}
            : { related: [{ message: related.message, location: document.locate(related.pointer) }] }),
        });
      },
    }),
  };
}

function flowOf(
  workflow: Workflow,
  written: (pointer: string) => JsonValue | undefined,
): ControlFlow | undefined {
  const steps = written(`${workflow.pointer}/steps`);
  if (!Array.isArray(steps)) return undefined;
  const readAll = (pointer: string, read: readonly unknown[]): boolean => {
    const list = written(pointer);
    return list === undefined || (Array.isArray(list) && list.length === read.length);
  };
  const isWhole =
    readAll(`${workflow.pointer}/successActions`, workflow.successActions) &&
    readAll(`${workflow.pointer}/failureActions`, workflow.failureActions);
  return controlFlow(workflow, {
    count: steps.length,
    isWhole: ({ pointer, onSuccess, onFailure }) =>
      isWhole && readAll(`${pointer}/onSuccess`, onSuccess) && readAll(`${pointer}/onFailure`, onFailure),
  });
}

function ids(list: JsonValue | undefined, member: string): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: JsonValue) => {
    const id = isJsonObject(item) ? memberOf(item, member) : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}
