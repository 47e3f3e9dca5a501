import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxResponse } from './answers.ts';
import { createSandbox } from './create-sandbox.ts';
import type { StytchSandbox } from './create-sandbox.ts';
import type { SandboxRequest } from './handler.ts';
import type { SandboxOptions } from './settings.ts';

/** Options of `startSandbox`: those of the sandbox, and where it listens. */
export interface SandboxServerOptions extends SandboxOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Loopback only. */
  readonly host?: '127.0.0.1';
}

/** A sandbox that listens. */
export interface SandboxServer {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** The sandbox behind the port. */
  readonly sandbox: StytchSandbox;
  /** Stops listening and drops what is still open. */
  readonly close: () => Promise<void>;
}

const bodyLimitBytes = 1024 * 1024;

/**
 * Starts the stand-in of the Stytch API on a loopback port. Rejects where the port cannot be had.
 *
 * For a person at a terminal: every code is an entry of `sandbox.outbox`,
 * `{ channel: 'sms' | 'whatsapp' | 'email', to, code, at, operationId, expiresAt }` (times in epoch milliseconds), and
 * `sandbox.lastCodeFor(to)` is the newest code sent to a phone number or an address, or `undefined`.
 * The official client is pointed at it with `env: url + '/'`.
 */
export async function startSandbox(options: SandboxServerOptions = {}): Promise<SandboxServer> {
  const { port = 0, host = '127.0.0.1', ...sandboxOptions } = options;
  const sandbox = createSandbox(sandboxOptions);
  const server = createServer((request, response) => {
    serve(sandbox, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host}:${actualPort}`,
    sandbox,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  sandbox: StytchSandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    // The rest of a body that is too long is not read, so the connection cannot serve another request.
    const tooLong = { status_code: 413, error_type: 'bad_request', error_message: 'The body exceeds 1 MiB.' };
    response.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(tooLong));
    return;
  }
  const answer = sandbox.handle({ ...readTarget(request.url ?? '/'), ...readHead(request), body });
  if (answer.delayMs > 0) await delay(answer.delayMs, response);
  send(answer, response);
}

function send(answer: SandboxResponse, response: ServerResponse): void {
  if (answer.dropConnection) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

function readTarget(target: string): Pick<SandboxRequest, 'path' | 'query'> {
  const [path = '/', ...rest] = target.split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(rest.join('?'))) };
}

function readHead(request: IncomingMessage): Pick<SandboxRequest, 'method' | 'headers'> {
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value] as const,
  );
  return { method: request.method ?? 'GET', headers: Object.fromEntries(headers) };
}

function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bodyLimitBytes) return;
      request.off('data', take);
      request.pause();
      resolve(undefined);
    };
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(chunks).toString()));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client has gone.')));
  });
}

/** Waits, but not for a client that has gone. */
function delay(milliseconds: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
