import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type JsonValue } from '../document/json.ts';
import type { Happening } from './situation.ts';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answers it: with a response, or by dropping the connection. */
  answer(happening: Extract<Happening, { type: 'response' | 'lost' }>): void;
  /** Resolves once the client has given it up, or has its answer. */
  readonly aborted: Promise<void>;
}

/** An API whose answers are given by hand, on a loopback port. */
export interface ScriptedServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The next request that has not been taken yet. */
  next(): Promise<ReceivedRequest>;
  /** How many requests came that nobody took. */
  readonly waiting: number;
  /** Drops the connections of all requests that have no answer, and forgets them. */
  drop(): void;
  close(): Promise<void>;
}

/** How a scripted server is started. */
export interface ScriptedServerOptions {
  /** Whether a process may end although the server runs; default `false`. */
  readonly mayEnd?: boolean;
}

/** Starts a server that answers nothing by itself: a path says what it answers. */
export async function startScriptedServer({
  mayEnd = false,
}: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const open = new Set<ServerResponse>();
  let arrived: ReceivedRequest[] = [];
  let takers: ((request: ReceivedRequest) => void)[] = [];
  const server = createServer((request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    receive(request, response).then(
      (received) => {
        const taker = takers.shift();
        if (taker === undefined) arrived.push(received);
        else taker(received);
      },
      // The client went away before its request was whole.
      () => response.destroy(),
    );
  });
  // Paths follow each other on the same connections.
  server.keepAliveTimeout = 60_000;
  if (mayEnd) {
    server.unref();
    server.on('connection', (socket) => socket.unref());
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => {
      const request = arrived.shift();
      return request === undefined
        ? new Promise((resolve) => takers.push(resolve))
        : Promise.resolve(request);
    },
    get waiting() {
      return arrived.length;
    },
    drop() {
      arrived = [];
      takers = [];
      // One that is just being written has its answer, and its connection is used again.
      for (const response of open) if (!response.writableEnded) response.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const aborted = new Promise<void>((resolve) => response.once('close', () => resolve()));
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    headers: request.headers as Record<string, string>,
    body: Buffer.concat(chunks).toString('utf8'),
    aborted,
    answer(happening) {
      if (happening.type === 'lost') {
        request.socket.destroy();
        return;
      }
      const { statusCode, body } = happening;
      const headers: Record<string, string> = Object.fromEntries(
        Object.entries(happening.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      );
      if (body !== undefined) headers['content-type'] ??= 'application/json';
      response.writeHead(statusCode, headers);
      response.end(bytesOf(body, headers['content-type'] ?? ''));
    },
  };
}

/** A body as it goes over the wire: JSON; a text as it is where the content type says something else; bytes. */
function bytesOf(body: JsonValue | undefined, contentType: string): string | Buffer {
  if (body === undefined) return '';
  if (/[/+]json\b/i.test(contentType)) return JSON.stringify(body);
  if (typeof body === 'string') return body;
  const base64 = isJsonObject(body) ? body['base64'] : undefined;
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : JSON.stringify(body);
}
