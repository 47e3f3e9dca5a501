import { createDeliveries } from '../embedded-sandbox.ts';
import { CommandError } from '../command-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { give, tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `sandbox`. */
export interface SandboxCommandOptions {
  /** Default 8088; 0 takes a free one. */
  readonly port?: number;
  /** One JSON object a line: first the server, then each message. */
  readonly json?: boolean;
}

const DEFAULT_PORT = 8088;
const LOOK_EVERY_MS = 100;

/** Serves the Stytch stand-in until it is interrupted, and shows every code that it "delivers". */
export async function sandboxCommand(options: SandboxCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { startSandbox } = await import('../../sandbox/server.ts');
  const port = options.port ?? DEFAULT_PORT;
  let running: Awaited<ReturnType<typeof startSandbox>>;
  try {
    running = await startSandbox({ port, cors: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = code === 'EADDRINUSE' ? 'it is in use' : `the system says ${code}`;
    throw new CommandError(`The sandbox cannot listen on port ${String(port)}: ${why}.`, {
      hint: 'Give another one with --port, or 0 for any.',
      cause: error,
    });
  }
  const { sandbox, url, close } = running;
  // Before anybody knows that it is there, and can interrupt it.
  const { signal } = terminal;
  const style = terminal.progressStyle;
  const json = options.json === true;
  if (json) {
    give(terminal, JSON.stringify({ url, projectId: sandbox.projectId, secret: sandbox.secret }));
  } else {
    give(terminal, `The Stytch sandbox listens on ${url}`);
    tell(terminal, style.dim(`  project id  ${sandbox.projectId}`));
    tell(terminal, style.dim(`  secret      ${sandbox.secret}`));
    tell(terminal, style.dim('  someone@example.com is a member of Acme, Globex, Initech and Umbrella.'));
    tell(terminal, style.dim('  ctrl+c ends it.'));
  }
  const deliver = createDeliveries(sandbox, (line, entry) =>
    give(terminal, json ? JSON.stringify(entry) : line),
  );
  const timer = setInterval(deliver, LOOK_EVERY_MS);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(timer);
  deliver();
  await close();
  return EXIT.ok;
}
