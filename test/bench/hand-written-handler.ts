import { randomBytes } from 'node:crypto';
import type { RunHandler } from '../../src/server/index.ts';
import { AUTHENTICATE_PATH, SEND_PATH } from './login.ts';

interface Login {
  readonly state: 'sending' | 'awaitingCode' | 'authenticating' | 'done' | 'failed';
  readonly token: string;
  readonly phoneNumber: string;
  readonly phoneId?: string;
  readonly sessionToken?: string;
}

/**
 * The login as one would write it by hand, on a file of SQLite: the same two requests, each state written before its
 * call is made. No machine, no retries, no limits, no streams, and nothing that goes on after a crash.
 */
export function createHandWrittenHandler(file: string, send: typeof fetch): RunHandler {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(file);
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table logins (id text primary key, data text)',
  );
  const put = database.prepare('insert or replace into logins values (?, ?)');
  const get = database.prepare('select data from logins where id = ?');
  const save = (id: string, login: Login): Login => {
    put.run(id, JSON.stringify(login));
    return login;
  };
  const call = async (path: string, body: object): Promise<Record<string, string>> => {
    const response = await send(`http://127.0.0.1${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await response.json()) as Record<string, string>;
  };
  const show = (id: string, { state }: Login, headers = {}): Response =>
    new Response(JSON.stringify({ id, state, status: state === 'done' ? 'done' : 'active' }), {
      headers: { 'content-type': 'application/json', ...headers },
    });

  return async (request) => {
    const body = (await request.json()) as {
      inputs?: { phone_number: string };
      values?: { code: string };
    };
    if (body.inputs !== undefined) {
      const id = randomBytes(32).toString('base64url');
      const token = randomBytes(32).toString('base64url');
      const login = save(id, { state: 'sending', token, phoneNumber: body.inputs.phone_number });
      const { phone_id: phoneId = '' } = await call(SEND_PATH, { phone_number: login.phoneNumber });
      const cookie = `arazzo-run=${token}; HttpOnly; SameSite=Strict`;
      return show(id, save(id, { ...login, state: 'awaitingCode', phoneId }), { 'set-cookie': cookie });
    }
    const id = new URL(request.url).pathname.split('/')[2] ?? '';
    const login = JSON.parse((get.get(id)?.['data'] as string | undefined) ?? '{}') as Login;
    if (request.headers.get('cookie') !== `arazzo-run=${login.token}` || login.state !== 'awaitingCode')
      return new Response(null, { status: 404 });
    save(id, { ...login, state: 'authenticating' });
    const { session_token: sessionToken } = await call(AUTHENTICATE_PATH, {
      method_id: login.phoneId,
      code: body.values?.code,
    });
    return show(
      id,
      save(
        id,
        sessionToken === undefined
          ? { ...login, state: 'failed' }
          : { ...login, state: 'done', sessionToken },
      ),
    );
  };
}
