// Refuses a package whose source maps or readme lead to files that are not in it: npm run package:check.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The readme says that these are in a clone only. */
const CLONE_ONLY = 'examples/';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

interface SourceMap {
  readonly sourceRoot?: string;
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const listing = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
  maxBuffer: 64 * 1024 * 1024,
});
const [packed] = Object.values(JSON.parse(listing) as Record<string, Packed>);
const files = new Set(packed?.files.map(({ path }) => path));
const maps = [...files].filter((path) => path.endsWith('.map'));
const problems: string[] = [];
if (maps.length === 0) problems.push('No source map is packed: is the package built?');

for (const map of maps) {
  const { sourceRoot = '', sources, sourcesContent = [] } = JSON.parse(read(map)) as SourceMap;
  for (const [index, source] of sources.entries()) {
    const path = posix.join(posix.dirname(map), sourceRoot, source);
    if (!files.has(path) && typeof sourcesContent[index] !== 'string')
      problems.push(`${map} names ${path}, which is neither packed nor in the map.`);
  }
}

const links = [...read('README.md').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
for (const target of new Set(links)) {
  if (/^(?:[a-z][a-z0-9+.-]*:|#)/i.test(target)) continue;
  const path = posix.normalize(target.replace(/#.*$/, ''));
  if (path.startsWith(CLONE_ONLY) || files.has(path)) continue;
  if (![...files].some((file) => file.startsWith(posix.join(path, '/'))))
    problems.push(`README.md links to ${path}, which is not packed.`);
}

const SHOWN = 20;
for (const problem of problems.slice(0, SHOWN)) process.stderr.write(`${problem}\n`);
if (problems.length > SHOWN) process.stderr.write(`… and ${String(problems.length - SHOWN)} more.\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write(`${String(maps.length)} source maps and ${String(links.length)} links hold.\n`);
