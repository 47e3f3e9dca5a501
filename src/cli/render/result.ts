import type { JsonObject, JsonValue } from '../../document/json.ts';
import type { RunResult } from '../../run/run-workflow.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { InteractionDescription } from '../../machines/describe-redirect.ts';
import { maskSecrets } from '../../machines/mask.ts';
import { give, tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { failureLine } from './progress.ts';
import { printableLine } from './printable.ts';
import { tellQuestion } from './question.ts';
import { renderValues } from './values.ts';

/** The exit code of a run that ended, or stopped, in a status. */
export function exitCodeOf(status: RunResult['status']): ExitCode {
  if (status === 'done') return EXIT.ok;
  return status === 'waiting' ? EXIT.missingInput : EXIT.failed;
}

/** The object that `run --json` writes: every member is always there, `failure` is `null` where there is none. */
export function resultJson(result: Omit<RunResult, 'snapshot'>): Readonly<Record<string, unknown>> {
  const { workflowId, status, state, outputs, failure, missing, steps, rejection, interaction } = result;
  const refused = {
    ...(rejection === undefined ? {} : { rejection }),
    ...(interaction === undefined ? {} : { interaction: interactionJson(interaction) }),
  };
  return { workflowId, status, state, outputs, failure: failure ?? null, missing, steps, ...refused };
}

/** What a run asks a person, without what it looks like secrets. */
function interactionJson(interaction: InteractionDescription): Readonly<Record<string, unknown>> {
  return { ...interaction, context: maskSecrets(interaction.context) };
}

/** The object that `run --json` writes when there was no run. */
export function invalidJson(
  workflowId: string | undefined,
  message: string,
  diagnostics: readonly JsonObject[],
): Readonly<Record<string, JsonValue>> {
  return {
    workflowId: workflowId ?? null,
    status: 'invalid',
    state: null,
    outputs: {},
    failure: { kind: 'request', message },
    missing: [],
    steps: [],
    diagnostics,
  };
}

/** What a run waits for, in a few words. */
function waitedFor({ missing, interaction, state }: RunResult): string {
  if (missing.length > 0) return missing.join(', ');
  return interaction === undefined ? '' : `the answer in ${state}`;
}

/** Gives the result of a run: as one JSON object, or the ending as progress and the outputs as the result. */
export function giveResult(result: RunResult, json: boolean, terminal: Terminal): void {
  const style = terminal.progressStyle;
  switch (result.status) {
    case 'done':
      tell(terminal, style.good(`✔ ${printableLine(result.workflowId)} is done`));
      break;
    case 'failed': {
      const reason = result.failure?.reason;
      const why = reason === undefined ? '' : ` (${printableLine(reason)})`;
      const said = result.failure === undefined ? '' : `: ${failureLine(result.failure)}`;
      tell(terminal, style.bad(`✖ ${printableLine(result.workflowId)} has failed${why}${said}`));
      break;
    }
    case 'cancelled':
      tell(terminal, style.warning(`${printableLine(result.workflowId)} was cancelled`));
      break;
    case 'waiting':
      for (const { input, message } of result.rejection ?? []) {
        tell(terminal, style.bad(`✖ ${printableLine(input === '' ? message : `${input}: ${message}`)}`));
      }
      tell(
        terminal,
        style.warning(`${printableLine(result.workflowId)} waits for: ${printableLine(waitedFor(result))}`),
      );
      if (result.interaction !== undefined) {
        tellQuestion(terminal, result.interaction);
        const { url } = result.interaction;
        if (url !== undefined) tell(terminal, `  ${style.accent(printableLine(url, 4000))}`);
      }
      break;
  }
  if (json) give(terminal, JSON.stringify(resultJson(result)));
  else if (Object.keys(result.outputs).length > 0)
    give(terminal, renderValues(result.outputs, terminal.resultStyle));
}
