import { describe, expect, it } from 'vitest';

import { parseDocument } from '../../src/document/parse-document.ts';
import { createReporter } from '../../src/document/reporter.ts';

const document = () => {
  const { value } = parseDocument('a: 1\nb: 2\nc: [3]\n', { uri: 'file:///x.yaml' });
  if (value === undefined) throw new Error('the fixture is valid');
  return value;
};

describe('createReporter', () => {
  it('gives problems in document order, each once', () => {
    const reporter = createReporter(document());
    const second = {
      code: 'expression/quirk',
      severity: 'warning',
      message: 'Second.',
      pointer: '/c/0',
    } as const;
    reporter.report(second);
    reporter.report(second);
    reporter.report({
      code: 'expression/syntax',
      severity: 'error',
      message: 'First.',
      pointer: '/a',
      part: 'key',
      help: 'https://example.com/',
    });
    expect(reporter.diagnostics()).toEqual([
      {
        code: 'expression/syntax',
        severity: 'error',
        message: 'First.',
        location: { uri: 'file:///x.yaml', pointer: '/a', range: { start: 0, end: 1 }, line: 1, column: 1 },
        help: 'https://example.com/',
      },
      {
        code: 'expression/quirk',
        severity: 'warning',
        message: 'Second.',
        location: {
          uri: 'file:///x.yaml',
          pointer: '/c/0',
          range: { start: 14, end: 15 },
          line: 3,
          column: 5,
        },
      },
    ]);
  });

  it('keeps errors when there are more problems than it gives', () => {
    const reporter = createReporter(document());
    for (let index = 0; index < 150; index += 1) {
      reporter.report({ code: 'expression/quirk', severity: 'warning', message: `${index}.`, pointer: '/a' });
    }
    reporter.report({ code: 'expression/syntax', severity: 'error', message: 'Last.', pointer: '/c' });
    expect(reporter.diagnostics()).toHaveLength(100);
    expect(reporter.diagnostics().at(-1)?.message).toBe('Last.');
  });
});
