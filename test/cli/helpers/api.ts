import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach } from 'vitest';

/** A request that the API got. */
export interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** An API on the loopback that answers as it is told and remembers what it was asked; gone after the test. */
export async function startApi(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
      answer(request, body, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${String(port)}`, received };
}

/** Answers `greet` with a greeting of the name in the body. */
export function greet(_: IncomingMessage, body: string, response: ServerResponse): void {
  const { name } = JSON.parse(body) as { name: string };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ greeting: `hello ${name}` }));
}
