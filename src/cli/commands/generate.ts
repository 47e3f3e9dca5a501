import { basename } from 'node:path';
import { generateModule } from '../../machines/generate-module.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadForUse } from '../read-plan.ts';
import { tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { writeOutput } from '../write-output.ts';

/** The options of `generate`. */
export interface GenerateOptions {
  readonly out?: string;
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
}

/** Writes a typed module of the machines of a document. */
export async function generateCommand(
  document: string,
  options: GenerateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { loaded } = await loadForUse(document, options, terminal);
  if (loaded.plans.length === 0) throw new CommandError(`No workflow of "${document}" can be compiled.`);
  await writeOutput(generateModule(loaded.plans, { document: basename(document) }), options.out, terminal);
  if (options.out !== undefined) {
    tell(terminal, `${options.out}: ${loaded.plans.map((plan) => plan.workflowId).join(', ')}`);
  }
  return EXIT.ok;
}
