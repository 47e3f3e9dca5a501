import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEncryptedStore, createSqliteStore, type Store } from '../../src/server/index.ts';
import type { LoginServerSettings } from './login-process.ts';

/** A server of logins on a file, which can be killed and started again under the same address. */
export interface LoginServer {
  readonly url: string;
  readonly file: string;
  /** What its store is encrypted with. */
  readonly key: Buffer;
  /** Ends the process as `kill -9` does; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same file and port; resolves when it listens. */
  restart(): Promise<void>;
  /** Opens the store that it leaves, in this process. */
  openStore(): Store;
  /** Kills it and removes its file. */
  remove(): Promise<void>;
}

/** @param beside - a server whose store the new one shares */
export async function startLoginServer(
  api: Pick<LoginServerSettings, 'apiUrl' | 'username' | 'password'>,
  beside?: LoginServer,
): Promise<LoginServer> {
  const path = fileURLToPath(new URL('login-process.ts', import.meta.url));
  let child: ChildProcess | undefined;
  let port = 0;
  const file = beside?.file ?? join(mkdtempSync(join(tmpdir(), 'logins-')), 'runs.db');
  const key = beside?.key ?? randomBytes(32);
  const instance = randomUUID();
  const start = async (): Promise<void> => {
    const settings: LoginServerSettings = { ...api, file, port, instance, storeKey: key.toString('hex') };
    child = fork(path, [JSON.stringify(settings)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    const first = await Promise.race([
      once(child, 'message') as Promise<[number]>,
      once(child, 'exit').then(() => Promise.reject(new Error('The server did not start.'))),
    ]);
    [port] = first;
  };
  const kill = async (): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    file,
    key,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    openStore: () => createEncryptedStore(createSqliteStore(file), { current: 'only', keys: { only: key } }),
    remove: async () => {
      await kill();
      rmSync(dirname(file), { recursive: true, force: true });
    },
  };
}
