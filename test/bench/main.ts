// npm run bench [-- --short] [-- --only overhead]
// Measures, and judges nothing: the numbers depend on the machine.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  compileMachine,
  linkWorkflows,
  parseDocument,
  readArazzo,
  readOpenApi,
  validateArazzo,
} from '../../src/index.ts';
import { bodies } from './bodies.ts';
import { corpus, lint } from './corpus.ts';
import { compiledLogin, handWrittenLogin, instantFetch, plainLogin } from './login.ts';
import { aim, compare, median, type Effort } from './measure.ts';
import { runPaths } from './paths.ts';
import { logins, waiting } from './sessions.ts';
import { size } from './size.ts';

const { values } = parseArgs({
  options: { short: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const effort: Effort = values.short ? { rounds: 3, roundMs: 50 } : { rounds: 15, roundMs: 400 };
if (values.short) console.log('A short run proves that the benchmark works; its ratios are no measure.');

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function loopback(): Promise<void> {
  const server = fork(pathOf('server-process.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(server, 'message')) as [number];
  const target = { url: `http://127.0.0.1:${port}` };
  try {
    const measured = await compare(
      'SMS login, two requests over loopback',
      [
        { name: 'two calls by hand with ky', run: plainLogin(target) },
        { name: 'machine by hand with ky', run: handWrittenLogin(target) },
        { name: 'arazzo-xstate', run: compiledLogin(target) },
      ],
      effort,
    );
    aim('The login over loopback, to two calls by hand', measured[2]?.wallRatio ?? Number.NaN, 1.25);
  } finally {
    server.disconnect();
  }
}

async function overhead(): Promise<void> {
  const target = { url: 'http://127.0.0.1', fetch: instantFetch };
  const measured = await compare(
    'SMS login, answered at once in memory',
    [
      { name: 'machine by hand with ky', run: handWrittenLogin(target) },
      { name: 'two calls by hand with ky', run: plainLogin(target) },
      { name: 'arazzo-xstate', run: compiledLogin(target) },
    ],
    effort,
  );
  aim('The login in memory, to a machine by hand', measured[2]?.cpuRatio ?? Number.NaN, 1.5);
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The document is broken.');
  return value;
}

async function compileTime(): Promise<void> {
  const read = (name: string): string => readFileSync(pathOf(`../../workflows/${name}`), 'utf8');
  const arazzoText = read('sms-otp-login.arazzo.yaml');
  const openapiText = read('openapi/stytch-consumer-openapi.yml');
  const parsed = present(parseDocument(arazzoText, { uri: 'file:///a.yaml' }).value);
  const parsedOpenApi = present(parseDocument(openapiText, { uri: 'file:///o.yaml' }).value);
  const model = present(readArazzo(parsed).value);
  const sources = { stytchConsumerApi: present(readOpenApi(parsedOpenApi).value) };
  const plan = present(linkWorkflows(parsed, model, sources).value[0]);
  await compare(
    'From text to machine: sms-otp-login.arazzo.yaml',
    [
      {
        name: `parse Arazzo (${arazzoText.length} chars)`,
        run: () => parseDocument(arazzoText, { uri: 'file:///a.yaml' }),
      },
      {
        name: `parse OpenAPI (${openapiText.length} chars)`,
        run: () => parseDocument(openapiText, { uri: 'file:///o.yaml' }),
      },
      { name: 'read Arazzo', run: () => readArazzo(parsed) },
      { name: 'validate Arazzo', run: () => validateArazzo(parsed, model) },
      { name: 'read OpenAPI', run: () => readOpenApi(parsedOpenApi) },
      { name: 'link', run: () => linkWorkflows(parsed, model, sources) },
      { name: 'compile', run: () => compileMachine(plan) },
    ],
    effort,
  );
}

function heap(): void {
  const count = values.short ? 1000 : 10_000;
  const output = execFileSync(process.execPath, ['--expose-gc', pathOf('heap-process.ts'), String(count)], {
    encoding: 'utf8',
  });
  console.log('\nMachines that wait in awaitingCode');
  console.table([JSON.parse(output)]);
}

function startUp(): void {
  const document = pathOf('../../workflows/sms-otp-login.arazzo.yaml');
  const built = pathOf('../../dist/cli/main.js');
  const commands: Readonly<Record<string, readonly string[]>> = {
    'node, empty script': ['--eval', '0'],
    ...(existsSync(built) ? { 'validate, built': [built, 'validate', document] } : {}),
    ...(existsSync(built) ? { '--version, built': [built, '--version'] } : {}),
    'validate, from source': [pathOf('../../src/cli/main.ts'), 'validate', document],
  };
  const rounds = values.short ? 2 : 15;
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      times.get(name)?.push(performance.now() - started);
    }
  }
  console.log('\nThe command line, the whole process');
  console.table(
    Object.fromEntries([...times].map(([name, all]) => [name, { 'median ms': Math.round(median(all)) }])),
  );
}

const parts: Readonly<Record<string, () => void | Promise<void>>> = {
  loopback,
  overhead,
  compileTime,
  corpus: () => corpus(effort),
  lint: () => lint(values.short ? 1 : 7),
  size: () => size(effort),
  bodies: () => bodies(effort),
  heap,
  startUp,
  logins: () => logins(values.short),
  waiting: () => waiting(values.short),
  paths: () => runPaths(values.short ? 200 : 5000),
};
for (const [name, part] of Object.entries(parts))
  if (values.only === undefined || values.only === name) await part();
