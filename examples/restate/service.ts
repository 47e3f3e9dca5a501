// A process that performs logins for Restate. Told what it needs as JSON; tells its port to who started it.
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createEndpointHandler } from '@restatedev/restate-sdk';
import { createRestateService } from 'arazzo-xstate/restate';
import { loginMachines } from '../login/machines.ts';

/** What a process of logins is told. */
export interface ServiceSettings {
  /** 0: any free port. */
  readonly port: number;
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** 32 bytes in hexadecimal: what everything in Restate is encrypted with. */
  readonly key: string;
}

const { port, apiUrl, username, password, key } = JSON.parse(process.argv[2] ?? '{}') as ServiceSettings;
const service = createRestateService(await loginMachines(), {
  keys: { current: 'only', keys: { only: Buffer.from(key, 'hex') } },
  credentials: () => ({ username, password }),
  servers: { stytchConsumerApi: apiUrl, stytchB2bApi: apiUrl },
  // Anybody may start a login.
  keepWaitingMs: 60 * 60 * 1000,
  // The API's log tells who sent what.
  headers: { 'x-sent-by': String(process.pid) },
});
const quiet = (): void => undefined;
const server = createServer(createEndpointHandler({ ...service, logger: quiet }));
server.listen(port, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
