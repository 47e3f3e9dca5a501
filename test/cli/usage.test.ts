import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { ARAZZO, directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

const FILES = { 'greet.arazzo.yaml': ARAZZO, 'openapi.yaml': OPENAPI, 'ping.arazzo.yaml': PING };
const STACK = /\n\s+at /;

/** Runs the command line in a directory of its own; arguments that look like files are in it. */
async function runIn(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const directory = await directoryWith(files);
  const { terminal, result, progress } = createVirtualTerminal({ isTTY: false, directory, env });
  const there = args.map((arg) => (/^[a-z.]+\.(?:yaml|json)$/.test(arg) ? join(directory, arg) : arg));
  const code = await runCli(there, terminal);
  return { code, stdout: result.text, stderr: progress.text };
}

describe('a run that cannot begin', () => {
  const bad: Record<
    string,
    { args: readonly string[]; files?: Readonly<Record<string, string>>; says: RegExp }
  > = {
    'a document that is not there': { args: ['run', 'nowhere.yaml'], says: /nowhere\.yaml.*does not exist/ },
    'a broken YAML file': {
      args: ['run', 'broken.yaml'],
      files: { 'broken.yaml': 'arazzo: 1.0.1\ninfo: {title: [\n' },
      says: /broken\.yaml:\d+:\d+ error document\/yaml-syntax/,
    },
    'an operationId that does not exist': {
      args: ['run', 'typo.yaml'],
      files: { 'typo.yaml': PING.replace('operationId: ping', 'operationId: pong') },
      says: /typo\.yaml:9:\d+ error .*\n.*"pong"/,
    },
    'a source file that is not there': {
      args: ['run', 'lost.yaml'],
      files: { 'lost.yaml': PING.replace('./openapi.yaml', './gone.yaml') },
      says: /lost\.yaml:4:\d+ .*source-unreadable[\s\S]*gone\.yaml/,
    },
    'a workflow that does not exist': {
      args: ['run', 'ping.arazzo.yaml', 'pimg'],
      says: /no workflow "pimg"\. Did you mean "ping"\?/,
    },
    'an unknown input': {
      args: ['run', 'greet.arazzo.yaml', '-i', 'nam=Ada'],
      says: /no input "nam"\. Did you mean "name"\?/,
    },
    'a value of the wrong type': {
      args: ['run', 'greet.arazzo.yaml', '-i', 'count=three'],
      says: /"count" is refused: it must be a whole number/,
    },
    'a value that the schema refuses': {
      args: ['run', 'greet.arazzo.yaml', '-i', 'name=A'],
      says: /"name" is refused[\s\S]*Who is greeted first/,
    },
    'an input without =': {
      args: ['run', 'greet.arazzo.yaml', '-i', 'name'],
      says: /must be written as name=value/,
    },
    'an input file that is not there': {
      args: ['run', 'greet.arazzo.yaml', '--input-file', 'no.json'],
      says: /no\.json" cannot be read: it does not exist/,
    },
    'an input file that is a list': {
      args: ['run', 'greet.arazzo.yaml', '--input-file', 'list.json'],
      files: { 'list.json': '[1]' },
      says: /list\.json" must hold an object/,
    },
    'an unknown source in --server': {
      args: ['run', 'ping.arazzo.yaml', '--server', 'greeting=http://x'],
      says: /no source description "greeting"\. Did you mean "greetings"\?/,
    },
    'an unknown source in --source': {
      args: ['run', 'ping.arazzo.yaml', '--source', 'greeting=openapi.yaml'],
      says: /no source description "greeting"\. Did you mean "greetings"\?/,
    },
    'a server that is no URL': {
      args: ['run', 'ping.arazzo.yaml', '--server', 'greetings=ftp://x'],
      says: /must be an http or https URL/,
    },
    'credentials that nothing asks for': {
      args: ['run', 'ping.arazzo.yaml', '--auth', 'greetings.key=hush'],
      says: /No operation of the workflow asks for "greetings\.key"/,
    },
    'a kept run that is none': {
      args: ['run', 'ping.arazzo.yaml', '--resume', 'openapi.yaml'],
      says: /openapi\.yaml" is not a kept run/,
    },
    'an option that does not exist': {
      args: ['run', 'ping.arazzo.yaml', '--jsn'],
      says: /unknown option '--jsn'[\s\S]*--json/,
    },
    'a limit that is no number': {
      args: ['run', 'ping.arazzo.yaml', '--max-steps', 'many'],
      says: /whole number/,
    },
    'no document': { args: ['run'], says: /missing required argument 'document'/ },
  };
  for (const [title, { args, files, says }] of Object.entries(bad)) {
    test(`because of ${title} exits 2 and says so`, async () => {
      const ended = await runIn({ ...FILES, ...files }, args);
      expect(ended.stderr).toMatch(says);
      expect(ended.code).toBe(2);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).not.toMatch(STACK);
      expect(ended.stderr).not.toContain('hush');
    });
  }
});

describe('a document with several workflows', () => {
  const two = `${PING}  - workflowId: pong\n    steps: [{ stepId: pingServer, operationId: ping }]\n`;

  test('needs the name of one where nobody can pick', async () => {
    const ended = await runIn({ 'openapi.yaml': OPENAPI, 'two.yaml': two }, ['run', 'two.yaml']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('has several workflows: say which one.');
    expect(ended.stderr).toContain('ping, pong');
  });
});

describe('validate', () => {
  test('--json writes one line a document, in the documented shape', async () => {
    const files = { ...FILES, 'typo.yaml': PING.replace('operationId: ping', 'operationId: pong') };
    const ended = await runIn(files, ['validate', 'greet.arazzo.yaml', 'typo.yaml', '--json']);
    const [good, bad] = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe('');
    expect(good).toEqual({
      document: expect.stringMatching(/greet\.arazzo\.yaml$/) as unknown,
      valid: true,
      diagnostics: [],
      workflows: [
        {
          workflowId: 'greet-twice',
          states: ['awaitingName', 'greetName', 'awaitingTitle', 'greetTitle', 'done', 'failed', 'cancelled'],
        },
      ],
    });
    const [diagnostic] = (bad?.['diagnostics'] ?? []) as Record<string, unknown>[];
    expect(bad).toMatchObject({ valid: false, workflows: [] });
    expect(Object.keys(diagnostic ?? {})).toEqual([
      'code',
      'severity',
      'message',
      'pointer',
      'line',
      'column',
    ]);
    expect(diagnostic).toMatchObject({
      severity: 'error',
      pointer: '/workflows/0/steps/0/operationId',
      line: 9,
    });
  });

  test('shows the lines that a diagnostic speaks of, on stdout and without colour', async () => {
    const files = { ...FILES, 'typo.yaml': PING.replace('operationId: ping', 'operationId: pong') };
    const ended = await runIn(files, ['validate', 'typo.yaml']);
    expect(ended.stdout).toMatch(/typo\.yaml:9:\d+ error/);
    expect(ended.stdout).toMatch(/9 \|\s+operationId: pong\n\s+\|\s+\^+\n/);
    expect(ended.stdout).toMatch(/typo\.yaml: not valid \(1 error\)\n$/);
  });

  test('a source that cannot be read is a warning: the document is still valid', async () => {
    const files = { 'lost.yaml': PING.replace('./openapi.yaml', './gone.yaml') };
    const ended = await runIn(files, ['validate', 'lost.yaml']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/warning plan\/source-unreadable[\s\S]*: valid \(2 warnings\)/);
  });

  test('--source reads a source from elsewhere', async () => {
    const directory = await directoryWith({
      'other.yaml': OPENAPI,
      'lost.yaml': PING.replace('./openapi.yaml', './gone.yaml'),
    });
    const { terminal, result } = createVirtualTerminal({ isTTY: false, directory });
    const args = [
      'validate',
      join(directory, 'lost.yaml'),
      '--source',
      `greetings=${join(directory, 'other.yaml')}`,
    ];
    expect(await runCli(args, terminal)).toBe(0);
    expect(result.text).toMatch(/: valid · ping\n$/);
  });

  test('control characters of a document do not reach the terminal', async () => {
    const files = { ...FILES, 'evil.yaml': PING.replace('operationId: ping', 'operationId: "\\e[2Jpong"') };
    const directory = await directoryWith(files);
    const { terminal, result } = createVirtualTerminal({ isTTY: true, directory, env: { NO_COLOR: '1' } });
    expect(await runCli(['validate', join(directory, 'evil.yaml')], terminal)).toBe(2);
    expect(result.raw).not.toContain('\u001b');
  });
});

describe('colour', () => {
  test('is there in a terminal, and gone with NO_COLOR', async () => {
    const directory = await directoryWith(FILES);
    const colourful = createVirtualTerminal({ isTTY: true, directory });
    const plain = createVirtualTerminal({ isTTY: true, directory, env: { NO_COLOR: '1' } });
    const args = ['validate', join(directory, 'ping.arazzo.yaml')];
    expect(await runCli(args, colourful.terminal)).toBe(0);
    expect(await runCli(args, plain.terminal)).toBe(0);
    expect(colourful.result.raw).toContain('\u001b[');
    expect(plain.result.raw).not.toContain('\u001b[');
    expect(colourful.result.text).toBe(plain.result.text);
  });
});

describe('generate', () => {
  test('writes a module of the machines to stdout', async () => {
    const ended = await runIn(FILES, ['generate', 'ping.arazzo.yaml']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('Generated by "arazzo-xstate generate" from ping.arazzo.yaml');
    expect(ended.stdout).toContain('export const ping');
  });

  test('refuses a bad document with exit code 2 and writes nothing', async () => {
    const ended = await runIn({ 'broken.yaml': 'arazzo: [' }, ['generate', 'broken.yaml']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('diagram', () => {
  test('writes a Mermaid state diagram to stdout, without any credentials', async () => {
    const ended = await runIn(FILES, ['diagram', 'greet.arazzo.yaml']);
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/^stateDiagram-v2\n[\s\S]*awaitingName[\s\S]*greetTitle/);
  });

  test('--format json writes the nodes and edges with the pointers of the document', async () => {
    const ended = await runIn(FILES, ['diagram', 'ping.arazzo.yaml', 'ping', '--format', 'json']);
    expect(ended.code).toBe(0);
    const graph = JSON.parse(ended.stdout) as { readonly id: string; readonly edges: readonly object[] };
    expect(graph.id).toBe('ping');
    expect(graph.edges).toContainEqual(
      expect.objectContaining({
        kind: 'success',
        pointer: expect.stringMatching(/^\/workflows\/0\/steps\/0/),
      }),
    );
  });

  test('--format xstate writes the configuration of the machine', async () => {
    const ended = await runIn(FILES, ['diagram', 'ping.arazzo.yaml', 'ping', '--format', 'xstate']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ id: 'ping', states: { done: { type: 'final' } } });
  });

  test('--format svg writes a picture, and --detail says how much of each edge', async () => {
    const full = await runIn(FILES, ['diagram', 'greet.arazzo.yaml', '--format', 'svg']);
    const overview = await runIn(FILES, [
      'diagram',
      'greet.arazzo.yaml',
      '--format',
      'svg',
      '--detail',
      'overview',
    ]);
    expect(full).toMatchObject({ code: 0, stderr: '' });
    expect(full.stdout).toMatch(/^<svg [\s\S]*data-state="awaitingName"[\s\S]*<\/svg>\n$/);
    expect(overview.code).toBe(0);
  });

  test('refuses a format that it does not know, with exit code 2', async () => {
    const ended = await runIn(FILES, ['diagram', 'ping.arazzo.yaml', '--format', 'gif']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('mermaid, svg, json, xstate');
  });
});

describe('the command line itself', () => {
  test('--version and --help go to stdout and exit 0', async () => {
    const version = await runIn({}, ['--version']);
    const help = await runIn({}, ['run', '--help']);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--input <name=value>');
  });

  test('an unknown command exits 2 and suggests one', async () => {
    const ended = await runIn({}, ['validat']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('Did you mean validate?');
  });
});

describe('a workflow that sends messages', () => {
  const EVENTS = `asyncapi: 3.0.0
info: { title: Events, version: 1.0.0 }
channels: { news: { address: news } }
operations: { publishNews: { action: receive, channel: { $ref: '#/channels/news' } } }
`;
  const NEWS = `${PING.replace('arazzo: 1.0.1', 'arazzo: 1.1.0')}  - workflowId: news
    steps:
      - stepId: publish
        operationId: $sourceDescriptions.events.publishNews
        action: send
        requestBody: { payload: hello }
`
    .replace('workflows:', '  - { name: events, url: ./events.yaml, type: asyncapi }\nworkflows:')
    .replace('operationId: ping', 'operationId: $sourceDescriptions.greetings.ping');
  const files = { 'events.yaml': EVENTS, 'openapi.yaml': OPENAPI, 'news.yaml': NEWS };

  test('is valid with a warning', async () => {
    const ended = await runIn(files, ['validate', 'news.yaml', '--json']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      valid: true,
      diagnostics: [
        { code: 'plan/not-run-yet', severity: 'warning', pointer: '/workflows/1/steps/0/operationId' },
      ],
      workflows: [
        { workflowId: 'ping' },
        { workflowId: 'news', states: ['publishing', 'done', 'failed', 'cancelled'] },
      ],
    });
  });

  test('is not run: the warning is an error then, said once', async () => {
    const ended = await runIn(files, ['run', 'news.yaml', 'news', '--json']);
    expect(ended.code).toBe(2);
    expect(ended.stderr.match(/not-run-yet/g)).toHaveLength(1);
    expect(ended.stderr).toMatch(/news\.yaml:\d+:\d+ error plan\/not-run-yet/);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'invalid',
      diagnostics: [{ code: 'plan/not-run-yet', severity: 'error' }],
    });
  });

  test('is nothing to the other workflows of its document', async () => {
    const ended = await runIn(files, ['run', 'news.yaml', 'ping']);
    expect(ended.stderr).not.toContain('not-run-yet');
    expect(ended.code).toBe(1);
  });
});

test('validate says that a --source belongs to none of the documents, and takes one that belongs to one', async () => {
  const documents = ['validate', 'ping.arazzo.yaml', 'greet.arazzo.yaml'];
  const wrong = await runIn(FILES, [...documents, '--source', 'greeting=openapi.yaml']);
  expect(wrong).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/ping\.arazzo\.yaml: valid/),
    stderr: expect.stringMatching(/no source description "greeting"\. Did you mean "greetings"\?/),
  });
  const files = { ...FILES, 'other.yaml': PING.replace('name: greetings', 'name: others') };
  const right = await runIn(files, [...documents, 'other.yaml', '--source', 'others=openapi.yaml']);
  expect(right.stderr).not.toContain('no source description');
});
