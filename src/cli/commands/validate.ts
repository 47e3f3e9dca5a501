import { isValid } from '../../document/diagnostic.ts';
import { createFlow } from '../../plan/create-flow.ts';
import { statePaths } from '../../plan/flow.ts';
import type { WorkflowPlan } from '../../plan/workflow-plan.ts';
import { createDocumentLoader, type LoadedDocument } from '../../run/load-document.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readSources, requireSources } from '../source-options.ts';
import { countDiagnostics, createTextOf, diagnosticJson, renderDiagnostic } from '../render/diagnostics.ts';
import { fileNameOf } from '../render/file-name.ts';
import { printableLine } from '../render/printable.ts';
import { give, tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `validate`. */
export interface ValidateOptions {
  readonly json?: boolean;
  /** Each as `name=path`. */
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
}

function statesOf(plan: WorkflowPlan): readonly string[] {
  return statePaths(createFlow(plan));
}

/** Checks documents and gives their diagnostics: for people, or one JSON object a line. */
export async function validateCommand(
  documents: readonly string[],
  options: ValidateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const sources = readSources(options.source ?? []);
  const style = terminal.resultStyle;
  let refused = 0;
  const read: LoadedDocument[] = [];
  const load = createDocumentLoader({ sources, allowRemote: options.allowRemote ?? false });
  for (const document of documents) {
    const { value, diagnostics } = await load(document);
    const plans = value?.plans ?? [];
    if (value !== undefined) read.push(value);
    const valid = isValid(diagnostics);
    if (!valid) refused += 1;
    if (options.json === true) {
      const workflows = plans.map((plan) => ({ workflowId: plan.workflowId, states: statesOf(plan) }));
      const listed = diagnostics.map((diagnostic) => diagnosticJson(diagnostic, value?.parsed.uri));
      give(terminal, JSON.stringify({ document, valid, diagnostics: listed, workflows }));
      continue;
    }
    const textOf = createTextOf(value === undefined ? [] : [value.parsed]);
    for (const diagnostic of diagnostics) {
      give(terminal, `${renderDiagnostic(diagnostic, { directory: terminal.directory, style, textOf })}\n`);
    }
    const name =
      value === undefined ? printableLine(document) : fileNameOf(value.parsed.uri, terminal.directory);
    const count = countDiagnostics(diagnostics);
    const verdict = valid ? style.good('valid') : style.bad('not valid');
    const found = plans.map((plan) => printableLine(plan.workflowId)).join(', ');
    give(
      terminal,
      `${style.bold(name)}: ${verdict}${count === '' ? '' : ` (${count})`}${valid && found !== '' ? style.dim(` · ${found}`) : ''}`,
    );
  }
  if (options.json !== true && documents.length > 1) {
    tell(
      terminal,
      `${String(documents.length - refused)} of ${String(documents.length)} documents are valid.`,
    );
  }
  // One that could not be read may be what a source belongs to.
  if (read.length === documents.length)
    requireSources(
      sources,
      read.map(({ document }) => document),
    );
  return refused === 0 ? EXIT.ok : EXIT.usage;
}
