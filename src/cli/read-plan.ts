import { didYouMean } from '../document/did-you-mean.ts';
import { isValid } from '../document/diagnostic.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { loadDocument } from '../run/load-document.ts';
import type { LoadedDocument } from '../run/load-document.ts';
import { CommandError } from './command-error.ts';
import { createTextOf, renderDiagnostic } from './render/diagnostics.ts';
import { readSources } from './source-options.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** A document that cannot be used; its diagnostics have been told. */
export class InvalidDocument extends CommandError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(message: string, diagnostics: readonly Diagnostic[]) {
    super(message);
    this.diagnostics = diagnostics;
  }
}

/** Where a document's sources come from. */
export interface LoadOptions {
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
}

/** Loads a document for use and tells its diagnostics. @throws InvalidDocument where one is an error. */
export async function loadForUse(
  document: string,
  options: LoadOptions,
  terminal: Terminal,
): Promise<{ readonly loaded: LoadedDocument; readonly diagnostics: readonly Diagnostic[] }> {
  const sources = readSources(options.source ?? []);
  const { value, diagnostics } = await loadDocument(document, {
    sources,
    allowRemote: options.allowRemote ?? false,
  });
  const textOf = createTextOf(value === undefined ? [] : [value.parsed]);
  for (const diagnostic of diagnostics) {
    const context = { directory: terminal.directory, style: terminal.progressStyle, textOf };
    tell(terminal, `${renderDiagnostic(diagnostic, context)}\n`);
  }
  if (value === undefined || !isValid(diagnostics)) {
    throw new InvalidDocument(`"${document}" is not valid.`, diagnostics);
  }
  return { loaded: value, diagnostics };
}

async function chooseWorkflow(ids: readonly string[], terminal: Terminal): Promise<string | undefined> {
  const { choicePrompt } = await import('./prompts/choice-prompt.ts');
  const choices = ids.map((label, value) => ({ label, value }));
  const question = {
    message: 'Which workflow?',
    choices,
    style: terminal.progressStyle,
    clock: terminal.now,
  };
  const context = { input: terminal.input, output: terminal.progress, signal: terminal.signal };
  const answer = await choicePrompt(question, context);
  return answer.kind === 'value' ? ids[answer.value] : undefined;
}

/**
 * The plan of a document's workflow: the named one, the only one, or the one that the person picks.
 *
 * @throws InvalidDocument where the document, or what the workflow needs, is broken.
 * @throws CommandError where it has no such workflow, or several and nobody to pick one.
 */
export async function readPlan(
  document: string,
  workflowId: string | undefined,
  options: LoadOptions & { readonly ask: boolean },
  terminal: Terminal,
): Promise<WorkflowPlan> {
  const { loaded, diagnostics } = await loadForUse(document, options, terminal);
  const ids = loaded.document.workflows.map((workflow) => workflow.workflowId);
  const names = `Its workflows: ${ids.join(', ')}.`;
  let wanted = workflowId ?? (ids.length === 1 ? ids[0] : undefined);
  if (wanted === undefined && options.ask) wanted = await chooseWorkflow(ids, terminal);
  if (wanted === undefined)
    throw new CommandError(`"${document}" has several workflows: say which one.`, { hint: names });
  return choosePlan(document, wanted, loaded, diagnostics);
}

/**
 * The plan of a document's workflow.
 *
 * @throws InvalidDocument where what it needs is broken, and CommandError where there is none of that name.
 */
export function choosePlan(
  document: string,
  wanted: string,
  loaded: LoadedDocument,
  diagnostics: readonly Diagnostic[],
): WorkflowPlan {
  const plan = loaded.planFor(wanted);
  if (plan !== undefined) return plan;
  const ids = loaded.document.workflows.map((workflow) => workflow.workflowId);
  if (ids.includes(wanted)) {
    throw new InvalidDocument(
      `The workflow "${wanted}" cannot be run: what it needs is missing or not supported.`,
      diagnostics,
    );
  }
  const suggestion = didYouMean(wanted, ids);
  throw new CommandError(
    `"${document}" has no workflow "${wanted}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    { hint: `Its workflows: ${ids.join(', ')}.` },
  );
}
