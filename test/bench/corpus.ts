// Documents validated and compiled: their texts, and how fast they go through the package.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMachine, loadDocument, parseDocument } from '../../src/index.ts';
import { createFileResolver } from '../../src/services/node-files.ts';
import { compare, median, type Effort } from './measure.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const given = resolve(root, '../shared/data');
const OPENAPI = resolve(root, 'workflows/openapi');

/** Where sources are whose documents stand apart from them. */
const ELSEWHERE = {
  stytchConsumerApi: resolve(OPENAPI, 'stytch-consumer-openapi.yml'),
  stytchB2bApi: resolve(OPENAPI, 'stytch-b2b-openapi.yml'),
};

/** Every Arazzo document of this repository, and of the folder of given ones where that is there. */
export function allDocuments(): readonly string[] {
  const folders = [resolve(root, 'workflows'), ...(existsSync(given) ? [given] : [])];
  return folders
    .flatMap((cwd) => globSync('**/*.{yaml,yml}', { cwd }).map((path) => resolve(cwd, path)))
    .filter((path) => /^["']?arazzo["']?:/m.test(readFileSync(path, 'utf8')))
    .toSorted();
}

interface Corpus {
  readonly documents: readonly string[];
  /** Every text that is read on the way, documents and descriptions, as often as it is read. */
  readonly texts: readonly { readonly uri: string; readonly text: string }[];
  /** Takes all documents from their texts to machines; gives the number of machines. */
  readonly run: () => Promise<number>;
}

/** Reads all files once, so that no disk is measured later. */
async function readCorpus(): Promise<Corpus> {
  const documents = allDocuments();
  const readFile = createFileResolver();
  const known = new Map<string, string | Error>();
  const texts: { uri: string; text: string }[] = [];
  let isFirst = true;
  const resolver = async (uri: string): Promise<string> => {
    if (!known.has(uri)) known.set(uri, await readFile(uri).catch((error: unknown) => error as Error));
    const text = known.get(uri);
    if (typeof text !== 'string') throw text ?? new Error('It is not there.');
    if (isFirst) texts.push({ uri, text });
    return text;
  };
  const run = async (): Promise<number> => {
    let machines = 0;
    for (const document of documents) {
      const { value } = await loadDocument(document, { resolver, sources: ELSEWHERE });
      for (const plan of value?.plans ?? []) {
        compileMachine(plan);
        machines += 1;
      }
    }
    return machines;
  };
  await run();
  isFirst = false;
  return { documents, texts, run };
}

/** How many documents go through the package in a second, with and without what its YAML parser takes. */
export async function corpus(effort: Effort): Promise<void> {
  const { documents, texts, run } = await readCorpus();
  const machines = await run();
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  const [parse, whole] = await compare(
    `${documents.length} documents (${texts.length} texts, ${Math.round(characters / 1000)} kB) into ${machines} machines`,
    [
      {
        name: 'parse YAML',
        run: () => {
          for (const { uri, text } of texts) parseDocument(text, { uri });
        },
      },
      { name: 'parse, validate, link, compile', run },
    ],
    effort,
  );
  if (parse === undefined || whole === undefined) return;
  const perSecond = (micros: number): number => Math.round((documents.length * 1_000_000) / micros);
  console.table({
    'documents per second': {
      'parse YAML': perSecond(parse.cpuMicros),
      'validate, link, compile': perSecond(whole.cpuMicros - parse.cpuMicros),
      together: perSecond(whole.cpuMicros),
    },
  });
}

function redoclyScript(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@redocly/cli/bin/cli.js');
  } catch {
    return undefined;
  }
}

const QUIET = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

/** Runs a command line of Node to its end, away from any configuration of this repository. */
function spawned(args: readonly string[]): { readonly ms: number; readonly output: string } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, ...QUIET },
    maxBuffer: 2 ** 28,
  });
  const ms = performance.now() - started;
  // 1 and 2: problems were found, as in some of the documents there are.
  if (status === null || status > 2) throw new Error(`${args[0] ?? ''}: ${stderr.slice(-2000)}`);
  return { ms, output: stdout + stderr };
}

/** The documents that a command does not stop at: one that it cannot read ends its whole run. */
function readableBy(redocly: string, documents: readonly string[]): readonly string[] {
  let left = documents;
  for (;;) {
    const stopped = /^Something went wrong when processing (.+):$/m.exec(
      spawned([redocly, 'lint', ...left]).output,
    )?.[1];
    if (stopped === undefined) return left;
    const rest = left.filter((path) => path !== stopped);
    if (rest.length === left.length) throw new Error(`redocly lint stops at ${stopped}.`);
    left = rest;
  }
}

/** The same files through the command line of this package and of another, each as a whole process. */
export function lint(rounds: number): void {
  const redocly = redoclyScript();
  const built = resolve(root, 'dist/cli/main.js');
  if (redocly === undefined || !existsSync(built)) {
    console.log('\nNot compared with redocly lint: `npm install` and `npm run build` come first.');
    return;
  }
  const all = allDocuments();
  const documents = readableBy(redocly, all);
  const sources = Object.entries(ELSEWHERE).flatMap(([name, path]) => ['--source', `${name}=${path}`]);
  const [one = ''] = documents;
  const commands: Readonly<Record<string, readonly string[]>> = {
    'redocly lint, all': [redocly, 'lint', ...documents],
    'arazzo-xstate validate, all': [built, 'validate', ...documents, ...sources],
    'redocly lint, one': [redocly, 'lint', one],
    'arazzo-xstate validate, one': [built, 'validate', one],
  };
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, args] of Object.entries(commands)) times.get(name)?.push(spawned(args).ms);
  const medians = [...times].map(([name, taken]) => [name, Math.round(median(taken))] as const);
  console.log(
    `\n${documents.length} documents, the whole process (redocly lint stops at the other ${all.length - documents.length})`,
  );
  console.table(Object.fromEntries(medians.map(([name, ms]) => [name, { 'median ms': ms }])));
  const [theirs = Number.NaN, ours = Number.NaN] = medians.map(([, ms]) => ms);
  console.log(`validate of all documents, to redocly lint: ${(ours / theirs).toFixed(2)} x`);
}
