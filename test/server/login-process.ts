// A server of logins by SMS, in a process that can be killed. Told what it needs as JSON; tells its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import {
  createEncryptedStore,
  createHandler,
  createNodeListener,
  createSessions,
  createSqliteStore,
} from '../../src/server/index.ts';

/** What a server of logins is told. */
export interface LoginServerSettings {
  readonly file: string;
  readonly apiUrl: string;
  readonly port: number;
  readonly instance: string;
  readonly username: string;
  readonly password: string;
  /** 32 bytes in hexadecimal. */
  readonly storeKey: string;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as LoginServerSettings;
const store = createEncryptedStore(createSqliteStore(settings.file), {
  current: 'only',
  keys: { only: Buffer.from(settings.storeKey, 'hex') },
});
const sessions = createSessions({
  workflows: [smsOtpLogin],
  store,
  credentials: () => ({ username: settings.username, password: settings.password }),
  servers: { stytchConsumerApi: settings.apiUrl },
  instance: settings.instance,
  pollMs: 200,
});
const handler = createHandler(sessions, {
  outputs: { 'sms-otp-login': ['userId'] },
  // One address stands for all clients here.
  limits: { start: {}, submit: {}, repeat: {}, other: {} },
  onError: (error) => process.stderr.write(`${String(error)}\n`),
});
const server = createServer(createNodeListener(handler));
server.listen(settings.port, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
