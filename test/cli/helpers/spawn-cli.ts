import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a spawned command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The environment without what could change the outcome. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...more };
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** `main` by default. */
  readonly script?: 'main' | 'demo';
  /** Called with the process once it is there, and with all of stderr whenever more of it comes. */
  readonly onProgress?: (stderr: string, child: ReturnType<typeof spawn>) => void;
}

/** Starts the command line as a user's shell would, without a terminal. */
export function spawnCli(args: readonly string[], options: SpawnOptions = {}): Promise<Ended> {
  const script = `${root}src/cli/${options.script ?? 'main'}.ts`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: options.directory ?? root,
      env: plainEnvironment(options.env),
      // Open and silent, as in a job that nobody watches: whoever reads it waits for ever.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      options.onProgress?.(stderr, child);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The only line of stdout as JSON. */
export function onlyJson(ended: Ended): Record<string, unknown> {
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== 1)
    throw new Error(`stdout has ${String(lines.length)} lines: ${ended.stdout}\n${ended.stderr}`);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}
