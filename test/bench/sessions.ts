import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLogins, type LoadResult } from './load.ts';
import { median } from './measure.ts';

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function quantile(numbers: readonly number[], part: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)] ?? Number.NaN;
}

/** Says whether an aim was met, which depends on the machine. */
function aim(text: string, isMet: boolean): void {
  console.log(`  ${isMet ? 'met' : 'not met'}: ${text}`);
}

/** `cpuMicros`: of the server's processor time, for one login. Other programs do not disturb it. */
async function load(
  kind: string,
  durationMs: number,
  folder: string,
): Promise<LoadResult & { readonly cpuMicros: number }> {
  const server = fork(pathOf('login-server-process.ts'), [kind, join(folder, `${kind}.db`)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [port] = (await once(server, 'message')) as [number];
  const usedMicros = async (): Promise<number> => {
    server.send('cpu');
    const [micros] = (await once(server, 'message')) as [number];
    return micros;
  };
  try {
    await runLogins(port, durationMs / 2, 32);
    const before = await usedMicros();
    const result = await runLogins(port, durationMs, 32);
    return { ...result, cpuMicros: ((await usedMicros()) - before) / result.eachMs.length };
  } finally {
    server.disconnect();
  }
}

/** Whole logins through the handler: two requests of a client and two to an API that answers at once. */
export async function logins(short: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const durationMs = short ? 500 : 10_000;
  try {
    const rows: Record<string, object> = {};
    const perSecond: Record<string, number> = {};
    const names = { memory: 'in memory', sqlite: 'SQLite', hand: 'by hand, SQLite, no machine' };
    for (const [kind, name] of Object.entries(names)) {
      const { eachMs, totalMs, cpuMicros } = await load(kind, durationMs, folder);
      perSecond[kind] = (eachMs.length * 1000) / totalMs;
      rows[name] = {
        'logins/s': Math.round(perSecond[kind]),
        'cpu µs each': Math.round(cpuMicros),
        'median ms': Number(median(eachMs).toFixed(1)),
        'p99 ms': Number(quantile(eachMs, 0.99).toFixed(1)),
      };
    }
    console.log('\nLogins through the handler, 32 at once, the load and the API in the figures');
    console.table(rows);
    aim('1,000 logins a second in memory', (perSecond['memory'] ?? 0) >= 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Many logins that wait, and how long it takes to go on with one. */
export function waiting(short: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'runs.db');
  const count = short ? 1000 : 100_000;
  const run = (task: string): Record<string, unknown> =>
    JSON.parse(
      execFileSync(
        process.execPath,
        ['--expose-gc', pathOf('waiting-process.ts'), task, file, String(count)],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      ),
    ) as Record<string, unknown>;
  try {
    const made = run('make');
    const { residentMiB, resumedMs } = run('host') as { residentMiB: number; resumedMs: number[] };
    console.log(`\n${count} logins that wait for their code, on SQLite`);
    console.table({
      'bytes each in the file': Math.round(statSync(file).size / count),
      'µs to start one': made['microsEach'],
      'MiB of heap, the process that started them': made['heapMiB'],
      'MiB resident, a process that hosts them': residentMiB,
      'ms to resume one, median': Number(median(resumedMs).toFixed(2)),
      'ms to resume one, p99': Number(quantile(resumedMs, 0.99).toFixed(2)),
    });
    aim(`at most 150 MB for ${count} waiting logins`, residentMiB * 2 ** 20 <= 150e6);
    aim('less than 5 ms to resume one (median)', median(resumedMs) < 5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
