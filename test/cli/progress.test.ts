import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { startApi } from './helpers/api.ts';
import { directoryWith, OPENAPI, PING } from './helpers/files.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

const RETRYING = PING.replace(
  '        outputs: { pong',
  `        onFailure:
          - { name: tryAgain, type: retry, retryAfter: 0.05, retryLimit: 2, criteria: [{ condition: $statusCode == 503 }] }
        outputs: { pong`,
);

async function runAgainstSleepyServer(isTTY: boolean) {
  const directory = await directoryWith({ 'openapi.yaml': OPENAPI, 'ping.yaml': RETRYING });
  let requests = 0;
  const api = await startApi((_, __, response) => {
    requests += 1;
    response.writeHead(requests < 2 ? 503 : 200, { 'content-type': 'application/json' });
    response.end(requests < 2 ? '{"error_message":"Asleep."}' : '{"pong":true}');
  });
  const virtual = createVirtualTerminal({ isTTY, directory });
  const code = await runCli(
    ['run', `${directory}/ping.yaml`, '--server', `greetings=${api.url}`],
    virtual.terminal,
  );
  return { code, ...virtual };
}

test('each state, each answer and each delay before another attempt is a line', async () => {
  const { code, progress } = await runAgainstSleepyServer(false);
  expect(code).toBe(0);
  const lines = progress.text
    .replaceAll(/\d+ ms/g, '… ms')
    .trim()
    .split('\n');
  expect(lines).toEqual([
    'ping',
    '● pinging  GET /ping',
    '    ✖ 503 · Asleep.',
    '    ↻ again in … ms',
    '● pingingBackoff',
    '● pinging  GET /ping · attempt 2',
    '    ✔ 200 … ms',
    '✔ ping is done',
  ]);
});

test('in a terminal a wheel turns while something goes on, and is taken away', async () => {
  const { code, progress } = await runAgainstSleepyServer(true);
  expect(code).toBe(0);
  expect(progress.text).toContain('⠋ waiting for the response');
  expect(progress.text).toContain('⠋ waiting for the next attempt');
  expect(progress.raw.lastIndexOf('\r\u001b[2K')).toBeGreaterThan(progress.raw.lastIndexOf('waiting for'));
});

test('a criterion that could not be evaluated is told, and is in the JSON of its step', async () => {
  const criterion = '{ context: $response.body, condition: $.pong, type: jsonpath }';
  const text = PING.replace('- condition: $response.body#/pong == true', `- ${criterion}`);
  const directory = await directoryWith({ 'openapi.yaml': OPENAPI, 'ping.yaml': text });
  const api = await startApi((_, __, response) => response.end('pong'));
  const { terminal, progress, result } = createVirtualTerminal({ isTTY: false, directory });
  const server = `greetings=${api.url}`;
  expect(await runCli(['run', `${directory}/ping.yaml`, '--server', server, '--json'], terminal)).toBe(1);
  expect(progress.text).toContain('! "$response.body ~ $.pong" could not be evaluated: The context');
  expect(JSON.parse(result.text)).toMatchObject({
    steps: [
      { stepId: 'pingServer', outcome: 'failed', problems: [{ criterion: '$response.body ~ $.pong' }] },
    ],
  });
});
