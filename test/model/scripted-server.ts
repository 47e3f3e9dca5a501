import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../../src/document/json.ts';
import type { Happening } from '../../src/testing/situation.ts';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answers it: with a response, or by dropping the connection. */
  answer(happening: Extract<Happening, { type: 'response' | 'lost' }>): void;
  /** Resolves once the client has given it up. */
  readonly aborted: Promise<void>;
}

/** An API whose answers are given by hand, on a loopback port. */
export interface ScriptedServer {
  readonly url: string;
  /** The next request that has not been taken yet. */
  next(): Promise<ReceivedRequest>;
  /** How many requests came that nobody took. */
  readonly waiting: number;
  close(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const arrived: ReceivedRequest[] = [];
  const takers: ((request: ReceivedRequest) => void)[] = [];
  const server = createServer((request, response) => {
    void receive(request, response).then((received) => {
      const taker = takers.shift();
      if (taker === undefined) arrived.push(received);
      else taker(received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
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
      const headers = { 'content-type': 'application/json', ...happening.headers };
      response.writeHead(happening.statusCode, headers);
      response.end(textOf(happening.body, headers['content-type']));
    },
  };
}

/** A body as it goes over the wire: JSON, or a text as it is where the content type says something else. */
function textOf(body: JsonValue | undefined, contentType: string): string {
  if (body === undefined) return '';
  return typeof body === 'string' && !contentType.includes('json') ? body : JSON.stringify(body);
}
