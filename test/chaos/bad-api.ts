import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandbox, type StytchSandbox } from '../../src/sandbox/index.ts';

/** What goes wrong with a request. `lost…`: the connection is dropped, before or after the request is performed. */
export type Fault = 'lostBefore' | 'lostAfter' | 'tooMany' | 'broken' | 'unavailable' | 'slow' | 'garbage';

const FAULTS: readonly Fault[] = [
  'lostBefore',
  'lostAfter',
  'tooMany',
  'broken',
  'unavailable',
  'slow',
  'garbage',
];

/** A request that the API got. */
export interface ApiRequest {
  readonly operationId: string;
  /** What it said to be known by. */
  readonly key: string;
  readonly fault: Fault | undefined;
  /** Whether it was performed, and with success: a code was sent, a session made. */
  readonly isPerformed: boolean;
}

/** A Stytch that fails. */
export interface BadApi {
  readonly url: string;
  readonly sandbox: StytchSandbox;
  readonly requests: readonly ApiRequest[];
  close(): Promise<void>;
}

/**
 * @param random - from 0 to 1
 * @param share - which part of the requests goes wrong
 */
export async function startBadApi(random: () => number, share: number): Promise<BadApi> {
  const sandbox = createSandbox();
  const requests: ApiRequest[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const fault = random() < share ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
    const perform = () => {
      const { authorization, ...headers } = request.headers as Record<string, string>;
      const answer = sandbox.handle({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        body,
      });
      return answer;
    };
    const isRefusal =
      fault === 'lostBefore' || fault === 'tooMany' || fault === 'broken' || fault === 'unavailable';
    const answer = isRefusal ? undefined : perform();
    requests.push({
      operationId: (request.url ?? '').split('/').slice(2).join('/'),
      key: String(request.headers['idempotency-key']),
      fault,
      isPerformed: answer?.status === 200,
    });
    const reply = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(text);
    };
    switch (fault) {
      case 'lostBefore':
      case 'lostAfter':
        response.destroy();
        return;
      case 'tooMany':
        return reply(
          429,
          '{"status_code":429,"error_type":"too_many_requests","error_message":"Slow down."}',
        );
      case 'broken':
        return reply(500, '{"status_code":500,"error_type":"internal_server_error","error_message":"Oops."}');
      case 'unavailable':
        return reply(503, 'try later');
      case 'garbage':
        return reply(200, '<!doctype html>{"phone_id":');
      case 'slow':
        await new Promise((resolve) => void setTimeout(resolve, 300 + random() * 1200));
        break;
      case undefined:
        break;
    }
    reply(answer?.status ?? 500, answer?.body ?? '');
  };
  const server = createServer((request, response) => {
    // A server that is killed goes in the middle of a request.
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sandbox,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
