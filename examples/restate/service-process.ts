// Starts processes of `service.ts`, which can be killed and started again under their addresses.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServiceSettings } from './service.ts';

export interface ServiceProcess {
  readonly url: string;
  readonly pid: () => number | undefined;
  /** Whether it runs, or is just starting. */
  isRunning(): boolean;
  /** Ends the process as `kill -9` does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it listens. */
  start(): Promise<void>;
}

export async function startService(settings: Omit<ServiceSettings, 'port'>): Promise<ServiceProcess> {
  let child: ChildProcess | undefined;
  let port = 0;
  const start = async (): Promise<void> => {
    const told: ServiceSettings = { ...settings, port };
    child = fork(fileURLToPath(new URL('service.ts', import.meta.url)), [JSON.stringify(told)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    [port] = await Promise.race([
      once(child, 'message') as Promise<[number]>,
      once(child, 'exit').then(() => Promise.reject(new Error('The service did not start.'))),
    ]);
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => child?.pid,
    isRunning: () => child?.exitCode === null && child.signalCode === null,
    kill: async () => {
      const ending = child;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = once(ending, 'exit');
      ending.kill('SIGKILL');
      await gone;
    },
    start,
  };
}
