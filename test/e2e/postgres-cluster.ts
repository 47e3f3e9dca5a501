import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of PostgreSQL that a test has for itself. */
export interface PostgresCluster {
  readonly port: number;
  readonly user: string;
  /** Ends the server at once, as a crash does, and starts it again. */
  crash(): void;
  stop(): void;
}

const PROGRAMS = '/usr/lib/postgresql';

/**
 * Starts Debian's PostgreSQL on a free port of the loopback address, with its data in a temporary folder.
 *
 * @throws Error that says what to install
 */
export async function startPostgres(): Promise<PostgresCluster> {
  const [version] = existsSync(PROGRAMS) ? readdirSync(PROGRAMS).toSorted().toReversed() : [];
  if (version === undefined) throw new Error('PostgreSQL is not there: apt-get install postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const port = await freePort();
  // The server refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const run = (program: string, ...args: readonly string[]): void => {
    const command = [join(PROGRAMS, version, 'bin', program), ...args];
    const whole = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    const [name = '', ...rest] = whole;
    const { status, stderr } = spawnSync(name, rest, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  };
  if (isRoot) spawnSync('chown', ['postgres', folder]);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  run('initdb', '-D', data, '-U', 'tester', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C');
  const options = `-p ${port} -h 127.0.0.1 -k ${folder}`;
  const start = (): void => run('pg_ctl', '-D', data, '-w', '-l', log, '-o', options, 'start');
  start();
  return {
    port,
    user: 'tester',
    crash: () => {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      start();
    },
    stop: () => {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
