import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import type { MessageCall, MessageRecord, MessageTransport } from '../../src/index.ts';

/** A message as it lies on the broker. */
export interface BrokerMessage {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: JsonValue;
}

/** A small broker on loopback: it keeps what is published and gives it to whoever subscribes, before and after. */
export interface Broker {
  readonly port: number;
  /** What was published by its clients, in order. */
  readonly published: readonly BrokerMessage[];
  /** Publishes a message of the application behind the broker. */
  publish(message: BrokerMessage): void;
  /** What the application does when a client publishes. */
  onPublish: (message: BrokerMessage) => void;
  /** How many clients listen now. */
  listening(): number;
  /** Breaks all connections. */
  disconnect(): void;
}

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Line = { readonly publish: BrokerMessage } | { readonly subscribe: string };

/** Starts a broker; it ends with the test. Its clients speak JSON, a line a message. */
export async function startBroker(): Promise<Broker> {
  const kept: BrokerMessage[] = [];
  const published: BrokerMessage[] = [];
  const sockets = new Set<Socket>();
  const listeners = new Map<Socket, string>();
  const give = (socket: Socket, message: BrokerMessage): void => {
    if (listeners.get(socket) === message.address) socket.write(`${JSON.stringify(message)}\n`);
  };
  const broker: Broker = {
    get port() {
      return (server.address() as AddressInfo).port;
    },
    published,
    publish(message) {
      kept.push(message);
      for (const socket of listeners.keys()) give(socket, message);
    },
    onPublish: () => undefined,
    listening: () => listeners.size,
    disconnect: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      listeners.delete(socket);
    });
    createInterface({ input: socket }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if ('subscribe' in line) {
        listeners.set(socket, line.subscribe);
        for (const message of kept) give(socket, message);
        return;
      }
      published.push(line.publish);
      socket.end('ok\n');
      broker.onPublish(line.publish);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    broker.disconnect();
    server.close();
    await once(server, 'close');
  });
  return broker;
}

/** What carries messages to a broker and from it, over TCP. */
export function brokerTransport({ port }: Pick<Broker, 'port'>): MessageTransport {
  const addressOf = (call: MessageCall): string => call.address ?? call.channel;
  const connect = async (signal: AbortSignal): Promise<Socket> => {
    const socket = createConnection({ port, host: '127.0.0.1', signal });
    await once(socket, 'connect');
    return socket;
  };
  return {
    async send(call, _operation, signal) {
      const socket = await connect(signal);
      const headers = Object.fromEntries(
        call.parameters.flatMap(({ name, in: place, value }) =>
          place === 'header' ? [[name, typeof value === 'string' ? value : JSON.stringify(value)]] : [],
        ),
      );
      const payload = call.body === undefined ? {} : { payload: call.body.payload };
      socket.write(`${JSON.stringify({ publish: { address: addressOf(call), headers, ...payload } })}\n`);
      await once(createInterface({ input: socket }), 'line', { signal });
    },
    async *receive(call, _operation, signal) {
      const socket = await connect(signal);
      // An abort ends the lines, as a broken connection does.
      socket.on('error', () => undefined);
      socket.write(`${JSON.stringify({ subscribe: addressOf(call) })}\n`);
      try {
        for await (const line of createInterface({ input: socket })) {
          const { headers, payload } = JSON.parse(line) as BrokerMessage;
          yield { headers, ...(payload === undefined ? {} : { payload }) } satisfies MessageRecord;
        }
      } finally {
        socket.destroy();
      }
    },
  };
}
