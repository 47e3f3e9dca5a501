import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { diagramStyle } from '../diagram/svg-style.ts';
import { admit, type AccessRules } from './access.ts';
import { readAsset } from './assets.ts';

/** What a server does with those that it has let in. */
export interface ServerParts {
  readonly token: string;
  readonly port: number;
  readonly allowOrigins: ReadonlySet<string>;
  /** The picture of a machine, by its key, or of what a recording holds. */
  readonly picture: (key: string) => Promise<string | undefined>;
  readonly drawn: (graph: unknown) => Promise<string | undefined>;
  readonly onPage: (socket: WebSocket) => void;
  readonly onApplication: (socket: WebSocket) => void;
}

/** A server that listens on this machine, and for nobody else. */
export interface InspectorServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const headersFor = (port: number): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Older browsers do not count the socket of the same host as the page's own.
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

/** What a page sends is small; a recording's picture and an application's machine may be larger. */
const MAX_PAGE_MESSAGE_BYTES = 1024 * 1024;
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const MAX_GRAPH_BYTES = 8 * 1024 * 1024;
const MAX_SOCKETS = 64;

/** Starts the server on 127.0.0.1. Rejects where the port cannot be had. */
export async function startInspectorServer(parts: ServerParts): Promise<InspectorServer> {
  let rules: AccessRules | undefined;
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const pages = socketServer(MAX_PAGE_MESSAGE_BYTES);
  const applications = socketServer(MAX_MESSAGE_BYTES);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { ...headersFor(rules?.port ?? 0), 'content-type': type });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const say = (status: number, text: string): void => send(status, 'text/plain; charset=utf-8', text);
    const admission = rules === undefined ? undefined : admit(knockOf(request), rules, 'page');
    if (admission?.kind !== 'in') return say(admission?.status ?? 503, 'There is nothing here.');
    const { path } = admission;
    if (request.method === 'POST' && path === 'picture') {
      const graph = await readJson(request);
      const svg = graph === undefined ? undefined : await parts.drawn(graph);
      return svg === undefined ? say(400, 'This cannot be drawn.') : send(200, 'image/svg+xml', svg);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'It can only be read.');
    const key = /^picture\/(?<key>[0-9a-f]+)\.svg$/.exec(path)?.groups?.['key'];
    if (key !== undefined) {
      const svg = await parts.picture(key);
      // Not an error: the page says so in its place.
      return svg === undefined ? send(204, 'text/plain', '') : send(200, 'image/svg+xml', svg);
    }
    if (path === 'diagram.css') return send(200, 'text/css; charset=utf-8', diagramStyle);
    const asset = await readAsset(path === '' ? 'index.html' : path);
    return asset === undefined
      ? say(404, 'There is nothing here.')
      : send(200, asset.contentType, asset.body);
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const open = pages.clients.size + applications.clients.size;
    const [path = ''] = (request.url ?? '').split('?');
    const isPage = path.endsWith('/page');
    const admission =
      rules === undefined ? undefined : admit(knockOf(request), rules, isPage ? 'page' : 'application');
    // A page always says where it is from; without an origin it is a program, which has no business as a page.
    const isMeant =
      admission?.kind === 'in' &&
      (isPage ? admission.path === 'page' && request.headers.origin !== undefined : admission.path === '');
    if (!isMeant || open >= MAX_SOCKETS) {
      const status = admission?.kind === 'refused' ? admission.status : isMeant ? 503 : 404;
      socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const sockets = isPage ? pages : applications;
    sockets.handleUpgrade(request, socket, head, (opened) => {
      // What it sends wrongly, or too much of, closes it; without a listener it would end the process.
      opened.on('error', () => undefined);
      if (isPage) parts.onPage(opened);
      else parts.onApplication(opened);
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : parts.port;
  rules = { port, token: parts.token, allowOrigins: parts.allowOrigins };
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of [...pages.clients, ...applications.clients]) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function socketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
}

function knockOf({ headers, url }: IncomingMessage): {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly target: string;
} {
  return { host: headers.host, origin: headers.origin, target: url ?? '/' };
}

/** The JSON that a page sends; `undefined` where it is none, or too large. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json' || request.headers.origin === undefined)
    return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_GRAPH_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
