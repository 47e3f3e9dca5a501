import type { RunResult } from '../run/run-workflow.ts';
import { removeSaved } from './saved-run.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/**
 * What becomes of the file that a run was gone on from, once the run has ended. It holds the run's data and would let
 * its steps be taken a second time, so it goes with a run that is done or cancelled. It stays with one that failed,
 * which may be tried again from there.
 */
export async function endKeptRun(
  result: RunResult,
  document: string,
  path: string,
  terminal: Terminal,
): Promise<void> {
  const style = terminal.progressStyle;
  if (result.status === 'waiting') return;
  if (result.status === 'failed') {
    const command = `arazzo-xstate run ${document} --resume ${path}`;
    tell(terminal, style.dim(`The kept run is as it was. Try again from there with: ${command}`));
    return;
  }
  const problem = await removeSaved(path);
  if (problem === undefined) {
    tell(terminal, style.dim(`The run is over, and not kept any more: ${path} is removed.`));
  } else {
    const advice = 'Remove it: it holds the data of the run, and going on from it would repeat steps.';
    tell(terminal, style.warning(`The kept run ${path} cannot be removed: ${problem}. ${advice}`));
  }
}
