import type { JsonObject } from '../../src/document/json.ts';
import type { RunView } from '../../src/server/run-view.ts';
import { cookieIn } from './web-client.ts';

/** A client that does what a careful page does: what got no answer is sent again, under its own name. */
export interface LoginClient {
  readonly view: () => RunView;
  /** Starts the login; with values already given, if any are. */
  start(inputs?: JsonObject): Promise<RunView>;
  /** Sends an event under a new id, until it is answered; so many times at once, as a nervous page does. */
  send(event: JsonObject, times?: number): Promise<RunView>;
  read(): Promise<RunView>;
  /** Reads until the run is as it is expected. */
  until(isIt: (view: RunView) => boolean): Promise<RunView>;
}

/** How long a client goes on trying, milliseconds. */
const PATIENCE_MS = 150_000;

/**
 * @param urlOf - the server that the next request goes to
 * @param waitSeconds - how long a read may wait at the server for something to happen
 */
export function createLoginClient(urlOf: () => string, waitSeconds = 0): LoginClient {
  const key = crypto.randomUUID();
  let cookie = '';
  let path = '';
  let view: RunView | undefined;

  const latest = (): RunView => {
    if (view === undefined) throw new Error('The login was not started.');
    return view;
  };
  const ask = async (method: string, to: string, body?: JsonObject, more: Record<string, string> = {}) => {
    for (const until = Date.now() + PATIENCE_MS; ;) {
      try {
        const response = await fetch(urlOf() + to, {
          method,
          headers: { 'content-type': 'application/json', cookie, ...more },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status < 500) return { status: response.status, headers: response.headers, text };
      } catch {
        // The server is down, or went down before it answered.
      }
      if (Date.now() > until) throw new Error(`No answer to ${method} ${to}.`);
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
  };
  const take = ({ status, text }: { readonly status: number; readonly text: string }): RunView => {
    const body = JSON.parse(text) as RunView & { readonly run?: RunView };
    // A refused event shows the run as it is.
    const shown = status === 409 ? body.run : body;
    if (shown?.id === undefined) throw new Error(`The server answered ${status}: ${text}`);
    // What is told never goes back, whatever happens to the server.
    if (view !== undefined && shown.revision < view.revision)
      throw new Error(`The run went back from ${view.revision} to ${shown.revision}.`);
    view = shown;
    return shown;
  };
  const read = async (): Promise<RunView> =>
    take(await ask('GET', path, undefined, waitSeconds === 0 ? {} : { prefer: `wait=${waitSeconds}` }));

  return {
    view: latest,
    start: async (inputs = {}) => {
      const answer = await ask(
        'POST',
        '/runs',
        { workflowId: 'sms-otp-login', inputs },
        { 'idempotency-key': key },
      );
      const started = take(answer);
      cookie = cookieIn(answer);
      path = answer.headers.get('location') ?? '';
      return started;
    },
    send: async (event, times = 1) => {
      const body = { ...event, id: crypto.randomUUID() };
      const before = latest();
      const answers = await Promise.all(
        Array.from({ length: times }, () => ask('POST', `${path}/events`, body)),
      );
      let last = before;
      for (const answer of answers) {
        view = before;
        const seen = take(answer);
        if (seen.revision > last.revision) last = seen;
      }
      view = last;
      return last;
    },
    read,
    until: async (isIt) => {
      for (const until = Date.now() + PATIENCE_MS; ;) {
        const seen = await read();
        if (isIt(seen)) return seen;
        if (Date.now() > until) throw new Error(`The login stays in "${seen.state}".`);
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    },
  };
}
