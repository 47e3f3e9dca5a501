import { toMermaid } from '../../diagram/to-mermaid.ts';
import { compileMachine } from '../../machines/compile-machine.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readPlan } from '../read-plan.ts';
import type { Terminal } from '../terminal.ts';
import { writeOutput } from '../write-output.ts';

/** The options of `diagram`. */
export interface DiagramOptions {
  /** For Mermaid (the default), or the configuration of the machine. */
  readonly format?: 'mermaid' | 'json';
  /** Every edge with its criteria, instead of one from a state to another. */
  readonly full?: boolean;
  readonly out?: string;
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
}

/** Draws the machine of a workflow; needs no credentials and sends nothing. */
export async function diagramCommand(
  document: string,
  workflowId: string | undefined,
  options: DiagramOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const plan = await readPlan(document, workflowId, { ...options, ask: terminal.interactive }, terminal);
  const text =
    options.format === 'json'
      ? `${JSON.stringify(compileMachine(plan).config, undefined, 2)}\n`
      : toMermaid(plan, { detail: options.full === true ? 'full' : 'overview' });
  await writeOutput(text, options.out, terminal);
  return EXIT.ok;
}
