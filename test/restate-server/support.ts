import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import type { RestateServer } from '../../examples/restate/restate-server.ts';
import { createRestateService, createRestateSessions } from '../../src/restate/index.ts';
import type { RestateServiceOptions, RestateSessionsOptions } from '../../src/restate/index.ts';
import type { CompiledMachine, Sessions } from '../../src/server/index.ts';

/** Runs on Restate whose service is in this process. */
export interface Hosted {
  readonly sessions: Sessions;
  readonly name: string;
  /** Starts the service anew under its address, with other machines. */
  replace(machines: readonly CompiledMachine[], options?: HostOptions): Promise<void>;
  close(): Promise<void>;
}

export type HostOptions = Partial<RestateServiceOptions> & Partial<RestateSessionsOptions>;

let names = 0;

export async function hostOn(
  restate: RestateServer,
  machines: readonly CompiledMachine[],
  options: HostOptions = {},
): Promise<Hosted> {
  names += 1;
  const name = options.name ?? `test-${names}`;
  const shared = { name, keys: { current: 'k', keys: { k: randomBytes(32) } }, ...options };
  let port = 0;
  let end: () => Promise<void> = async () => undefined;
  const serve = async (served: readonly CompiledMachine[], more: HostOptions = {}): Promise<void> => {
    await end();
    const service = createRestateService(served, { services: false, ...shared, ...more });
    const server = createServer(createEndpointHandler({ ...service, logger: () => undefined }));
    const open = new Set<ServerHttp2Session>();
    server.on('session', (session) => open.add(session));
    await once(server.listen(port, '127.0.0.1'), 'listening');
    ({ port } = server.address() as AddressInfo);
    end = async () => {
      for (const session of open) session.destroy();
      await new Promise((resolve) => void server.close(resolve));
    };
  };
  await serve(machines);
  await restate.register(`http://127.0.0.1:${port}`);
  const { ingressUrl, adminUrl } = restate;
  const sessions = createRestateSessions({ workflows: machines, ...shared, ingressUrl, adminUrl });
  return {
    sessions,
    name,
    replace: serve,
    close: async () => {
      await sessions.close();
      await end();
    },
  };
}

/** What the admin interface of a Restate server gives for a query. */
export async function queried(
  restate: RestateServer,
  query: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const response = await fetch(`${restate.adminUrl}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { rows } = (await response.json()) as { rows: readonly Readonly<Record<string, unknown>>[] };
  return rows;
}

/** The calls to a service that are not over, those left out that come when a run is to be gone, or that follow one. */
export async function leftOn(restate: RestateServer, name: string): Promise<readonly unknown[]> {
  const rows = await queried(
    restate,
    `select target_handler_name from sys_invocation where target_service_name = '${name}' and target_handler_name not in ('cleanupState', 'change')`,
  );
  return rows.map((row) => row['target_handler_name']);
}

/** Writes the state of an object, past the service. */
export async function putState(
  restate: RestateServer,
  name: string,
  id: string,
  state: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const bytes = Object.entries(state).map(([key, value]) => [key, [...Buffer.from(value)]]);
  const response = await fetch(`${restate.adminUrl}/services/${name}/state`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ object_key: id, new_state: Object.fromEntries(bytes) as object }),
  });
  if (!response.ok) throw new Error(await response.text());
}
