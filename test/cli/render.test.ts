import { describe, expect, test } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { createPalette } from '../../src/cli/render/palette.ts';
import { printable, printableLine } from '../../src/cli/render/printable.ts';
import { failureLine } from '../../src/cli/render/progress.ts';
import { reportError } from '../../src/cli/render/report-error.ts';
import { resultJson } from '../../src/cli/render/result.ts';
import { renderValues } from '../../src/cli/render/values.ts';
import { createVirtualTerminal } from './helpers/virtual-terminal.ts';

const plain = createPalette({ isTTY: false }, {});

describe('printable text', () => {
  test('holds no control characters but line feed and tab, and nothing that reorders text', () => {
    expect(printable('a\u001b[2Jb\u0007\r\n\tc\u202Ed\u009b')).toBe('a\uFFFD[2Jb\uFFFD\n\tc\uFFFDd\uFFFD');
  });

  test('a line is one line and not too long', () => {
    expect(printableLine('  a\n b  ')).toBe('a b');
    expect(printableLine('x'.repeat(500), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('the palette', () => {
  const styled = (isTTY: boolean, env: Record<string, string>): boolean =>
    createPalette({ isTTY }, env).styled;

  test('has colours only in a terminal where NO_COLOR is not set', () => {
    expect(styled(true, {})).toBe(true);
    expect(styled(true, { NO_COLOR: '' })).toBe(true);
    expect(styled(true, { NO_COLOR: '1' })).toBe(false);
    expect(styled(true, { TERM: 'dumb' })).toBe(false);
    expect(styled(false, {})).toBe(false);
  });
});

describe('outputs for people', () => {
  test('stand below each other, aligned, structures as JSON', () => {
    expect(renderValues({ id: 'a', session: { minutes: 5 }, n: 1 }, plain)).toBe(
      'id       a\nsession  {\n           "minutes": 5\n         }\nn        1',
    );
  });
});

describe('a failure in a line', () => {
  test('says the status once', () => {
    const failure = { kind: 'response', statusCode: 404, errorType: 'gone', message: 'Not here.' } as const;
    expect(failureLine(failure)).toBe('404 · gone · Not here.');
    expect(failureLine({ kind: 'response', statusCode: 404, message: 'The status is 404.' })).toBe(
      'The status is 404.',
    );
    expect(failureLine({ kind: 'network', message: 'Refused.' })).toBe('Refused.');
  });
});

describe('the JSON of a result', () => {
  test('has every member, also without failure, and no snapshot', () => {
    const result = {
      workflowId: 'w',
      status: 'waiting',
      state: 's',
      outputs: {},
      missing: ['a'],
      steps: [],
      snapshot: {},
    } as const;
    expect(Object.keys(resultJson(result))).toEqual([
      'workflowId',
      'status',
      'state',
      'outputs',
      'failure',
      'missing',
      'steps',
    ]);
  });
});

describe('an unexpected error', () => {
  function report(error: unknown, env: Record<string, string> = {}) {
    const { terminal, progress } = createVirtualTerminal({ isTTY: false, env });
    return { code: reportError(error, terminal), text: progress.text };
  }

  test('is one line and exit code 2; its stack is shown with ARAZZO_DEBUG=1', () => {
    expect(report(new TypeError('Oh\nno'))).toEqual({ code: 2, text: 'error: Oh no\n' });
    expect(report(new TypeError('Oh no'), { ARAZZO_DEBUG: '1' }).text).toMatch(
      /^error: Oh no\nTypeError: Oh no\n\s+at /,
    );
    expect(report('just text')).toEqual({ code: 2, text: 'error: just text\n' });
  });

  test('that the user can do something about has its own exit code and advice, never a stack', () => {
    const error = new CommandError('No.', { exitCode: 3, hint: 'Try this.' });
    expect(report(error, { ARAZZO_DEBUG: '1' })).toEqual({ code: 3, text: 'error: No.\nTry this.\n' });
  });
});
