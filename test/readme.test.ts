import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type SandboxServer } from '../src/sandbox/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const LOGIN = 'workflows/sms-otp-login.arazzo.yaml';
const CREDENTIAL = 'ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH';
const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = readText('README.md');

interface Block {
  readonly language: string;
  readonly text: string;
  /** The comment that stands before it. */
  readonly note: string;
}

const blocks: readonly Block[] = [
  ...readme.matchAll(/(?:<!-- (?<note>[^\n]*) -->\n\n)?```(?<language>\w+)\n(?<text>[\s\S]*?)```\n/g),
].map(({ groups = {} }) => ({
  language: groups['language'] ?? '',
  text: groups['text'] ?? '',
  note: groups['note'] ?? '',
}));
const ofLanguage = (language: string): readonly Block[] =>
  blocks.filter((block) => block.language === language);
const noted = (note: string): string =>
  blocks.find((block) => block.note.includes(note))?.text ?? 'no such block';

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
let api: SandboxServer;
let environment: Record<string, string>;

/** Runs a program in the folder of the snippets. */
function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = environment,
  input = '',
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, env });
    const read = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (read.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (read.stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...read }));
    // A program may end without reading what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** A folder in which the package is installed, as it is in `src/`, and `npm` and `npx` mean what they would mean there. */
function makeFolder(): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'arazzo-xstate'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  const manifest = JSON.parse(readText('package.json')) as {
    exports: Record<string, string | { default: string }>;
    scripts: Record<string, string>;
  };
  const exported = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string'
      ? []
      : [[subpath, target.default.replace('./dist/', './src/').replace(/\.js$/, '.ts')]],
  );
  const linked = { name: 'arazzo-xstate', type: 'module', exports: Object.fromEntries(exported) as object };
  writeFileSync(join(modules, 'arazzo-xstate/package.json'), JSON.stringify(linked));
  symlinkSync(join(ROOT, 'src'), join(modules, 'arazzo-xstate/src'));
  symlinkSync(join(ROOT, 'node_modules/xstate'), join(modules, 'xstate'));
  for (const name of ['workflows', 'examples']) symlinkSync(join(ROOT, name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { compilerOptions } = JSON.parse(readText('tsconfig.json')) as { compilerOptions: object };
  const options = {
    ...compilerOptions,
    paths: {},
    noUnusedLocals: false,
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
  );
  const program = (name: string, body: string): void =>
    writeFileSync(join(folder, 'bin', name), `#!${process.execPath}\n${body}`, { mode: 0o755 });
  const start = `import { spawnSync } from 'node:child_process';
const start = (script, args) => process.exit(spawnSync(process.execPath, [${JSON.stringify(ROOT)} + script, ...args], { stdio: 'inherit' }).status);
const [command, ...args] = process.argv.slice(2);`;
  program(
    'npm',
    `${start}
if (command === 'start') start(${JSON.stringify(manifest.scripts['start']?.replace(/^node /, ''))}, args);
if (command !== 'ci' && (command !== 'run' || !${JSON.stringify(Object.keys(manifest.scripts))}.includes(args[0]))) process.exit(1);`,
  );
  program(
    'npx',
    `${start}\nif (command !== '--' || args.shift() !== 'arazzo-xstate') process.exit(1);\nstart('src/cli/main.ts', args);`,
  );
  // What is meant for Stytch's test environment reaches the sandbox; beside it only the loopback is reached.
  writeFileSync(
    join(folder, 'preload.mjs'),
    `const send = globalThis.fetch;
globalThis.fetch = async (...args) => {
  const request = new Request(...args);
  const url = new URL(request.url);
  if (url.hostname === '127.0.0.1') return send(...args);
  if (url.origin !== 'https://test.stytch.com') throw new TypeError('Not this server: ' + url.origin);
  const { method, headers, signal } = request;
  return send(${JSON.stringify(api.url)} + url.pathname + url.search, { method, headers, signal, body: await request.arrayBuffer() });
};`,
  );
}

const snippets = ofLanguage('ts').map((block, index) => ({ ...block, file: `snippet-${index + 1}.ts` }));
const runSnippet = (file: string): Promise<Outcome> =>
  run(process.execPath, ['--import', './preload.mjs', file]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  api = await startSandbox();
  makeFolder();
  environment = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1', TZ: 'UTC' };
  const keys = { STYTCH_PROJECT_ID: api.sandbox.projectId, STYTCH_SECRET: api.sandbox.secret };
  const exporting = ofLanguage('sh').find(({ text }) => text.includes('export '))?.text ?? '';
  const { stdout } = await run('sh', ['-ec', `${exporting}\nprintenv ${CREDENTIAL}`], {
    ...environment,
    ...keys,
  });
  environment = { ...environment, [CREDENTIAL]: stdout.trim() };
  for (const { file, text } of snippets) writeFileSync(join(folder, file), text);
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what the README shows', () => {
  test('of the SMS login are lines of its document, in their order', () => {
    const lines = readText(LOGIN).split('\n');
    let position = -1;
    for (const line of noted(`excerpt of ${LOGIN}`).trimEnd().split('\n')) {
      position = lines.indexOf(`    ${line}`, position + 1);
      expect(position, `"${line}" is not there, or not after the line before it`).not.toBe(-1);
    }
  });

  test('is the document with mistakes that lies in the examples', () => {
    expect(noted('examples/broken/ping.arazzo.yaml')).toBe(readText('examples/broken/ping.arazzo.yaml'));
  });

  test('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('names every subpath of the package, and no other', () => {
    const { exports } = JSON.parse(readText('package.json')) as { exports: object };
    const subpaths = Object.keys(exports).filter((path) => path !== './package.json');
    const named = [...readme.matchAll(/^\| `arazzo-xstate(\/[a-z/]+)?`/gm)].map(
      ([, path]) => `.${path ?? ''}`,
    );
    expect(named.toSorted()).toEqual(subpaths.toSorted());
  });
});

describe('the commands of the README', () => {
  const commands = ofLanguage('sh').filter(({ text }) => !text.includes('export '));

  test('are there', () => {
    expect(commands).toHaveLength(5);
  });

  test.each(commands.filter(({ text }) => !text.includes('broken')))(
    'work: $text',
    { timeout: 60_000 },
    async ({ text }) => {
      expect(await run('sh', ['-e'], environment, text)).toMatchObject({ code: 0 });
    },
  );

  test('that is about a wrong document prints what is shown, and exits with 2', async () => {
    const text = commands.find((command) => command.text.includes('broken'))?.text ?? '';
    const outcome = await run('sh', ['-e'], environment, text);
    expect(outcome.stdout).toBe(noted('output of the command above'));
    expect(outcome.code).toBe(2);
  });
});

describe('the snippets of the README', () => {
  /** What each prints, by a name that only it imports. */
  const expected: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
    [
      'pendingInputs',
      'awaitingPhoneNumber phone_number',
      'sending',
      'awaitingCode code',
      'authenticating',
      'done',
    ],
    ['loadDocument', "status: 'done'", 'sessionToken'],
    ['createMachine', 'home'],
    ['createRemoteServices'],
    ['fromRemoteWorkflow'],
    ['createSessions'],
    ['runWorkflow', "waiting [ 'code' ]", "done [ 'userId', 'sessionToken', 'sessionJwt' ]"],
    [
      'createWorkflowModel',
      'awaitingPhoneNumber · cancel → cancelled',
      'awaitingPhoneNumber · submit phone_number → sending · ',
      ' → failed',
      ' → done',
    ],
    ['toSvg', 'true true'],
  ];

  test('are all known here', () => {
    expect(snippets).toHaveLength(expected.length);
  });

  test('fit the types of the package, as does what "generate" writes', { timeout: 60_000 }, async () => {
    const generated = await run('npx', ['--', 'arazzo-xstate', 'generate', LOGIN, '--out', 'generated.ts']);
    expect(generated.code).toBe(0);
    const { stdout, stderr } = await run(process.execPath, [TSC, '-p', '.']);
    // What is wrong in the sources themselves is another check's business.
    const own = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('../'));
    expect(own).toEqual([]);
  });

  // A server does not end by itself.
  const ending = expected.filter(([name]) => name !== 'createSessions' && name !== 'fromRemoteWorkflow');

  test.each(ending)('with %s prints what it should', { timeout: 30_000 }, async (name, ...lines) => {
    const snippet = snippets.find(({ text }) => new RegExp(`import \\{[^}]*\\b${name}\\b`).test(text));
    const { code, stdout, stderr } = await runSnippet(snippet?.file ?? 'no such snippet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    let position = 0;
    for (const line of lines) {
      expect(stdout.slice(position)).toContain(line);
      position = stdout.indexOf(line, position) + line.length;
    }
  });

  test('for the browser logs in, with a server that performs its steps', async () => {
    const page = snippets.find(({ text }) => text.includes('createRemoteServices'))?.file ?? '';
    writeFileSync(
      join(folder, 'page.mjs'),
      `import { waitFor } from 'xstate';
import { credentialsFrom, performStep } from 'arazzo-xstate';
import { smsOtpLoginPlan } from 'arazzo-xstate/stytch';
const send = globalThis.fetch;
globalThis.fetch = async (target, init) => {
  if (target !== '/steps') return send(target, init);
  return Response.json(await performStep(smsOtpLoginPlan, JSON.parse(init.body), { credentials: credentialsFrom(process.env) }));
};
const { actor } = await import('./${page}');
actor.start();
actor.send({ type: 'submit', values: { phone_number: '+10000000000' } });
await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
actor.send({ type: 'submit', values: { code: '000000' } });
console.log((await waitFor(actor, (snapshot) => snapshot.status === 'done')).output.status);`,
    );
    expect(await runSnippet('page.mjs')).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
  });
});

describe('the server of the README', () => {
  test('logs somebody in over the web', { timeout: 30_000 }, async () => {
    const file = snippets.find(({ text }) => text.includes('createSessions'))?.file ?? '';
    writeFileSync(
      join(folder, 'visitor.mjs'),
      `import { once } from 'node:events';
import { request } from 'node:http';
const { server } = await import('./${file}');
if (!server.listening) await once(server, 'listening');
const post = (path, body, headers = {}) => new Promise((resolve, reject) => {
  const sent = request({ port: server.address().port, host: '127.0.0.1', method: 'POST', path, headers: { 'content-type': 'application/json', prefer: 'wait=10', ...headers } }, async (response) => {
    resolve({ headers: response.headers, body: JSON.parse(Buffer.concat(await response.toArray()).toString()) });
  }).on('error', reject);
  sent.end(JSON.stringify(body));
});
const started = await post('/runs', { workflowId: 'sms-otp-login', inputs: { phone_number: '+10000000000' } });
const cookie = started.headers['set-cookie'][0].split(';')[0];
const ended = await post(started.headers.location + '/events', { type: 'submit', values: { code: '000000' } }, { cookie });
console.log(started.body.state, ended.body.status, Object.keys(ended.body.outputs).join());
process.exit();`,
    );
    environment = { ...environment, PORT: '0' };
    const { code, stdout, stderr } = await runSnippet('visitor.mjs');
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'awaitingCode done userId\n',
      stderr: '',
    });
  });
});

describe('the actor of the README that mirrors a run', () => {
  test('logs somebody in on the server of the README', { timeout: 30_000 }, async () => {
    const fileWith = (text: string): string =>
      snippets.find((snippet) => snippet.text.includes(text))?.file ?? '';
    writeFileSync(
      join(folder, 'mirror.mjs'),
      `import { once } from 'node:events';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { waitFor } from 'xstate';
const { server } = await import('./${fileWith('createSessions')}');
if (!server.listening) await once(server, 'listening');
let cookie = '';
const send = globalThis.fetch;
// What a browser does: relative addresses, and cookies.
globalThis.fetch = (path, { method = 'GET', headers, body, signal } = {}) =>
  typeof path !== 'string' || !path.startsWith('/')
    ? send(path, { method, headers, body, signal })
    : new Promise((resolve, reject) => {
        request({ port: server.address().port, host: '127.0.0.1', method, path, headers: { ...headers, cookie }, signal }, (incoming) => {
          cookie = incoming.headers['set-cookie']?.[0].split(';')[0] ?? cookie;
          resolve(new Response(Readable.toWeb(incoming), { status: incoming.statusCode }));
        }).on('error', reject).end(body);
      });
const { actor } = await import('./${fileWith('fromRemoteWorkflow')}');
actor.start();
await waitFor(actor, (snapshot) => snapshot.matches('awaitingPhoneNumber'));
actor.send({ type: 'submit', values: { phone_number: '+10000000000' } });
await waitFor(actor, (snapshot) => snapshot.matches('awaitingCode'));
actor.send({ type: 'submit', values: { code: '000000' } });
const { output } = await waitFor(actor, (snapshot) => snapshot.status === 'done');
console.log(output.status, output.outputs.userId.slice(0, 9));
process.exit();`,
    );
    environment = { ...environment, PORT: '0' };
    const { code, stdout, stderr } = await runSnippet('mirror.mjs');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('awaitingPhoneNumber phone_number');
    expect(stdout).toContain('done user-test');
  });
});

describe('the script of the examples', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'script.ts'), readText('examples/node-script/main.ts'));
  });

  test('runs a document to its outputs, asking for what is missing', async () => {
    const { code, stdout, stderr } = await run(
      process.execPath,
      ['script.ts', LOGIN],
      { ...environment, SERVER_URL: api.url },
      '+10000000000\n000000\n',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('sessionToken');
    expect(stderr).toContain('→ awaitingCode');
  });

  test('tells where a document is wrong', async () => {
    const { code, stderr } = await run(process.execPath, ['script.ts', 'examples/broken/ping.arazzo.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('17:21');
  });
});

describe('the shop of the examples, whose machine has a login as its child', () => {
  beforeAll(() => {
    cpSync(join(ROOT, 'examples/parent-machine'), join(folder, 'parent-machine'), { recursive: true });
  });

  const visit = (...lines: readonly string[]): Promise<Outcome> =>
    run(process.execPath, ['parent-machine/main.ts'], environment, lines.map((line) => `${line}\n`).join(''));

  test('has who logged in pay, after a code that is none and a wrong one', async () => {
    const { code, stdout, stderr } = await visit('+10000000000', '123', '111111', '000000');
    expect(stderr).toContain('askCodeAgain');
    expect(stderr.match(/→ \w+/g)).toEqual(['→ browsing', '→ loggingIn', '→ paying']);
    expect(stdout).toMatch(/^user-test-\S+ pays\.\n$/);
    expect(code).toBe(0);
  });

  test('goes on without a login that was left', async () => {
    const { code, stdout, stderr } = await visit('+10000000000');
    expect(stderr.match(/→ \w+/g)).toEqual(['→ browsing', '→ loggingIn', '→ browsing']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Nobody is logged in: cancelled.\n' });
  });

  test('is told by its name how a login failed', async () => {
    const { code, stdout } = await visit('+12025550134', ...Array.from({ length: 12 }, () => '111111'));
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'Nobody is logged in: locked.\n' });
  });
});
