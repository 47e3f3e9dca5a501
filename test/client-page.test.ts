import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialsFrom } from '../src/index.ts';
import { smsOtpLogin } from '../src/machines/stytch/index.ts';
import { startSandbox, type SandboxServer } from '../src/sandbox/index.ts';
import {
  createHandler,
  createMemoryStore,
  createNodeListener,
  createSessions,
  type Sessions,
} from '../src/server/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? 'no such block';
const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
  compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> };
};
const sources = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [path]]) => [name, join(ROOT, path)]),
);

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'client-'));
let api: SandboxServer;
let sessions: Sessions;
let server: Server;
let url: string;

beforeAll(async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'login.tsx'), block('tsx'));
  writeFileSync(join(folder, 'actor.ts'), block('ts'));
  api = await startSandbox();
  sessions = createSessions({
    workflows: [smsOtpLogin],
    store: createMemoryStore(),
    servers: { stytchConsumerApi: api.url },
    credentials: credentialsFrom({
      ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH: `${api.sandbox.projectId}:${api.sandbox.secret}`,
    }),
  });
  server = createServer(createNodeListener(createHandler(sessions, { binding: 'bearer' })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await sessions.close({ graceMs: 0 });
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program that may import what docs/client.md shows; gives what it prints. */
async function output(name: string, program: string): Promise<string> {
  writeFileSync(join(folder, `${name}.ts`), program);
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(folder, `${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    alias: sources,
    external: ['react', 'react-dom', '@xstate/react', 'xstate'],
    logLevel: 'silent',
  });
  const { stdout } = await run(process.execPath, [outfile], { timeout: 30_000 });
  return stdout;
}

/** What a page has and Node has not: relative addresses, and a storage for the tab. */
const browser = (stored: string | null): string => `const send = globalThis.fetch;
globalThis.fetch = ((path, init) => send(${JSON.stringify(url)} + path, init)) as typeof fetch;
const items = new Map<string, string>(${stored === null ? '' : JSON.stringify([['login', stored]])});
const storage = {
  getItem: (name: string) => items.get(name) ?? null,
  setItem: (name: string, text: string) => items.set(name, text),
  removeItem: (name: string) => items.delete(name),
};
Object.defineProperty(globalThis, 'sessionStorage', { value: storage });
`;

test('the snippets of docs/client.md fit the types of the package', { timeout: 60_000 }, async () => {
  const paths = Object.fromEntries(Object.entries(sources).map(([name, path]) => [name, [path]]));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, paths, types: ['node', 'react'] },
      files: ['login.tsx', 'actor.ts'],
    }),
  );
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = await run(process.execPath, [compiler, '-p', folder]).catch(
    (error: unknown) => error as { readonly stdout: string; readonly stderr: string },
  );
  expect(stdout + stderr).toBe('');
});

test('the component of docs/client.md can be rendered before anything is known of its run', async () => {
  const html = await output(
    'render',
    `import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Login } from './login.tsx';
console.log(renderToStaticMarkup(createElement(Login)));`,
  );
  expect(html).toBe('<p>One moment …</p>\n');
});

test('the actor of docs/client.md logs somebody in, on a page that is loaded anew meanwhile', async () => {
  writeFileSync(join(folder, 'first-browser.ts'), browser(null));
  const first = await output(
    'first',
    `import './first-browser.ts';
import { waitFor } from 'xstate';
import { actor } from './actor.ts';
await waitFor(actor, (snapshot) => snapshot.matches('awaitingPhoneNumber'));
actor.send({ type: 'submit', values: { phone_number: '+10000000000' } });
await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
actor.stop();
console.log(sessionStorage.getItem('login'));`,
  );
  expect(first).toContain('awaitingPhoneNumber phone_number\n');
  expect(first).toContain('awaitingCode code\n');
  const stored = first.trimEnd().split('\n').at(-1) ?? '';
  expect(Object.keys(JSON.parse(stored) as object)).toEqual(['runId', 'token']);
  writeFileSync(join(folder, 'second-browser.ts'), browser(stored));
  const second = await output(
    'second',
    `import './second-browser.ts';
import { waitFor } from 'xstate';
import { actor } from './actor.ts';
await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
actor.send({ type: 'submit', values: { code: '000000' } });
await waitFor(actor, ({ status }) => status === 'done');
console.log(actor.getSnapshot().output?.status, sessionStorage.getItem('login'));`,
  );
  expect(second).not.toContain('awaitingPhoneNumber');
  expect(second).toMatch(/\ndone null\n$/);
});

test('the actor of docs/client.md says why a run cannot be followed', async () => {
  writeFileSync(join(folder, 'third-browser.ts'), browser('{"runId":"somebody-elses"}'));
  const third = await output('third', "import './third-browser.ts';\nimport './actor.ts';");
  expect(third.trim()).toBe('There is no such run.');
});

test('docs/client.md links to what is there', () => {
  const links = [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? '');
  expect(links).not.toEqual([]);
  for (const link of links) expect(existsSync(join(ROOT, 'docs', link)), link).toBe(true);
});
