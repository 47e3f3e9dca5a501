// A server of logins over an API that answers at once. Told what it is made of; tells its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import {
  createHandler,
  createMemoryStore,
  createNodeListener,
  createSessions,
  createSqliteStore,
  type RunHandler,
  type Store,
} from '../../src/server/index.ts';
import { createHandWrittenHandler } from './hand-written-handler.ts';
import { instantFetch } from './login.ts';

const [kind = 'memory', file = ''] = process.argv.slice(2);
const NONE = { start: {}, submit: {}, repeat: {}, other: {} };

function compiled(store: Store): RunHandler {
  const sessions = createSessions({
    workflows: [smsOtpLogin],
    store,
    noAuth: true,
    fetch: instantFetch,
  });
  return createHandler(sessions, { limits: NONE });
}

const handlers: Readonly<Record<string, () => RunHandler>> = {
  memory: () => compiled(createMemoryStore()),
  sqlite: () => compiled(createSqliteStore(file)),
  hand: () => createHandWrittenHandler(file, instantFetch),
};
const handler = handlers[kind]?.();
if (handler === undefined) throw new Error(`There is no "${kind}".`);
const server = createServer(createNodeListener(handler));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// Asked for it: how much of the processor was used so far, in microseconds.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
