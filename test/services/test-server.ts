import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Operation } from '../../src/openapi/operation.ts';
import type { StepCall } from '../../src/plan/step-call.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Starts a server on 127.0.0.1 for one test, and gives its URL. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A URL on which nothing listens any more. */
export async function refusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** A listener that answers with one body. */
export function answer(
  body: string | Buffer,
  headers: Record<string, string | string[]> = {},
  status = 200,
): RequestListener {
  return (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** The body of a request, as text. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** An operation of the source `api` on a server. */
export function operationAt(url: string, members: Partial<Operation> = {}): Operation {
  return {
    source: 'api',
    method: 'GET',
    path: '/things',
    servers: [{ url, variables: {} }],
    parameters: [],
    security: [],
    ...members,
  };
}

/** The first attempt of a step without parameters. */
export function callOf(members: Partial<StepCall> = {}): StepCall {
  return { stepId: 'step', attempt: 1, parameters: [], ...members };
}

/** A promise and what settles it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  const settlers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => settlers.push(resolve));
  return { promise, resolve: () => settlers.forEach((settle) => settle()) };
}
