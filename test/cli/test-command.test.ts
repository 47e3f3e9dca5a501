import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { GREETER, GREETING } from '../testing/greeting.ts';
import { startApi } from './helpers/api.ts';
import { directoryWith } from './helpers/files.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

/** A document with a criterion that no response is constructed for. */
const UNDECIDED = GREETING.replace(
  '[{ condition: $statusCode == 200 }]',
  "[{ context: $response.body, type: jsonpath, condition: '$[?count(@..*) == 12345]' }]",
);

async function testIn(args: readonly string[], text = GREETING) {
  const directory = await directoryWith({ 'greet.arazzo.yaml': text, 'greeter.yaml': GREETER });
  const { terminal, result, progress } = createVirtualTerminal({ isTTY: false, directory });
  const code = await runCli(['test', join(directory, 'greet.arazzo.yaml'), ...args], terminal);
  return { code, stdout: result.text, stderr: progress.text, directory };
}

describe('arazzo-xstate test', () => {
  test('runs every path and tells the coverage, without a server, a credential or an input', async () => {
    const { code, stdout, stderr } = await testIn([]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^(?:greet: \d+ of \d+ paths\n)*$/),
    });
    expect(stdout).toMatch(/^greet\n {2}(\d+) of \1 paths do what the document says \(simple\)\n/);
    expect(stdout).toMatch(
      /states +100 %[^]*edges +100 %[^]*criteria +100 %[^]*actions +100 %[^]*inputs +100 %/,
    );
  });

  test('prints each path as it has run, where they are few', async () => {
    const { stderr } = await testIn(['--strategy', 'shortest']);
    expect(stderr.split('\n').filter((line) => line.startsWith('✓ '))).toContain(
      '✓ awaitingName · cancel → cancelled',
    );
  });

  test('stores and restores runs of paths with something new, of all, or of none', async () => {
    const restored = async (...args: readonly string[]): Promise<string | undefined> => {
      const { stdout } = await testIn(['--strategy', 'edges', '--stubs', ...args]);
      return /(\d+ of \d+) paths[^]*?(\d+) of them also stored and restored/.exec(stdout)?.slice(1).join();
    };
    const [few, all] = [await restored(), await restored('--restore')];
    expect(all).toMatch(/^(\d+) of \1,\1$/);
    expect(few).toMatch(/^\d+ of \d+,\d+$/);
    expect(few).not.toBe(all);
    expect(await restored('--no-restore')).toBeUndefined();
  });

  test('lists paths and runs none', async () => {
    const { code, stdout } = await testIn(['--list', '--strategy', 'shortest']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'awaitingName · cancel → cancelled',
      expect.stringMatching(/^awaitingName · submit name → greet · .* → failed$/),
      expect.stringMatching(/^awaitingName · .* → done$/),
      '',
    ]);
  });

  test('writes one JSON object', async () => {
    const { stdout } = await testIn(['--reporter', 'json', '--strategy', 'edges', '--stubs']);
    expect(JSON.parse(stdout)).toMatchObject({
      failed: 0,
      workflows: [
        {
          workflowId: 'greet',
          strategy: 'edges',
          paths: expect.arrayContaining([expect.objectContaining({ status: 'done', passed: true })]),
          coverage: { edges: { missing: [] }, criteria: { missing: [] } },
        },
      ],
    });
  });

  test('writes JUnit', async () => {
    const { stdout } = await testIn(['--reporter', 'junit', '--strategy', 'shortest', '--threshold', '100']);
    expect(stdout).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites>\n/);
    expect(stdout).toMatch(/<testsuite name="greet" tests="4" failures="1"/);
    expect(stdout).toContain('<testcase classname="greet" name="awaitingName · cancel → cancelled"');
    expect(stdout).toMatch(/name="coverage">\n +<failure message="edges: /);
  });

  test('fails below a threshold, and says what is not covered', async () => {
    const { code, stdout } = await testIn(['--strategy', 'shortest', '--threshold', '90']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/not covered: greet —\$statusCode == 503/);
    expect(stdout).toMatch(/edges: \d+ of \d+ are covered, below the threshold of 90 %/);
    expect((await testIn(['--strategy', 'edges', '--threshold', '100'])).code).toBe(0);
  });

  test('says which criterion needs an example', async () => {
    const { code, stdout } = await testIn(['--strategy', 'edges'], UNDECIDED);
    expect(code).toBe(0);
    expect(stdout).toMatch(/greet: no answer makes "\$response\.body ~ .*12345.*" true: /);
  });

  test('draws what was covered', async () => {
    const { directory } = await testIn(['--strategy', 'shortest']);
    const file = join(directory, 'covered.mmd');
    await testIn(['--strategy', 'shortest', '--picture', file]);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^stateDiagram-v2\n/);
    expect(text).toMatch(/--> s\d+ : ✓\u00A0\d+#215; submit/);
    expect(text).toMatch(/: ✗\u00A0never/);
    expect(text).toMatch(/classDef uncovered /);
  });

  test('writes tests to keep', async () => {
    const { directory } = await testIn([]);
    const file = join(directory, 'greet.test.ts');
    const { code, stdout, stderr } = await testIn(['--strategy', 'edges', '--write', file]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^\d+ tests are written to /);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('from "arazzo-xstate/testing"');
    expect(text).toContain('["greet", {"type":"submit","values":{"name":');
  });

  test('writes tests in which a member of any name is one', async () => {
    const named = GREETING.replace('[name, answer]', '[__proto__, answer]')
      .replace('        name: {', '        __proto__: {')
      .replace('$inputs.name', '$inputs.__proto__');
    const { directory } = await testIn([], named);
    const file = join(directory, 'greet.test.ts');
    const { code, stderr } = await testIn(['--strategy', 'shortest', '--write', file], named);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^\d+ tests are written to /),
    });
    const written = await readFile(file, 'utf8');
    expect(written).toContain('["greet", {"type":"submit","values":{["__proto__"]:');
    expect(written).not.toMatch(/[{,]"__proto__":/);
  });

  test('writes tests that read sources from where they were read', async () => {
    const moved = GREETING.replace('./greeter.yaml', './gone.yaml');
    const { directory } = await testIn([]);
    const args = [
      '--strategy',
      'shortest',
      '--allow-remote',
      '--source',
      `greeter=${join(directory, 'greeter.yaml')}`,
    ];
    const file = join(directory, 'tests', 'greet.test.ts');
    await mkdir(join(directory, 'tests'));
    const { code, stderr } = await testIn([...args, '--write', file], moved);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^\d+ tests are written to /),
    });
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(
      /loadDocument\(\n {2}new URL\("\.\.\/\.\.\/.*greet\.arazzo\.yaml", import\.meta\.url\)\.href,\n {2}\{\n {4}sources: \{\n {6}\["greeter"\]: new URL\("\.\.\/greeter\.yaml", import\.meta\.url\)\.href,\n {4}\},\n {4}allowRemote: true,\n {2}\},\n\);/,
    );
  });

  test('runs what it can against a real API, and says where that does otherwise', async () => {
    const good = await startApi((request, body, response) => {
      const isGreeting = request.url === '/v1/greetings';
      response.writeHead(isGreeting ? 200 : 204, { 'content-type': 'application/json' });
      response.end(
        isGreeting ? JSON.stringify({ greeting: `hi-${(JSON.parse(body) as { name: string }).name}` }) : '',
      );
    });
    const args = ['--strategy', 'edges', '--base-url', `${good.url}/v1`, '-i', 'name=Grace'];
    const { code, stdout } = await testIn(args);
    expect(stdout).toMatch(
      /(\d+) of \1 paths do what the document says[^]*paths were left out: nobody can make a real API do this/,
    );
    expect(code).toBe(0);
    expect(good.received.map(({ path }) => path)).toContain('/v1/greetings/hi-Grace/answers');
    const bad = await startApi((_request, _body, response) => response.writeHead(500).end());
    const failed = await testIn(['--strategy', 'shortest', '--base-url', bad.url]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /✗ awaitingName[^]*The machine is in another state|The run ends in another way/,
    );
    expect(failed.stdout).toMatch(/expected:\n[^]*actual:\n/);
  });

  test.each([
    ['an unknown strategy', ['--strategy', 'every'], /Allowed choices are simple, edges, shortest, random/],
    ['a threshold above 100', ['--threshold', '101'], /from 0 to 100/],
    ['an unknown workflow', ['great'], /no workflow "great"\. Did you mean "greet"\?/],
    ['too small a budget', ['--strategy', 'simple', '--budget', '3'], /There are \d+ paths .* budget of 3/],
    ['inputs without a real API', ['-i', 'name=Ada'], /give --base-url or --server/],
    [
      'restarts of runs against a real API',
      ['--base-url', 'http://127.0.0.1:1', '--restore'],
      /leave --restore out/,
    ],
    ['no URL', ['--base-url', 'ftp://api.example'], /http or https URL/],
    ['a URL without a host', ['--base-url', 'http://'], /http or https URL/],
    [
      'an unknown source',
      ['--source', 'greter=greeter.yaml'],
      /no source description "greter"\. Did you mean "greeter"\?/,
    ],
  ])('refuses %s with exit code 2', async (_what, args, says) => {
    const { code, stdout, stderr } = await testIn(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });
});
