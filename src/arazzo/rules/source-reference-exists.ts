import { calledTargets } from '../called-targets.ts';
import type { ArazzoDocument } from '../model.ts';
import { suggest } from '../suggest.ts';
import { workflowReferences } from '../workflow-references.ts';
import type { Rule, RuleContext } from './rule.ts';

/**
 * Every source description that is referred to is declared, and can hold what is looked for in it.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#source-description-object
 */
export const sourceReferenceExists: Rule = {
  code: 'arazzo/source-reference-exists',
  check(document, context) {
    for (const { source, pointer } of workflowReferences(document)) {
      if (source !== undefined) checkSource(document, context, source, pointer, 'workflow');
    }
    for (const { target, pointer } of calledTargets(document)) {
      if (target.kind !== 'workflowId' && target.source !== undefined) {
        checkSource(document, context, target.source, `${pointer}/${target.kind}`, 'operation');
      }
    }
    for (const { pointer, dependsOn } of document.workflows.flatMap((workflow) => workflow.steps)) {
      for (const [index, dependency] of dependsOn.entries()) {
        const name = /^\$sourceDescriptions\.([^.]+)\./.exec(dependency)?.[1];
        if (name !== undefined)
          checkSource(document, context, name, `${pointer}/dependsOn/${index}`, 'workflow');
      }
    }
    for (const { expression, pointer } of context.uses) {
      if (expression.kind === 'sourceDescriptions')
        checkSource(document, context, expression.source, pointer);
    }
  },
};

function checkSource(
  document: ArazzoDocument,
  context: RuleContext,
  name: string,
  pointer: string,
  sought?: 'operation' | 'workflow',
): void {
  const section = 'source-description-object';
  if (!context.sourceNames.includes(name)) {
    const message = `There is no source description "${name}".${suggest(name, context.sourceNames)}`;
    context.report({ severity: 'error', message, pointer, section });
    return;
  }
  const source = document.sourceDescriptions.find((candidate) => candidate.name === name);
  if (
    source?.type === undefined ||
    sought === undefined ||
    (source.type === 'arazzo') === (sought === 'workflow')
  )
    return;
  context.report({
    severity: 'error',
    message: `The source description "${name}" is of type "${source.type}", so it has no ${sought}s.`,
    pointer,
    related: { message: `"${name}" is declared here.`, pointer: source.pointer },
    section,
  });
}
