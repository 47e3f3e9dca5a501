import { execFileSync } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

const FILES = { 'ping.arazzo.yaml': PING, 'openapi.yaml': OPENAPI };

/** Runs a command on a file of a directory that holds {@link FILES}; in a terminal, without colour. */
async function runOn(
  make: (path: string) => Promise<unknown>,
  before: readonly string[],
  after: readonly string[] = [],
) {
  const directory = await directoryWith(FILES);
  const path = join(directory, 'it.yaml');
  await make(path);
  const { terminal, result, progress } = createVirtualTerminal({ directory, env: { NO_COLOR: '1' } });
  const there = before.map((each) => (each === 'ping.arazzo.yaml' ? join(directory, each) : each));
  const code = await runCli([...there, path, ...after], terminal);
  return { code, said: result.raw + progress.raw };
}

const kept = (members: object): string =>
  JSON.stringify({
    format: 'arazzo-xstate run 1',
    workflowId: 'ping',
    servers: {},
    snapshot: {},
    ...members,
  });

describe.each(['validate', 'run'])('%s of', (command) => {
  it.each<[string, (path: string) => Promise<unknown>, RegExp]>([
    ['a directory', (path) => mkdir(path), /is a directory/],
    ['an empty file', (path) => writeFile(path, ''), /must be an object, not null/],
    [
      'bytes that are no text',
      (path) => writeFile(path, Uint8Array.of(0xff, 0xfe, 0, 1)),
      /is not a text in UTF-8/,
    ],
    [
      '100 MB',
      (path) => writeFile(path, '').then(() => truncate(path, 100_000_000)),
      /is larger than 16777216 bytes/,
    ],
    [
      'a pipe that nobody writes to',
      (path) => Promise.resolve(execFileSync('mkfifo', [path])),
      /is not a regular file/,
    ],
    [
      'names of 200,000 characters',
      (path) => writeFile(path, JSON.stringify({ arazzo: 'x'.repeat(200_000), ['y'.repeat(200_000)]: 1 })),
      /"x{200}…"/,
    ],
  ])('%s exits with 2 and says why in a few lines', async (_what, make, why) => {
    const { code, said } = await runOn(make, [command]);
    expect(code).toBe(2);
    expect(said).toMatch(why);
    expect(said).toMatch(/it\.yaml/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(said.length).toBeLessThan(6000);
  });

  it('a text with escapes and marks that reorder shows them as what they are', async () => {
    const text = 'arazzo: "\\e]0;title\\a\\e[2J"\n\u202eoffni: 1 # \u2066 \u009b31m\n';
    const { code, said } = await runOn((path) => writeFile(path, text), [command]);
    expect(code).toBe(2);
    // oxlint-disable-next-line no-control-regex
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('run --resume of', () => {
  it.each([
    ['nothing', '', /is not a kept run: it is not JSON/],
    ['broken JSON', '{"format":', /is not a kept run: it is not JSON/],
    ['other JSON', '[]', /is not a run that --save has kept/],
    ['a run of another workflow', kept({ workflowId: 'other' }), /has no workflow "other"/],
    ['a run without its state', kept({}), /does not hold the state of a run/],
    [
      'a run of another version',
      kept({
        snapshot: { status: 'active', value: 'pinging', context: { plan: 'x', run: {} }, children: {} },
      }),
      /another version|does not hold the state/,
    ],
  ])('%s exits with 2 and says so', async (_what, text, why) => {
    const { code, said } = await runOn(
      (path) => writeFile(path, text),
      ['run', 'ping.arazzo.yaml', '--resume'],
    );
    expect(said).toMatch(why);
    expect(code).toBe(2);
    expect(said).not.toMatch(/\n\s+at /);
  });
});
