import { createTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { reportError } from './render/report-error.ts';

/**
 * A signal that the first interruption (Ctrl+C, SIGTERM) aborts so that a run ends cleanly; a second one ends the
 * process.
 */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.failed);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  return controller.signal;
}

/**
 * The terminal of this process. Interruptions are listened for once somebody asks for its signal: before that there is
 * nothing to end cleanly, and a process that only reads or computes would go on as if nothing had happened. A reader of
 * stdout or stderr that has gone away is no error.
 */
function processTerminal(): Terminal {
  let signal: AbortSignal | undefined;
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
    get signal() {
      return (signal ??= interruptions());
    },
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
