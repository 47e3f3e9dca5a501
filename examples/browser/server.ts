// Serves the page, and performs the steps of its login: the credentials of the API are here and nowhere else.
//   npm run build && node examples/browser/server.ts          against the embedded sandbox
//   npm run build && node examples/browser/server.ts --live   against Stytch's test environment, with
//     ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH=<project id>:<secret> in the environment
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { credentialsFrom, performStep, type StepReply } from 'arazzo-xstate';
import { startSandbox } from 'arazzo-xstate/sandbox';
import { smsOtpLoginPlan } from 'arazzo-xstate/stytch';

/** Where the steps' requests go, and on whose behalf. */
export interface LoginServerOptions {
  /** `ARAZZO_AUTH_…` as `credentialsFrom` reads it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Another server than that of the API's description. */
  readonly apiUrl?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const MAX_BODY_BYTES = 64 * 1024;

/** Bundles the page's script: the machine and its data, no YAML parser and no HTTP client. */
export async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Starts the server on a loopback port. */
export async function startLoginServer(
  options: LoginServerOptions,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const file = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
  const pages = new Map([
    ['/', ['text/html; charset=utf-8', await file('index.html')]],
    ['/style.css', ['text/css; charset=utf-8', await file('style.css')]],
    ['/main.js', ['text/javascript; charset=utf-8', await bundlePage()]],
  ] as const);
  const services = {
    credentials: credentialsFrom(options.environment),
    ...(options.apiUrl === undefined ? {} : { servers: { stytchConsumerApi: options.apiUrl } }),
  };
  let origin = '';
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, type: string, body: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { ...HEADERS, 'content-type': type, ...headers }).end(body);
    };
    // A page elsewhere must not get at this server by another name for this machine.
    if (`http://${request.headers.host ?? ''}` !== origin) return send(421, 'text/plain', 'Not this host.');
    const page = pages.get(request.url as '/');
    if (request.method === 'GET' && page !== undefined) return send(200, page[0], page[1]);
    if (request.method !== 'POST' || request.url !== '/steps/sms-otp-login')
      return send(404, 'text/plain', 'Nothing is here.');
    if (request.headers.origin !== origin || request.headers['content-type'] !== 'application/json')
      return send(403, 'text/plain', 'Not from there.');
    const call = await readJson(request);
    const aborter = new AbortController();
    response.once('close', () => aborter.abort());
    const { reply, cookie } = keepSession(await performStep(smsOtpLoginPlan, call, services, aborter.signal));
    send(
      200,
      'application/json',
      JSON.stringify(reply),
      cookie === undefined ? {} : { 'set-cookie': cookie },
    );
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
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

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

/** Puts the session into a cookie that scripts cannot read, and something else in its place for the page. */
function keepSession(reply: StepReply): { readonly reply: StepReply; readonly cookie?: string } {
  if ('error' in reply) return { reply };
  const { response } = reply.exchange;
  const body = response.body as Record<string, unknown> | undefined;
  const token = typeof body === 'object' ? body?.['session_token'] : undefined;
  if (typeof token !== 'string' || token === '') return { reply };
  const shown = {
    status_code: 200,
    user_id: String(body?.['user_id']),
    session_token: 'in a cookie',
    session_jwt: 'in a cookie',
  };
  return {
    reply: { exchange: { ...reply.exchange, response: { ...response, headers: {}, body: shown } } },
    cookie: `session=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600`,
  };
}

if (import.meta.main) {
  if (process.argv.includes('--live')) {
    const { url } = await startLoginServer({ environment: process.env, port: 3000 });
    console.log(`${url} logs in with Stytch's test environment.`);
  } else {
    const { sandbox, url: apiUrl } = await startSandbox({
      generateCode: (destination) => {
        const code = String(randomInt(1_000_000)).padStart(6, '0');
        console.log(`To ${destination}: ${code}`);
        return code;
      },
    });
    const environment = { ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: `${sandbox.projectId}:${sandbox.secret}` };
    const { url } = await startLoginServer({ environment, apiUrl, port: 3000 });
    console.log(`${url} logs in with the embedded sandbox; its messages come here.`);
  }
}
