import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { RunHandler } from './handler-options.ts';
import { Problem, problemResponse } from './problem.ts';

/** How requests of Node are read. */
export interface NodeListenerOptions {
  /** The client's address, where a proxy stands before this server. Default: that of the connection. */
  readonly addressOf?: (request: IncomingMessage) => string | undefined;
  /** Whether clients come by HTTPS, where a proxy ends it before this server. Default: whether the connection is. */
  readonly isHttps?: boolean;
}

/**
 * A handler as a listener of Node's `http`, which is also what Express takes. Mount it before what reads bodies: one
 * that has been read already is answered with a problem, and not waited for.
 */
export function createNodeListener(
  handler: RunHandler,
  { addressOf, isHttps }: NodeListenerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const address = addressOf === undefined ? request.socket.remoteAddress : addressOf(request);
    answer(request, gone.signal)
      .then((result) => write(result, response))
      .catch(() => response.destroy());

    async function answer(incoming: IncomingMessage, signal: AbortSignal): Promise<Response> {
      const isSecure = isHttps ?? 'encrypted' in incoming.socket;
      const converted = requestOf(incoming, isSecure ? 'https' : 'http', signal);
      if (converted instanceof Problem) return problemResponse(converted);
      return handler(converted, address === undefined ? {} : { address });
    }
  };
}

function requestOf(incoming: IncomingMessage, scheme: string, signal: AbortSignal): Request | Problem {
  const { method = 'GET', headers } = incoming;
  // Express takes the path that it is mounted under away from `url`.
  const { originalUrl } = incoming as { readonly originalUrl?: string };
  const hasBody = method !== 'GET' && method !== 'HEAD';
  if (hasBody && incoming.readableEnded)
    return new Problem('unavailable', {
      detail: 'Something before the handler has read the body: mount the handler first.',
    });
  try {
    const all = new Headers();
    for (const [name, value] of Object.entries(headers))
      for (const one of typeof value === 'string' ? [value] : (value ?? [])) all.append(name, one);
    return new Request(
      new URL(originalUrl ?? incoming.url ?? '/', `${scheme}://${headers.host ?? 'localhost'}`),
      {
        method,
        headers: all,
        signal,
        ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
      },
    );
  } catch {
    return new Problem('malformed', { detail: 'The address or a header of the request cannot be read.' });
  }
}

/**
 * What a request brings, untouched until it is read: a body that nobody reads is then taken off the connection by Node,
 * which would otherwise take no further request.
 */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        reader ??= (Readable.toWeb(incoming) as ReadableStream<Uint8Array>).getReader();
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function write(result: Response, response: ServerResponse): Promise<void> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of result.headers) headers[name] = value;
  const cookies = result.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  if (!/^text\/event-stream\b/.test(headers['content-type'] as string)) {
    const bytes = Buffer.from(await result.arrayBuffer());
    const length = result.body === null ? {} : { 'content-length': bytes.byteLength };
    response.writeHead(result.status, { ...headers, ...length });
    response.end(bytes);
    return;
  }
  response.writeHead(result.status, headers);
  const reader = result.body?.getReader();
  if (reader === undefined) {
    response.end();
    return;
  }
  const stop = (): void => void reader.cancel().catch(() => undefined);
  response.once('close', stop);
  response.flushHeaders();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!response.write(value) && !response.destroyed)
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          response.off('drain', goOn).off('close', goOn);
          resolve();
        };
        response.once('drain', goOn).once('close', goOn);
      });
  }
  response.off('close', stop);
  response.end();
}
