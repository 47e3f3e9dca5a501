// Serves the login page. The runs are here, on a store that outlives the process, and so are the credentials.
//   npm run login                     against the embedded sandbox, whose messages are shown here
//   npm run login -- --store runs.db  keeps the runs in a file: stop it in the middle of a login, and start it again
//   npm run login -- --live           against Stytch's test environment, with credentials in the environment:
//     ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH and ARAZZO_AUTH_STYTCHB2BAPI_BASICAUTH=<project id>:<secret>
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { credentialsFrom, type Clock } from 'arazzo-xstate';
import {
  createHandler,
  createMemoryStore,
  createSessions,
  createSqliteStore,
  type HandlerOptions,
  type Run,
  type Sessions,
  type Store,
} from 'arazzo-xstate/server';
import { startSandbox } from 'arazzo-xstate/sandbox';
import { reply, serveLocally, type LocalServer } from '../local-server.ts';
import { loginMachines } from './machines.ts';

/** Where the requests of the logins go, and on whose behalf. */
export interface LoginServerOptions {
  /** `ARAZZO_AUTH_…` as `credentialsFrom` reads it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Another server than that of the API's descriptions. */
  readonly apiUrl?: string;
  readonly store?: Store;
  /** Runs that are hosted elsewhere, of the machines of `machines.ts`; then all of the above is theirs. */
  readonly sessions?: Sessions;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Other limits than the handler's own. */
  readonly limits?: HandlerOptions['limits'];
  /** Default: the platform's. */
  readonly clock?: Clock;
  /** How often a request is sent again at most, where the workflows say more; default: as often as they say. */
  readonly maxRetries?: number;
  /** The files of the page; default: built anew. */
  readonly page?: PageFiles;
}

/** What a server of the page gives, by path. */
export type PageFiles = ReadonlyMap<
  string,
  { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> }
>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Builds the page with Vite, in memory. */
export async function buildPage(): Promise<PageFiles> {
  const built = await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
    logLevel: 'warn',
    build: { write: false },
  });
  const files = new Map<string, { type: string; body: string | Uint8Array<ArrayBuffer> }>();
  for (const { output } of [built].flat() as readonly {
    output: readonly ({ fileName: string } & (
      { code: string } | { source: string | Uint8Array<ArrayBuffer> }
    ))[];
  }[]) {
    for (const file of output) {
      const type = TYPES[file.fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      const path = file.fileName === 'index.html' ? '/' : `/${file.fileName}`;
      files.set(path, { type, body: 'code' in file ? file.code : file.source });
    }
  }
  return files;
}

/** Starts the server on a loopback port. */
export async function startLoginServer(options: LoginServerOptions): Promise<LocalServer> {
  const pages = options.page ?? (await buildPage());
  const { apiUrl, clock, maxRetries } = options;
  const timed = clock === undefined ? {} : { clock };
  const sessions =
    options.sessions ??
    createSessions({
      workflows: await loginMachines({
        ...(clock === undefined ? {} : { now: () => clock.now() }),
        ...(maxRetries === undefined ? {} : { maxRetries }),
      }),
      ...timed,
      ...(clock === undefined ? {} : { timers: clock }),
      store: options.store ?? createMemoryStore(),
      // Whoever left the page an hour ago starts anew.
      keepWaitingMs: 60 * 60 * 1000,
      credentials: credentialsFrom(options.environment ?? {}),
      ...(apiUrl === undefined ? {} : { servers: { stytchConsumerApi: apiUrl, stytchB2bApi: apiUrl } }),
    });
  const people = createPeople();
  const runs = createHandler(sessions, {
    ...timed,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    onEnded: (run, headers) => {
      const session = people.enter(run);
      if (session !== undefined)
        headers.append('set-cookie', `session=${session}; Path=/; HttpOnly; SameSite=Strict`);
    },
  });
  const server = await serveLocally(options.port ?? 0, async (request, connection) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/runs' || pathname.startsWith('/runs/')) return runs(request, connection);
    const page = pages.get(pathname);
    if (request.method === 'GET' && page !== undefined) return reply(200, page.type, page.body);
    if (pathname !== '/session') return reply(404, 'text/plain', 'Nothing is here.');
    if (!['none', 'same-origin', null].includes(request.headers.get('sec-fetch-site')))
      return reply(403, 'text/plain', 'Not from there.');
    const session = /(?:^|; )session=([\w-]+)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? '';
    if (request.method === 'DELETE') {
      people.leave(session);
      return reply(200, 'application/json', '{}');
    }
    const person = people.find(session);
    return person === undefined
      ? reply(401, 'application/json', '{}')
      : reply(200, 'application/json', JSON.stringify(person));
  });
  return {
    url: server.url,
    close: async () => {
      await sessions.close({ graceMs: 0 });
      await server.close();
    },
  };
}

interface Person {
  readonly who: string;
  readonly organization?: string;
}

/** Who is logged in. The tokens of the API stay here; a browser has the name of its session, in a cookie. */
function createPeople() {
  const sessions = new Map<string, { readonly person: Person; readonly token: string }>();
  const byRun = new Map<string, string>();
  return {
    /** The session that a run has earned: one for each run, however often it is asked for. */
    enter({ id, output }: Run): string | undefined {
      if (output?.status !== 'done') return undefined;
      const known = byRun.get(id);
      if (known !== undefined) return sessions.has(known) ? known : undefined;
      const text = (...names: readonly string[]): string => {
        const found = names.map((name) => Reflect.get(output.outputs, name) as unknown);
        return found.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
      };
      const session = randomBytes(32).toString('base64url');
      const organization = text('organizationName');
      sessions.set(session, {
        person: {
          who: text('userId', 'memberId'),
          ...(organization === '' ? {} : { organization }),
        },
        token: text('sessionToken', 'confirmedWith', 'enteredWith'),
      });
      byRun.set(id, session);
      return session;
    },
    find: (session: string): Person | undefined => sessions.get(session)?.person,
    leave: (session: string): void => void sessions.delete(session),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { live: { type: 'boolean' }, store: { type: 'string' }, port: { type: 'string' } },
  });
  const shared = {
    port: Number(values.port ?? 3000),
    ...(values.store === undefined ? {} : { store: createSqliteStore(values.store) }),
  };
  if (values.live === true) {
    const { url } = await startLoginServer({ ...shared, environment: process.env });
    console.log(`${url} logs in with Stytch.`);
  } else {
    const { url: apiUrl, sandbox } = await startSandbox();
    let shown = 0;
    setInterval(() => {
      for (const { channel, to, code } of sandbox.outbox.slice(shown))
        console.log(`${channel} to ${to}: ${code}`);
      shown = sandbox.outbox.length;
    }, 100).unref();
    const credentials = `${sandbox.projectId}:${sandbox.secret}`;
    const { url } = await startLoginServer({
      ...shared,
      environment: {
        ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: credentials,
        ARAZZO_AUTH_STYTCHB2BAPI_BASICAUTH: credentials,
      },
      apiUrl,
    });
    console.log(`${url} logs in with the embedded sandbox; its messages come here.`);
  }
}
