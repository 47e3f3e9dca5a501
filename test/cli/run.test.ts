import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { greet, startApi } from './helpers/api.ts';
import { ARAZZO, directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { onlyJson, spawnCli } from './helpers/spawn-cli.ts';

const FILES = { 'greet.arazzo.yaml': ARAZZO, 'openapi.yaml': OPENAPI, 'ping.arazzo.yaml': PING };
const STACK = /\n\s+at /;

describe('a run that ends', () => {
  test('exits 0 and writes the outputs to stdout, the progress to stderr', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const args = [
      'run',
      'greet.arazzo.yaml',
      '-i',
      'name=Ada',
      '-i',
      'title=Dr',
      '--server',
      `greetings=${api.url}`,
    ];
    const ended = await spawnCli(args, { directory });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toBe('first   hello Ada\nsecond  hello Dr\n');
    expect(ended.stderr).toMatch(/greetName[\s\S]*200[\s\S]*greetTitle[\s\S]*200[\s\S]*done/);
  });

  test('--json writes one object with every member of the documented shape', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const args = [
      'run',
      'greet.arazzo.yaml',
      '-i',
      'name=Ada',
      '-i',
      'title=Dr',
      '--server',
      `greetings=${api.url}`,
      '--json',
    ];
    const ended = await spawnCli(args, { directory });
    expect(onlyJson(ended)).toEqual({
      workflowId: 'greet-twice',
      status: 'done',
      state: 'done',
      outputs: { first: 'hello Ada', second: 'hello Dr' },
      failure: null,
      missing: [],
      steps: [
        { stepId: 'greetName', state: 'greetName', attempt: 1, outcome: 'succeeded', statusCode: 200 },
        { stepId: 'greetTitle', state: 'greetTitle', attempt: 1, outcome: 'succeeded', statusCode: 200 },
      ],
    });
    expect(ended.code).toBe(0);
  });

  test('the schema decides the type of an input, and -i overrules the input file', async () => {
    const directory = await directoryWith({ ...FILES, 'inputs.yaml': 'name: File\ntitle: Dr\ncount: 2\n' });
    const api = await startApi(greet);
    const args = [
      'run',
      'greet.arazzo.yaml',
      '--input-file',
      'inputs.yaml',
      '-i',
      'name=007',
      '-i',
      'count=3',
    ];
    const ended = await spawnCli([...args, '--server', `greetings=${api.url}`], { directory });
    expect(ended.code).toBe(0);
    expect(JSON.parse(api.received[0]?.body ?? '')).toEqual({ name: '007', count: 3 });
  });

  test('a response that meets no criterion exits 1 with the failure', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi((_, __, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error_type: 'broken', error_message: 'Out of order.' }));
    });
    const ended = await spawnCli(['run', 'ping.arazzo.yaml', '--server', `greetings=${api.url}`, '--json'], {
      directory,
    });
    expect(ended.code).toBe(1);
    expect(onlyJson(ended)).toMatchObject({
      status: 'failed',
      failure: {
        kind: 'response',
        stepId: 'pingServer',
        statusCode: 500,
        errorType: 'broken',
        message: 'Out of order.',
      },
    });
  });
});

describe('a run without a terminal', () => {
  test('is refused before its first request when an input is missing, with exit code 3', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const args = ['run', 'greet.arazzo.yaml', '-i', 'name=Ada', '--server', `greetings=${api.url}`, '--json'];
    const ended = await spawnCli(args, { directory });
    expect(ended.code).toBe(3);
    expect(onlyJson(ended)).toMatchObject({
      status: 'waiting',
      missing: ['title'],
      steps: [],
      failure: null,
    });
    expect(api.received).toEqual([]);
    expect(ended.stderr).toContain('-i title=');
  });

  test('--save stops at the first wait and keeps the run, --resume goes on with it', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const file = join(directory, 'run.json');
    const first = [
      'run',
      'greet.arazzo.yaml',
      '-i',
      'name=Ada',
      '--server',
      `greetings=${api.url}`,
      '--save',
      file,
    ];
    const saved = await spawnCli([...first, '--json'], { directory });
    expect(saved.code).toBe(3);
    expect(onlyJson(saved)).toMatchObject({ status: 'waiting', state: 'awaitingTitle', missing: ['title'] });
    expect(api.received).toHaveLength(1);
    expect((await stat(file)).mode & 0o077).toBe(0);

    const resumed = await spawnCli(['run', 'greet.arazzo.yaml', '--resume', file, '-i', 'title=Dr'], {
      directory,
    });
    expect(resumed).toMatchObject({ code: 0, stdout: 'first   hello Ada\nsecond  hello Dr\n' });
    expect(api.received).toHaveLength(2);
    // Nothing is left to take the steps again from, or to read a token in.
    expect(resumed.stderr).toContain(`${file} is removed`);
    expect(await readdir(directory)).toEqual(Object.keys(FILES).toSorted());
    const again = await spawnCli(['run', 'greet.arazzo.yaml', '--resume', file, '-i', 'title=Dr'], {
      directory,
    });
    expect(again.code).toBe(2);
    expect(api.received).toHaveLength(2);
  });

  test('a kept run that fails stays as it was, and can be tried again', async () => {
    const directory = await directoryWith(FILES);
    let up = false;
    const api = await startApi((request, body, response) =>
      up ? greet(request, body, response) : response.writeHead(500).end(),
    );
    const file = join(directory, 'run.json');
    const server = ['--server', `greetings=${api.url}`];
    await spawnCli(['run', 'greet.arazzo.yaml', '--save', file, ...server], { directory });
    const kept = await readFile(file, 'utf8');
    const resume = ['run', 'greet.arazzo.yaml', '--resume', file, '-i', 'name=Ada', '-i', 'title=Dr'];
    const failed = await spawnCli([...resume, '--json'], { directory });
    expect(onlyJson(failed)).toMatchObject({ status: 'failed' });
    expect(failed.stderr).toContain(`--resume ${file}`);
    expect(await readFile(file, 'utf8')).toBe(kept);

    up = true;
    const done = await spawnCli([...resume, '--json'], { directory });
    expect(onlyJson(done)).toMatchObject({ status: 'done' });
    expect(done.stderr).toContain(`${file} is removed`);
  });

  test('a kept run that is cancelled is removed, and what --save names for another run is left alone', async () => {
    const directory = await directoryWith({ ...FILES, 'other.json': '{}' });
    let interrupt = (): void => undefined;
    const api = await startApi(() => interrupt());
    const server = ['--server', `greetings=${api.url}`];
    await spawnCli(['run', 'greet.arazzo.yaml', '--save', 'run.json', ...server], { directory });
    const ended = await spawnCli(
      [
        'run',
        'greet.arazzo.yaml',
        '--resume',
        'run.json',
        '--save',
        'other.json',
        '-i',
        'name=Ada',
        '--json',
      ],
      {
        directory,
        onProgress: (_, child) => {
          interrupt = () => child.kill('SIGINT');
        },
      },
    );
    expect(onlyJson(ended)).toMatchObject({ status: 'cancelled' });
    expect(ended.stderr).toContain('run.json is removed');
    expect(await readdir(directory)).toEqual([...Object.keys(FILES), 'other.json'].toSorted());
  });

  test('--save where nothing can be written is refused before the first request', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const args = ['run', 'greet.arazzo.yaml', '-i', 'name=Ada', '--server', `greetings=${api.url}`, '--json'];
    for (const [file, why] of [
      ['gone/run.json', /cannot be kept in "gone\/run\.json": its directory does not exist/],
      ['.', /cannot be kept in "\.": it is a directory/],
    ] as const) {
      const ended = await spawnCli([...args, '--save', file], { directory });
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(why) });
      expect(onlyJson(ended)).toMatchObject({ status: 'invalid', steps: [] });
    }
    expect(api.received).toEqual([]);
    expect(await readdir(directory)).toEqual(Object.keys(FILES).toSorted());
  });

  test('--save before anything is known keeps a run that has sent nothing', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const file = join(directory, 'run.json');
    const server = ['--server', `greetings=${api.url}`];
    const saved = await spawnCli(['run', 'greet.arazzo.yaml', '--save', file, ...server], { directory });
    expect(saved.code).toBe(3);
    const again = await spawnCli(['run', 'greet.arazzo.yaml', '--resume', file, '-i', 'name=Ada'], {
      directory,
    });
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('--resume');
    const last = await spawnCli(['run', 'greet.arazzo.yaml', '--resume', file, '-i', 'title=Dr'], {
      directory,
    });
    expect(last.code).toBe(0);
  });

  test('a kept run holds no credentials', async () => {
    const directory = await directoryWith(FILES);
    const api = await startApi(greet);
    const file = join(directory, 'run.json');
    const args = [
      'run',
      'greet.arazzo.yaml',
      '-i',
      'name=Ada',
      '--server',
      `greetings=${api.url}`,
      '--save',
      file,
    ];
    await spawnCli(args, { directory, env: { ARAZZO_AUTH_GREETINGS_KEY: 'hush-hush' } });
    expect(await readFile(file, 'utf8')).not.toContain('hush-hush');
  });

  test('an interruption cancels the run: exit code 1, and the result is still written', async () => {
    const directory = await directoryWith(FILES);
    let interrupt = (): void => undefined;
    const api = await startApi(() => interrupt());
    const ended = await spawnCli(['run', 'ping.arazzo.yaml', '--server', `greetings=${api.url}`, '--json'], {
      directory,
      onProgress: (_, child) => {
        interrupt = () => child.kill('SIGINT');
      },
    });
    expect(ended.code).toBe(1);
    expect(onlyJson(ended)).toMatchObject({ status: 'cancelled', state: 'cancelled' });
  });
});

describe('a server that misbehaves', () => {
  const cases: Record<string, { answer: Parameters<typeof startApi>[0]; kind: string }> = {
    'answers HTML': {
      answer: (_, __, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
      kind: 'response',
    },
    'answers nothing': { answer: (_, __, response) => response.writeHead(200).end(), kind: 'response' },
    'drops the connection': { answer: (request) => request.socket.destroy(), kind: 'network' },
    'drops the connection in the body': {
      answer: (request, _, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"pong"', () => request.socket.destroy());
      },
      kind: 'network',
    },
    'answers 10 MB that are not what was asked for': {
      answer: (_, __, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(`"${'x'.repeat(10_000_000)}"`),
      kind: 'response',
    },
    'never answers': { answer: () => undefined, kind: 'timeout' },
  };
  for (const [title, { answer, kind }] of Object.entries(cases)) {
    test(`${title}: exit code 1, a failure of kind ${kind}, no stack trace`, async () => {
      const directory = await directoryWith(FILES);
      const api = await startApi(answer);
      const args = [
        'run',
        'ping.arazzo.yaml',
        '--server',
        `greetings=${api.url}`,
        '--json',
        '--timeout',
        '700',
      ];
      const ended = await spawnCli(args, { directory });
      expect(ended.code).toBe(1);
      const result = onlyJson(ended);
      expect(result).toMatchObject({ status: 'failed', failure: { kind, stepId: 'pingServer' } });
      expect(ended.stderr).not.toMatch(STACK);
      expect(ended.stdout.length).toBeLessThan(20_000);
    });
  }

  test('is not there: exit code 1, a failure of kind network that names the address', async () => {
    const directory = await directoryWith(FILES);
    const ended = await spawnCli(
      ['run', 'ping.arazzo.yaml', '--server', 'greetings=http://127.0.0.1:1', '--json'],
      { directory },
    );
    expect(ended.code).toBe(1);
    expect(onlyJson(ended)).toMatchObject({ failure: { kind: 'network' } });
    expect(ended.stderr).toContain('127.0.0.1:1');
    expect(ended.stderr).not.toMatch(STACK);
  });
});

describe('a run that cannot begin', () => {
  test('--json still writes one object, with the diagnostics of a bad document', async () => {
    const directory = await directoryWith({ ...FILES, 'broken.yaml': 'arazzo: [\n' });
    const ended = await spawnCli(['run', 'broken.yaml', '--json'], { directory });
    expect(ended.code).toBe(2);
    expect(onlyJson(ended)).toMatchObject({
      status: 'invalid',
      steps: [],
      diagnostics: [{ code: 'document/yaml-syntax', severity: 'error', line: 2 }],
    });
  });

  test('a kept run of another version of the document is refused', async () => {
    const directory = await directoryWith({
      ...FILES,
      'later.arazzo.yaml': ARAZZO.replace('== 200', '== 201'),
    });
    const file = join(directory, 'run.json');
    await spawnCli(['run', 'greet.arazzo.yaml', '--save', file], { directory });
    const ended = await spawnCli(['run', 'later.arazzo.yaml', '--resume', file, '-i', 'name=Ada', '--json'], {
      directory,
    });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/another version/);
    expect(onlyJson(ended)).toMatchObject({ status: 'invalid' });
  });

  test('missing credentials are named before the first request, with the environment variable', async () => {
    const api = await startApi(greet);
    const args = [
      'run',
      'workflows/sms-otp-login.arazzo.yaml',
      '-i',
      'phone_number=+14155550134',
      '-i',
      'code=123456',
    ];
    const ended = await spawnCli([...args, '--server', `stytchConsumerApi=${api.url}`]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('ARAZZO_AUTH_STYTCHCONSUMERAPI_BASICAUTH');
    expect(api.received).toEqual([]);
  });
});

describe('credentials', () => {
  const secured = `${OPENAPI}security: [{ login: [] }]
components: { securitySchemes: { login: { type: http, scheme: basic } } }
`;
  const files = { 'ping.arazzo.yaml': PING, 'openapi.yaml': secured };
  const expected = `Basic ${Buffer.from('ada:hush').toString('base64')}`;
  const pong: Parameters<typeof startApi>[0] = (_, __, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{}');
  };

  test('come from --auth, else from the environment, and are in no output', async () => {
    const directory = await directoryWith(files);
    const api = await startApi(pong);
    const args = ['run', 'ping.arazzo.yaml', '--server', `greetings=${api.url}`, '--json'];
    const option = await spawnCli([...args, '--auth', 'greetings.login=ada:hush'], {
      directory,
      env: { ARAZZO_AUTH_GREETINGS_LOGIN: 'not:this' },
    });
    const variable = await spawnCli(args, { directory, env: { ARAZZO_AUTH_GREETINGS_LOGIN: 'ada:hush' } });
    expect(api.received.map(({ authorization }) => authorization)).toEqual([expected, expected]);
    for (const { stdout, stderr } of [option, variable])
      expect(stdout + stderr).not.toMatch(/hush|YWRhOmh1c2g/);
  });

  test('are not sent with --no-auth, and not asked for', async () => {
    const directory = await directoryWith(files);
    const api = await startApi(pong);
    const args = ['run', 'ping.arazzo.yaml', '--server', `greetings=${api.url}`, '--no-auth'];
    const ended = await spawnCli(args, { directory, env: { ARAZZO_AUTH_GREETINGS_LOGIN: 'ada:hush' } });
    expect(ended.code).toBe(1);
    expect(api.received.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});
