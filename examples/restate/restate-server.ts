// Starts a Restate server on this machine: on free loopback ports, with its telemetry off.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A Restate server, which can be killed and started again on the same data and ports. */
export interface RestateServer {
  /** Where calls go. */
  readonly ingressUrl: string;
  readonly adminUrl: string;
  readonly pid: () => number | undefined;
  /** Whether it runs, or is just starting. */
  isRunning(): boolean;
  /** Tells it where a service is; of services with one name the last that was told of gets the calls. */
  register(uri: string): Promise<void>;
  /** Ends the process as `kill -9` does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it takes calls. */
  start(): Promise<void>;
  /** Kills it and removes its data. */
  remove(): Promise<void>;
}

const PACKAGE = `@restatedev/restate-server-${process.platform}-${process.arch}`;
const BINARY = fileURLToPath(new URL(`server/node_modules/${PACKAGE}/bin/restate-server`, import.meta.url));

export async function startRestateServer(): Promise<RestateServer> {
  if (!existsSync(BINARY)) {
    throw new Error(
      `There is no Restate server here. Install it with "npm ci --prefix examples/restate/server", on Linux or macOS (216 MB, Business Source License 1.1).`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'restate-'));
  const [ingress, admin, fabric] = await Promise.all([freePort(), freePort(), freePort()]);
  const ingressUrl = `http://127.0.0.1:${ingress}`;
  const adminUrl = `http://127.0.0.1:${admin}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const options = ['--no-logo', '--node-name', 'only', '--base-dir', folder];
    const network = ['--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--advertised-host', '127.0.0.1'];
    child = spawn(BINARY, [...options, ...network], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
        RESTATE_DEFAULT_NUM_PARTITIONS: '4',
        RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256 MB',
        // At its start it asks GitHub for its latest release. That cannot be switched off; offline it fails, and goes on.
        RESTATE_LOG_FILTER: 'error,octocrab=off',
      },
    });
    const gone = once(child, 'exit').then(([code]) => `It ended with the code ${String(code)}.`);
    for (const url of [`${adminUrl}/health`, `${ingressUrl}/restate/health`]) {
      while (!(await answers(url))) {
        const reason = await Promise.race([gone, later(100)]);
        if (typeof reason === 'string') throw new Error(`The Restate server did not start. ${reason}`);
      }
    }
  };
  const kill = async (): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill('SIGKILL');
    await gone;
  };
  await start();
  // Whoever started it leaves none behind.
  const leave = (): void => void child?.kill('SIGKILL');
  process.once('exit', leave);
  return {
    ingressUrl,
    adminUrl,
    pid: () => child?.pid,
    isRunning: () => child?.exitCode === null && child.signalCode === null,
    register: async (uri) => {
      const response = await fetch(`${adminUrl}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri, force: true }),
      });
      if (!response.ok) throw new Error(`Restate refuses the service at ${uri}: ${await response.text()}`);
    },
    kill,
    start,
    remove: async () => {
      process.off('exit', leave);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

async function later(delayMs: number): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, delayMs));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
