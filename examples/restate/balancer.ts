// Hands each call of the Restate server to one of several processes. Restate knows a service by one address; what stands
// behind it is a load balancer's business. This is as much of one as the example needs: in production take a real one
// that speaks HTTP/2 (Envoy, HAProxy, a Kubernetes ingress), since Restate sends many calls through one connection.
import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';

export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

interface Backend {
  readonly url: string;
  session: ClientHttp2Session | undefined;
  streams: number;
}

/** @param urls - the processes; one that is down gets nothing until it can be connected to again */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const backends = urls.map((url): Backend => ({ url, session: undefined, streams: 0 }));
  let isClosed = false;
  const open = (backend: Backend): void => {
    const session = connect(backend.url);
    session.once('connect', () => (backend.session = session));
    session.on('error', () => undefined);
    session.once('close', () => {
      backend.session = undefined;
      if (!isClosed) setTimeout(() => open(backend), 100);
    });
  };
  for (const backend of backends) open(backend);

  const forward = (stream: ServerHttp2Stream, headers: object): void => {
    const [backend] = backends
      .filter(({ session }) => session !== undefined)
      .toSorted((one, other) => one.streams - other.streams);
    if (backend?.session === undefined) {
      stream.respond({ ':status': 503 });
      stream.end();
      return;
    }
    const call = backend.session.request({ ...headers });
    backend.streams += 1;
    const reset = (): void => stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    call.on('response', ({ ':status': status, ...rest }) => stream.respond({ ':status': status, ...rest }));
    call.on('error', reset);
    call.once('close', () => {
      backend.streams -= 1;
      // Its process is gone: Restate is to see that, and calls again.
      if (call.rstCode !== constants.NGHTTP2_NO_ERROR || !call.readableEnded) reset();
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      if (!stream.readableEnded) call.close(constants.NGHTTP2_CANCEL);
    });
    stream.pipe(call).pipe(stream);
  };
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', forward);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    close: async () => {
      isClosed = true;
      for (const { session } of backends) session?.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
