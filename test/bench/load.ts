import { connect, type Socket } from 'node:net';

/** What an answer to a small request is. */
interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** One connection that takes a request at a time: `fetch` would take longer to ask than the server to answer. */
function createConnection(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let text = '';
  let settle: ((answer: Answer) => void) | undefined;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const answer = {
      status: Number(text.slice(9, 12)),
      head: text.slice(0, end),
      body: text.slice(end + 4, end + 4 + length),
    };
    text = '';
    settle?.(answer);
  });
  return {
    post: (path: string, body: object, headers: string): Promise<Answer> => {
      const json = JSON.stringify(body);
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nprefer: wait=10\r\ncontent-length: ${json.length}\r\n${headers}\r\n${json}`,
      );
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    close: () => socket.destroy(),
  };
}

/** Milliseconds of each login, and of all of them together. */
export interface LoadResult {
  readonly eachMs: readonly number[];
  readonly totalMs: number;
}

type Connection = ReturnType<typeof createConnection>;

async function logIn(connection: Connection): Promise<void> {
  const inputs = { phone_number: '+10000000000' };
  const first = await connection.post('/runs', { workflowId: 'sms-otp-login', inputs }, '');
  const { id, state } = JSON.parse(first.body) as { id: string; state: string };
  if (state !== 'awaitingCode') throw new Error(`The login is in "${state}": ${first.body}`);
  const cookie = /\nset-cookie: ([^;]+)/i.exec(first.head)?.[1] ?? '';
  const event = { type: 'submit', values: { code: '000000' } };
  const second = await connection.post(`/runs/${id}/events`, event, `cookie: ${cookie}\r\n`);
  if ((JSON.parse(second.body) as { status?: string }).status !== 'done')
    throw new Error(`The login did not end: ${second.status} ${second.body}`);
}

/** Logs in for so long, so many at once, with two requests each. */
export async function runLogins(port: number, durationMs: number, atOnce: number): Promise<LoadResult> {
  const eachMs: number[] = [];
  const connections = Array.from({ length: atOnce }, () => createConnection(port));
  // A busy server takes its time to accept connections, which is not what is measured.
  await Promise.all(connections.map(logIn));
  const begun = performance.now();
  const person = async (connection: Connection): Promise<void> => {
    while (performance.now() - begun < durationMs) {
      const started = performance.now();
      await logIn(connection);
      eachMs.push(performance.now() - started);
    }
    connection.close();
  };
  await Promise.all(connections.map(person));
  return { eachMs, totalMs: performance.now() - begun };
}
