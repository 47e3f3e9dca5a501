import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SRC = join(ROOT, 'src');

/** Which folders of src/ may be imported by which, and which packages. `*.ts` are the files directly in src/. */
const PURE = [
  'document',
  'expressions',
  'schema',
  'openapi',
  'asyncapi',
  'arazzo',
  'plan',
  'machines',
  'diagram',
];
const ALLOWED: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>
> = {
  document: { folders: [], packages: ['yaml'] },
  expressions: { folders: ['document'], packages: ['fontoxpath', 'json-p3', 're2js', 'slimdom'] },
  schema: { folders: ['document', 'expressions'], packages: ['@cfworker/json-schema'] },
  openapi: { folders: ['document'], packages: [] },
  asyncapi: { folders: ['document', 'openapi'], packages: [] },
  arazzo: { folders: ['document', 'expressions', 'schema', 'openapi', 'asyncapi'], packages: [] },
  plan: {
    folders: ['document', 'expressions', 'schema', 'openapi', 'asyncapi', 'arazzo'],
    packages: ['@noble/hashes'],
  },
  machines: { folders: ['document', 'expressions', 'schema', 'openapi', 'plan'], packages: ['xstate'] },
  'machines/stytch': { folders: ['machine.ts'], packages: [] },
  diagram: { folders: ['document', 'expressions', 'plan', 'machines'], packages: ['elkjs'] },
  services: {
    folders: ['document', 'expressions', 'openapi', 'asyncapi', 'plan'],
    packages: ['ky', 'xstate'],
  },
  run: { folders: [...PURE, 'services'], packages: ['xstate'] },
  testing: { folders: [...PURE, 'services', 'run'], packages: ['@eslint-community/regexpp', 'xstate'] },
  inspector: {
    folders: [...PURE, 'services', 'run'],
    packages: ['xstate', 'ws', '@statelyai/inspect'],
  },
  // Types of the inspector, which leave nothing behind.
  'inspector/page': { folders: ['inspector'], packages: [] },
  server: { folders: [...PURE, 'services', 'run'], packages: ['xstate'] },
  // Types of the server, which leave nothing behind.
  client: { folders: ['document', 'machines', 'server'], packages: ['xstate'] },
  react: { folders: [], packages: ['react', '@xstate/react', 'xstate'] },
  restate: {
    folders: [...PURE, 'services', 'run', 'server'],
    packages: ['@restatedev/restate-sdk', '@restatedev/xstate', 'xstate'],
  },
  sandbox: { folders: ['document'], packages: [] },
  cli: {
    folders: [...PURE, 'services', 'run', 'testing', 'inspector', 'server', 'sandbox'],
    packages: ['commander', '@inquirer/core', 'xstate'],
  },
  'machine.ts': { folders: ['plan', 'machines'], packages: [] },
  'index.ts': { folders: [...PURE, 'services', 'run', 'machine.ts'], packages: [] },
};

/** Only these may import what Node has and browsers have not. */
const MAY_USE_NODE =
  /^(?:(?:services|testing)\/node[^/]*\.ts|(?:sandbox|server|restate|inspector(?!\/page)|cli)\/)/;

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** The imported file, where it is one of src/. */
  readonly target: string | undefined;
}

const STATEMENT = /^(?:import|export)\b(?:[^;'"`]*?\bfrom)?\s*(['"])(?<specifier>[^'"\n]+)\1/gm;
const EXPRESSION = /\bimport\(\s*(['"])(?<specifier>[^'"\n]+)\1\s*\)/g;

const files = globSync('**/*.ts', { cwd: SRC })
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted();

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(STATEMENT), ...text.matchAll(EXPRESSION)].map((match) => {
    const specifier = match.groups?.['specifier'] ?? '';
    const target = specifier.startsWith('.')
      ? relative(SRC, join(SRC, dirname(file), specifier)).replaceAll('\\', '/')
      : undefined;
    return { file, specifier, target };
  });
}

const imports = files.flatMap(importsOf);

function folderOf(file: string): string {
  if (file.startsWith('machines/stytch/')) return 'machines/stytch';
  if (file.startsWith('inspector/page/')) return 'inspector/page';
  return file.split('/')[0] ?? file;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Everything that a file imports, directly or through others. */
function reachableFrom(start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const pending = [start];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { target } of importsOf(file)) if (target !== undefined) pending.push(target);
  }
  return seen;
}

describe('the layers of src/', () => {
  it('are all in the table', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !Object.hasOwn(ALLOWED, folder))).toEqual([]);
  });

  it('are read: known imports are found', () => {
    expect(imports.length).toBeGreaterThan(200);
    const found = (file: string): readonly string[] =>
      imports.filter((one) => one.file === file).map(({ specifier }) => specifier);
    expect(found('machine.ts')).toContain('./machines/compile-machine.ts');
    expect(found('services/perform-call.ts')).toEqual(expect.arrayContaining(['ky', '../plan/step-call.ts']));
    expect(found('cli/embedded-sandbox.ts')).toContain('../sandbox/server.ts');
  });

  it('import only folders that they may', () => {
    const wrong = imports.filter(({ file, target }) => {
      const from = folderOf(file);
      if (target === undefined || folderOf(target) === from) return false;
      return !ALLOWED[from]?.folders.includes(folderOf(target));
    });
    expect(wrong.map(({ file, target }) => `${file} → ${String(target)}`)).toEqual([]);
  });

  it('import only packages that they may', () => {
    const wrong = imports.filter(({ file, specifier, target }) => {
      if (target !== undefined || specifier.startsWith('node:')) return false;
      return !ALLOWED[folderOf(file)]?.packages.includes(packageOf(specifier));
    });
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('import nothing of Node where a browser must get along', () => {
    const wrong = imports.filter(
      ({ file, specifier }) => specifier.startsWith('node:') && !MAY_USE_NODE.test(file),
    );
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('import only files that exist', () => {
    const wrong = imports.filter(({ target }) => target !== undefined && !files.includes(target));
    expect(wrong.map(({ file, specifier }) => `${file} → ${specifier}`)).toEqual([]);
  });

  it('leave the console to the command line', () => {
    const loud = files.filter(
      (file) => !file.startsWith('cli/') && /\bconsole\.\w+\(/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(loud).toEqual([]);
  });
});

describe('the reference interpreter', () => {
  it('shares nothing with what it judges', () => {
    const reached = [...reachableFrom('testing/interpret.ts')];
    expect(reached).toContain('expressions/evaluate.ts');
    expect(reached.filter((file) => /^(?:plan|machines|run|services|arazzo)\//.test(file))).toEqual([]);
  });
});

/** An entry of the package as a page gets it: its script, and the files that are in it. */
async function bundled(
  entry: string,
  options: { readonly minify?: boolean; readonly external?: string[] } = {},
): Promise<{
  readonly inputs: readonly string[];
  readonly text: string;
  readonly warnings: readonly unknown[];
}> {
  const { warnings, metafile, outputFiles } = await build({
    entryPoints: [join(SRC, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
    ...options,
  });
  return { inputs: Object.keys(metafile.inputs), text: outputFiles[0]?.text ?? '', warnings };
}

describe.each(['machine.ts', 'machines/stytch/index.ts', 'diagram/index.ts'])(
  '%s in a browser',
  async (entry) => {
    const { inputs, text, warnings } = await bundled(entry);

    it('bundles without a warning', () => {
      expect(warnings).toEqual([]);
      expect(inputs).toContain('src/machines/compile-machine.ts');
    });

    it('brings no YAML parser, no HTTP client, no command line and nothing of Node', () => {
      expect(inputs.filter((input) => /node_modules\/(?:yaml|ky|commander|@inquirer)\//.test(input))).toEqual(
        [],
      );
      expect(
        inputs.filter((input) => /^src\/(?:services|run|cli|sandbox|server|arazzo)\//.test(input)),
      ).toEqual([]);
      expect(text).not.toMatch(/['"]node:/);
    });
  },
);

describe('the inspector', () => {
  it('is not among what other parts import', () => {
    for (const entry of [
      'index.ts',
      'machine.ts',
      'machines/stytch/index.ts',
      'sandbox/index.ts',
      'diagram/index.ts',
    ])
      expect([...reachableFrom(entry)].filter((file) => file.startsWith('inspector/'))).toEqual([]);
    expect([...reachableFrom('inspector/index.ts')]).toContain('inspector/server.ts');
  });

  it('has a page of its own scripts only, in which no text becomes HTML or code', async () => {
    const { inputs, text } = await bundled('inspector/page/main.ts');
    expect(inputs).toContain('src/inspector/page/store.ts');
    expect(inputs.filter((input) => !input.startsWith('src/inspector/page/'))).toEqual([]);
    expect(text).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|srcdoc|\beval\(|new Function|setAttribute\("style"/,
    );
  });

  it("has an adapter to Stately's viewer that a browser can load", async () => {
    const { inputs, text } = await bundled('inspector/stately.ts');
    expect(inputs).toContain('node_modules/@statelyai/inspect/dist/index.mjs');
    expect(inputs.filter((input) => /node_modules\/ws\/|server\.ts$/.test(input))).toEqual([]);
    expect(text).not.toMatch(/['"]node:/);
  });
});

describe('the client of runs on a server', async () => {
  const { inputs, text, warnings } = await bundled('client/index.ts', { minify: true, external: ['xstate'] });

  it('is less than 10 kB beside XState, compressed', () => {
    expect(warnings).toEqual([]);
    expect(inputs).toContain('src/client/remote-workflow.ts');
    expect(gzipSync(text).byteLength).toBeLessThan(10_000);
  });

  it('brings no machine, no YAML parser, nothing of the server and nothing of Node', () => {
    expect(inputs.filter((input) => !input.startsWith('src/client/'))).toEqual([]);
    expect(text).not.toMatch(/['"]node:/);
  });
});

describe('importing', () => {
  it.each([
    'index.ts',
    'machine.ts',
    'machines/stytch/index.ts',
    'diagram/index.ts',
    'inspector/index.ts',
    'inspector/stately.ts',
    'sandbox/index.ts',
    'server/index.ts',
    'testing/index.ts',
    'client/index.ts',
    'react/index.ts',
    'restate/index.ts',
  ])('src/%s prints nothing and ends', (entry) => {
    const url = new URL(`../src/${entry}`, import.meta.url).href;
    const script = `await import(${JSON.stringify(url)})`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 15_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
