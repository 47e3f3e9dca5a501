import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { CommandError } from './command-error.ts';

/** A loopback address at which a browser comes back from a redirect. */
export interface CallbackListener {
  /** `http://127.0.0.1:<port>/callback`, or the address that was asked for. */
  readonly url: string;
  /**
   * The query of the next request that comes back, each name once. One with another `state` is refused, and waited on.
   * Rejects when the signal is aborted.
   */
  next(state: string | undefined, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

type Answer = (query: Readonly<Record<string, string>>) => void;

interface Waiting {
  readonly state: string | undefined;
  readonly answer: Answer;
}

/** Whether a URL is one at which this machine alone can be reached, and that can be listened at. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

/**
 * Listens at a loopback address.
 *
 * @param wanted - a loopback URL; by default a free port of 127.0.0.1
 * @throws CommandError where the port is taken
 */
export async function listenForCallback(wanted?: string): Promise<CallbackListener> {
  const target = new URL(wanted ?? 'http://127.0.0.1:0/callback');
  const waiting: { current: Waiting | undefined } = { current: undefined };
  const server = createServer((request, response) => serve(request, response, target, waiting));
  // A browser that keeps its connection open, or sends nothing, must not keep the command from ending.
  server.requestTimeout = 10_000;
  const port = await listening(server, target);
  target.port = String(port);
  return {
    url: wanted ?? target.href,
    next: (state, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.current = undefined;
          reject(new Error('Nobody waits for the callback any more.'));
        };
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true });
        waiting.current = {
          state,
          answer: (query) => {
            waiting.current = undefined;
            signal.removeEventListener('abort', stop);
            resolve(query);
          },
        };
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { hostname, port }: URL): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const reason =
        error.code === 'EADDRINUSE' ? 'another program listens there' : 'it cannot be listened at';
      reject(
        new CommandError(`The browser cannot come back to port ${port} by itself: ${reason}.`, {
          cause: error,
        }),
      );
    };
    server.once('error', failed);
    // Without a port, a URL means 80.
    server.listen(port === '' ? 80 : Number(port), hostname === '[::1]' ? '::1' : '127.0.0.1', () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : Number(port));
    });
  });
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  waiting: { readonly current: Waiting | undefined },
): void {
  // A page of elsewhere that has its name lead to this machine says that name.
  if (request.headers.host !== target.host) return page(response, 421, 'Nobody is expected under this name.');
  const [path = '', text = ''] = (request.url ?? '').split(/\?(.*)/s);
  if (path !== target.pathname) return page(response, 404, 'There is nothing here.');
  if (request.method !== 'GET') return page(response, 405, 'A browser comes back by GET.');
  const { current } = waiting;
  if (current === undefined) return page(response, 409, 'Nobody waits for this any more.');
  const query = new URLSearchParams(text);
  if (new Set(query.keys()).size !== query.size) return page(response, 400, 'A parameter came twice.');
  if (current.state !== undefined && query.get('state') !== current.state)
    return page(response, 400, 'This is not what was waited for: the state is another one.');
  page(response, 200, 'That is all: go back to the command line. You can close this window.');
  current.answer(Object.fromEntries(query));
}

/** A page that shows one sentence, and nothing of the request. */
function page(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  const style = 'font: 1.25rem system-ui, sans-serif; margin: 20vh auto; max-width: 30rem; padding: 0 1rem';
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>arazzo-xstate</title><body style="${style}"><p>${sentence}</p></body></html>\n`,
  );
}
