import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with nothing to read. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      args,
      { cwd, timeout: 150_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** Packs the package and installs it, with more packages beside it, in a new folder. */
export async function installPackage(
  beside: readonly string[] = [],
): Promise<{ readonly folder: string; readonly packed: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'arazzo-xstate-'));
  const pack = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT);
  expect(pack.code, pack.stderr).toBe(0);
  const output = JSON.parse(pack.stdout) as unknown;
  const [tarball] = Object.values(output as Record<string, { filename: string; files: { path: string }[] }>);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
  const install = await run('npm', ['install', ...flags, `./${tarball?.filename ?? ''}`, ...beside], folder);
  expect(install.code, install.stderr).toBe(0);
  return { folder, packed: tarball?.files.map(({ path }) => path) ?? [] };
}
