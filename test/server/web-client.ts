import type { RunHandler } from '../../src/server/handler-options.ts';
import type { RunView } from '../../src/server/run-view.ts';

export const ORIGIN = 'https://app.example';

/** What a browser's page adds to what it sends to its own server. */
export const PAGE = { origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: RunView & Record<string, unknown>;
}

/** Sends a request as a page of the own origin does, unless headers say otherwise. */
export async function ask(
  handler: RunHandler,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  address?: string,
): Promise<Answer> {
  const response = await handler(
    new Request(ORIGIN + path, {
      method,
      headers: { ...PAGE, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
    address === undefined ? {} : { address },
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
  };
}

/** The cookie of a response, as a browser sends it back. */
export function cookieIn({ headers }: { readonly headers: Headers }): string {
  return headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** A run as its client has it: what it was shown at the start, and how it sends more. */
export async function startRun(
  handler: RunHandler,
  inputs: object = {},
  headers: Record<string, string> = {},
) {
  const started = await ask(handler, 'POST', '/runs', { workflowId: 'w', inputs }, headers);
  const { id } = started.body;
  const cookie = cookieIn(started);
  return {
    id,
    cookie,
    started,
    read: (more: Record<string, string> = {}) =>
      ask(handler, 'GET', `/runs/${id}`, undefined, { cookie, ...more }),
    send: (event: object, more: Record<string, string> = {}, address?: string) =>
      ask(handler, 'POST', `/runs/${id}/events`, event, { cookie, ...more }, address),
  };
}

/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly id: number;
  readonly view: RunView;
}

/** Reads a stream of server-sent events, comments left out. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) yield { id: Number(field('id')), view: JSON.parse(data) as RunView };
    }
  }
}
