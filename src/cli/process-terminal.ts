import { createTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { reportError } from './render/report-error.ts';

/**
 * The terminal of this process. The first interruption (Ctrl+C, SIGTERM) aborts its signal so that a run ends
 * cleanly, a second one ends the process. A reader of stdout or stderr that has gone away is no error.
 */
function processTerminal(): Terminal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.failed);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') process.exitCode = EXIT.usage;
    });
  }
  return createTerminal({
    input: process.stdin,
    result: process.stdout,
    progress: process.stderr,
    env: process.env,
    signal: controller.signal,
    directory: process.cwd(),
  });
}

/** Runs a command in this process and leaves its exit code behind. */
export async function runInProcess(
  command: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>,
): Promise<void> {
  const terminal = processTerminal();
  const unexpected = (error: unknown): void => {
    process.exit(reportError(error, terminal));
  };
  process.on('uncaughtException', unexpected);
  process.on('unhandledRejection', unexpected);
  let exitCode: ExitCode;
  try {
    exitCode = await command(process.argv.slice(2), terminal);
  } catch (error) {
    exitCode = reportError(error, terminal);
  }
  // Only the exit code is set: what was written to a pipe must still get there.
  process.exitCode = exitCode;
  process.stdin.unref?.();
}
