import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { printable, printableLine } from './printable.ts';

/**
 * Tells what went wrong in a line, with a second one about what to do, and gives the exit code. The stack trace
 * of an unexpected error is shown only with `ARAZZO_DEBUG=1`.
 */
export function reportError(error: unknown, terminal: Terminal): ExitCode {
  const style = terminal.progressStyle;
  const message = error instanceof Error ? error.message : String(error);
  tell(terminal, `${style.bad('error:')} ${printableLine(message, 1000)}`);
  if (error instanceof CommandError) {
    if (error.hint !== undefined) tell(terminal, style.dim(printableLine(error.hint, 1000)));
    return error.exitCode;
  }
  if (terminal.env['ARAZZO_DEBUG'] === '1' && error instanceof Error && error.stack !== undefined) {
    tell(terminal, printable(error.stack));
  }
  return EXIT.usage;
}
