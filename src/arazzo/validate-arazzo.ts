import type { Diagnostic } from '../document/diagnostic.ts';
import type { ParsedDocument } from '../document/parsed-document.ts';
import { createReporter } from '../document/reporter.ts';
import type { ArazzoDocument } from './model.ts';
import { createRuleContext } from './rule-context.ts';
import { actionNameUnique } from './rules/action-name-unique.ts';
import { actionNeverMatches } from './rules/action-never-matches.ts';
import { actionNeverReached } from './rules/action-never-reached.ts';
import { askNamesInputs } from './rules/ask-names-inputs.ts';
import { expressionPlace } from './rules/expression-place.ts';
import { idPattern } from './rules/id-pattern.ts';
import { inputReferenceExists } from './rules/input-reference-exists.ts';
import { interactionRedirect } from './rules/interaction-redirect.ts';
import { interactionSchema } from './rules/interaction-schema.ts';
import { loopWithoutExit } from './rules/loop-without-exit.ts';
import { outputNamePattern } from './rules/output-name-pattern.ts';
import { outputReferenceExists } from './rules/output-reference-exists.ts';
import { parameterUnique } from './rules/parameter-unique.ts';
import { qualifiedOperationId } from './rules/qualified-operation-id.ts';
import { querystringAlone } from './rules/querystring-alone.ts';
import { retryFields } from './rules/retry-fields.ts';
import { sourceNameUnique } from './rules/source-name-unique.ts';
import { sourceReferenceExists } from './rules/source-reference-exists.ts';
import { stateNameValid } from './rules/state-name-valid.ts';
import { stepIdUnique } from './rules/step-id-unique.ts';
import { stepReferenceExists } from './rules/step-reference-exists.ts';
import { stepUnreachable } from './rules/step-unreachable.ts';
import { timeoutNeverEnds } from './rules/timeout-never-ends.ts';
import { workflowCallsItself } from './rules/workflow-calls-itself.ts';
import { workflowIdUnique } from './rules/workflow-id-unique.ts';
import { workflowReferenceExists } from './rules/workflow-reference-exists.ts';
import type { Rule } from './rules/rule.ts';

/** Every rule about what the parts of a document say about each other. */
export const RULES: readonly Rule[] = [
  actionNameUnique,
  actionNeverMatches,
  actionNeverReached,
  askNamesInputs,
  expressionPlace,
  idPattern,
  inputReferenceExists,
  interactionRedirect,
  interactionSchema,
  loopWithoutExit,
  outputNamePattern,
  outputReferenceExists,
  parameterUnique,
  qualifiedOperationId,
  querystringAlone,
  retryFields,
  sourceNameUnique,
  sourceReferenceExists,
  stateNameValid,
  stepIdUnique,
  stepReferenceExists,
  stepUnreachable,
  timeoutNeverEnds,
  workflowCallsItself,
  workflowIdUnique,
  workflowReferenceExists,
];

/**
 * Checks what the parts of an Arazzo Description say about each other: that ids are unique, that what is referred
 * to exists, that control reaches every step and gets out again, and so on. Gives every problem, in document order;
 * those of the structure itself are given by `readArazzo`. Knows nothing of the source descriptions' content.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html
 */
export function validateArazzo(document: ParsedDocument, model: ArazzoDocument): readonly Diagnostic[] {
  const reporter = createReporter(document);
  const context = createRuleContext(document, model, reporter);
  for (const rule of RULES) rule.check(model, context.withCode(rule.code));
  return reporter.diagnostics();
}
