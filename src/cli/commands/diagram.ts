import { toJson, toMermaid, toSvg } from '../../diagram/index.ts';
import { compileMachine } from '../../machines/compile-machine.ts';
import type { WorkflowPlan } from '../../plan/workflow-plan.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readPlan } from '../read-plan.ts';
import type { Terminal } from '../terminal.ts';
import { writeOutput } from '../write-output.ts';

/** The options of `diagram`. */
export interface DiagramOptions {
  /** `mermaid`, the default; `svg`; nodes and edges as `json`; or `xstate`, the configuration of the machine. */
  readonly format?: 'mermaid' | 'svg' | 'json' | 'xstate';
  /** How much each edge says; default `overview` for Mermaid, `full` for SVG. */
  readonly detail?: 'overview' | 'full';
  /** The same as the detail `full`. */
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
  const text = await draw(plan, options);
  await writeOutput(text, options.out, terminal);
  return EXIT.ok;
}

async function draw(
  plan: WorkflowPlan,
  { format = 'mermaid', detail, full = false }: DiagramOptions,
): Promise<string> {
  const level = detail ?? (full ? 'full' : undefined);
  switch (format) {
    case 'mermaid':
      return toMermaid(plan, { detail: level ?? 'overview' });
    case 'json':
      return toJson(plan);
    case 'xstate':
      return `${JSON.stringify(compileMachine(plan).config, undefined, 2)}\n`;
    case 'svg':
      return toSvg(plan, { detail: level ?? 'full' });
  }
}
