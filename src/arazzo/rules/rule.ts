import type { DiagnosticCode } from '../../document/diagnostic-codes.ts';
import type { Severity } from '../../document/diagnostic.ts';
import type { JsonValue } from '../../document/json.ts';
import type { ControlFlow } from '../control-flow.ts';
import type { ExpressionUse } from '../expression-uses.ts';
import type { ArazzoDocument, Workflow } from '../model.ts';

/** A problem that a rule found; the rule's code is added to it. */
export interface RuleProblem {
  readonly severity: Severity;
  /** One sentence, names in double quotes. */
  readonly message: string;
  readonly pointer: string;
  readonly part?: 'key' | 'value';
  /** Another place of the document that the message speaks of. */
  readonly related?: { readonly message: string; readonly pointer: string };
  /** The heading of the specification that asks for it. */
  readonly section: string;
}

/** What a rule may ask beside the model. */
export interface RuleContext {
  report(problem: RuleProblem): void;
  /** The value that is written at a pointer. */
  written(pointer: string): JsonValue | undefined;
  /** Every expression of the document's workflows. */
  readonly uses: readonly ExpressionUse[];
  /** The stepIds that a workflow writes, those of broken steps too. */
  stepIds(workflow: Workflow): ReadonlySet<string>;
  /** The workflowIds that the document writes, those of broken workflows too. */
  readonly workflowIds: readonly string[];
  /** The names of sources that the document writes, those of broken ones too. */
  readonly sourceNames: readonly string[];
  /** Where control can go in a workflow; `undefined` when its steps are no list, so that nobody knows. */
  flow(workflow: Workflow): ControlFlow | undefined;
}

/** One thing that a document must or should observe, beyond the structure of its objects. */
export interface Rule {
  readonly code: DiagnosticCode;
  check(document: ArazzoDocument, context: RuleContext): void;
}
