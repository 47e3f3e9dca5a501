// What the servers of the pages have in common: they are for this machine only, and say so to browsers.
import { createServer } from 'node:http';
import { createNodeListener, type ConnectionInfo } from 'arazzo-xstate/server';

/** A server that runs. */
export interface LocalServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** A response of the page's own: nothing but it may be loaded, and nobody keeps it. */
export function reply(
  status: number,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(body, { status, headers: { ...HEADERS, 'content-type': type, ...headers } });
}

/**
 * Answers requests on a loopback port.
 *
 * @param port - 0: any free one
 */
export async function serveLocally(
  port: number,
  answer: (request: Request, connection?: ConnectionInfo) => Promise<Response>,
): Promise<LocalServer> {
  let origin = '';
  const listener = createNodeListener(async (request, connection) =>
    // A page elsewhere must not get at this server by another name for this machine.
    new URL(request.url).origin === origin
      ? answer(request, connection)
      : reply(421, 'text/plain', 'Not this host.'),
  );
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url: origin,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
