import { didYouMean } from '../document/did-you-mean.ts';
import { messageSteps } from '../machines/actor-names.ts';
import { createFlow } from '../plan/create-flow.ts';
import { isValid } from '../document/diagnostic.ts';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import { loadDocument } from '../run/load-document.ts';
import type { LoadedDocument } from '../run/load-document.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import { printableLine } from './render/printable.ts';
import { createTextOf, renderDiagnostic } from './render/diagnostics.ts';
import { readSources, requireSources } from './source-options.ts';
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

/** What was loaded, and how to tell a diagnostic of it. */
interface Loaded {
  readonly loaded: LoadedDocument;
  readonly diagnostics: readonly Diagnostic[];
  readonly tellOne: (diagnostic: Diagnostic) => void;
}

/**
 * Loads a document for use and tells its diagnostics.
 *
 * @param isHeldBack - those that are not told
 * @throws InvalidDocument where one is an error, CommandError for a `--source` that it does not have
 */
export async function loadForUse(
  document: string,
  options: LoadOptions,
  terminal: Terminal,
  isHeldBack: (diagnostic: Diagnostic) => boolean = () => false,
): Promise<Loaded> {
  const sources = readSources(options.source ?? []);
  const { value, diagnostics } = await loadDocument(document, {
    sources,
    allowRemote: options.allowRemote ?? false,
  });
  if (value !== undefined) requireSources(sources, [value.document]);
  const textOf = createTextOf(value === undefined ? [] : [value.parsed]);
  const tellOne = (diagnostic: Diagnostic): void => {
    const context = { directory: terminal.directory, style: terminal.progressStyle, textOf };
    tell(terminal, `${renderDiagnostic(diagnostic, context)}\n`);
  };
  for (const diagnostic of diagnostics) if (!isHeldBack(diagnostic)) tellOne(diagnostic);
  if (value === undefined || !isValid(diagnostics)) {
    throw new InvalidDocument(`"${document}" is not valid.`, diagnostics);
  }
  return { loaded: value, diagnostics, tellOne };
}

/** The workflow that the person picks. @throws CommandError where they pick none. */
async function chooseWorkflow(ids: readonly string[], terminal: Terminal): Promise<string | undefined> {
  const [{ pickOne }, { endOf }] = await Promise.all([import('./ask-input.ts'), import('./ask.ts')]);
  const choices = ids.map((id) => ({ label: printableLine(id, 80), value: id }));
  const question = { message: 'Which workflow?', choices };
  const answer = await pickOne(terminal, question, {}, terminal.signal).catch((error: unknown) => {
    if (endOf(error) === undefined) throw error;
    return { kind: 'cancel' } as const;
  });
  if (answer.kind === 'value' && typeof answer.value === 'string') return answer.value;
  throw new CommandError('No workflow was picked.', { exitCode: EXIT.failed });
}

/**
 * The plan of a document's workflow: the named one, the only one, or the one that the person picks.
 *
 * @param options - `toRun`: what is not run yet is an error
 * @throws InvalidDocument where the document, or what the workflow needs, is broken.
 * @throws CommandError where it has no such workflow, or several and nobody to pick one.
 */
export async function readPlan(
  document: string,
  workflowId: string | undefined,
  options: LoadOptions & { readonly ask: boolean; readonly toRun?: boolean },
  terminal: Terminal,
): Promise<WorkflowPlan> {
  const { loaded, diagnostics, tellOne } = await loadForUse(
    document,
    options,
    terminal,
    (diagnostic) => options.toRun === true && diagnostic.code === 'plan/not-run-yet',
  );
  const ids = loaded.document.workflows.map((workflow) => workflow.workflowId);
  const names = `Its workflows: ${ids.join(', ')}.`;
  let wanted = workflowId ?? (ids.length === 1 ? ids[0] : undefined);
  if (wanted === undefined && options.ask) wanted = await chooseWorkflow(ids, terminal);
  if (wanted === undefined)
    throw new CommandError(`"${document}" has several workflows: say which one.`, { hint: names });
  const plan = choosePlan(document, wanted, loaded, diagnostics);
  if (options.toRun === true) refuseMessages(plan, diagnostics, tellOne);
  return plan;
}

/** Refuses a workflow with steps of AsyncAPI: the command line has nothing that sends or receives a message. */
function refuseMessages(
  plan: WorkflowPlan,
  diagnostics: readonly Diagnostic[],
  tellOne: (diagnostic: Diagnostic) => void,
): void {
  const steps = messageSteps(createFlow(plan)).map(({ step }) => `${step.pointer}/`);
  if (steps.length === 0) return;
  const refused = diagnostics
    .filter(({ code, location }) => {
      return code === 'plan/not-run-yet' && steps.some((step) => location.pointer.startsWith(step));
    })
    .map((diagnostic): Diagnostic => ({ ...diagnostic, severity: 'error' }));
  for (const diagnostic of refused) tellOne(diagnostic);
  throw new InvalidDocument(
    `The workflow "${plan.workflowId}" sends or receives messages of AsyncAPI, which is not run yet.`,
    [...diagnostics.filter(({ code }) => code !== 'plan/not-run-yet'), ...refused],
  );
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
