// Serves the page, and performs the steps of its login: the credentials of the API are here and nowhere else.
//   npm run build && node examples/browser/server.ts          against the embedded sandbox
//   npm run build && node examples/browser/server.ts --live   against Stytch's test environment, with
//     ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH=<project id>:<secret> in the environment
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { credentialsFrom, performStep, type StepReply } from 'arazzo-xstate';
import { startSandbox } from 'arazzo-xstate/sandbox';
import { smsOtpLoginPlan } from 'arazzo-xstate/stytch';
import { reply, serveLocally, type LocalServer } from '../local-server.ts';

/** Where the steps' requests go, and on whose behalf. */
export interface LoginServerOptions {
  /** `ARAZZO_AUTH_…` as `credentialsFrom` reads it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Another server than that of the API's description. */
  readonly apiUrl?: string;
  /** Default 0: any free port. */
  readonly port?: number;
}

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
export async function startLoginServer(options: LoginServerOptions): Promise<LocalServer> {
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
  return serveLocally(options.port ?? 0, async (request) => {
    const { origin, pathname } = new URL(request.url);
    const page = pages.get(pathname as '/');
    if (request.method === 'GET' && page !== undefined) return reply(200, page[0], page[1]);
    if (request.method !== 'POST' || pathname !== '/steps/sms-otp-login')
      return reply(404, 'text/plain', 'Nothing is here.');
    const { headers, signal } = request;
    if (headers.get('origin') !== origin || headers.get('content-type') !== 'application/json')
      return reply(403, 'text/plain', 'Not from there.');
    const call = await readJson(request);
    const { reply: shown, cookie } = keepSession(await performStep(smsOtpLoginPlan, call, services, signal));
    return reply(
      200,
      'application/json',
      JSON.stringify(shown),
      cookie === undefined ? {} : { 'set-cookie': cookie },
    );
  });
}

async function readJson({ body }: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
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
function keepSession(given: StepReply): { readonly reply: StepReply; readonly cookie?: string } {
  if ('error' in given) return { reply: given };
  const { response } = given.exchange;
  const body = response.body as Record<string, unknown> | undefined;
  const token = typeof body === 'object' ? body?.['session_token'] : undefined;
  if (typeof token !== 'string' || token === '') return { reply: given };
  const shown = {
    status_code: 200,
    user_id: String(body?.['user_id']),
    session_token: 'in a cookie',
    session_jwt: 'in a cookie',
  };
  return {
    reply: { exchange: { ...given.exchange, response: { ...response, headers: {}, body: shown } } },
    cookie: `session=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=3600`,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { live: { type: 'boolean' }, port: { type: 'string' } } });
  const port = Number(values.port ?? 3000);
  if (values.live === true) {
    const { url } = await startLoginServer({ environment: process.env, port });
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
    const { url } = await startLoginServer({ environment, apiUrl, port });
    console.log(`${url} logs in with the embedded sandbox; its messages come here.`);
  }
}
