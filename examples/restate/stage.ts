// All of it on one machine: the stand-in of the API, a Restate server, two processes that perform logins, and the web's
// way to them.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { fromRemoteWorkflow, type RemoteWorkflowLogic } from 'arazzo-xstate/client';
import { createRestateSessions } from 'arazzo-xstate/restate';
import { startSandbox, type SandboxServer } from 'arazzo-xstate/sandbox';
import { createHandler, createNodeListener, type Sessions } from 'arazzo-xstate/server';
import { loginMachines } from '../login/machines.ts';
import { startBalancer } from './balancer.ts';
import { startRestateServer, type RestateServer } from './restate-server.ts';
import { startService, type ServiceProcess } from './service-process.ts';

export interface Stage {
  readonly api: SandboxServer;
  readonly restate: RestateServer;
  readonly services: readonly ServiceProcess[];
  readonly sessions: Sessions;
  /** What everything in Restate is encrypted with. */
  readonly key: Uint8Array;
  /** Where the web's handler is. */
  readonly url: string;
  /** The logic of an actor that mirrors a login, as a page has it. */
  readonly logic: RemoteWorkflowLogic;
  close(): Promise<void>;
}

/** @param count - how many processes perform logins */
export async function startStage(count = 2): Promise<Stage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const restate = await startRestateServer();
    closing.push(() => restate.remove());
    const api = await startSandbox();
    closing.push(() => api.close());
    const key = randomBytes(32);
    const { projectId: username, secret: password } = api.sandbox;
    const settings = { apiUrl: api.url, username, password, key: key.toString('hex') };
    const services: ServiceProcess[] = [];
    for (let index = 0; index < count; index += 1) {
      const service = await startService(settings);
      closing.push(() => service.kill());
      services.push(service);
    }
    const balancer = await startBalancer(services.map((service) => service.url));
    closing.push(() => balancer.close());
    await restate.register(balancer.url);
    const sessions = createRestateSessions({
      ingressUrl: restate.ingressUrl,
      adminUrl: restate.adminUrl,
      workflows: await loginMachines(),
      keys: { current: 'only', keys: { only: key } },
    });
    closing.push(() => sessions.close());
    const handler = createHandler(sessions, {
      binding: 'bearer',
      outputs: { 'sms-otp-login': ['userId'] },
      // One address stands for all clients here.
      limits: { start: {}, submit: {}, repeat: {}, other: {} },
    });
    const server = createServer(createNodeListener(handler)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    });
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    return { api, restate, services, sessions, key, url, logic: fromRemoteWorkflow(`${url}/runs`), close };
  } catch (error) {
    await close();
    throw error;
  }
}
