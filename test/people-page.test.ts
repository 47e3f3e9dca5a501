import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parseDocument, type JsonObject } from '../src/index.ts';
import { startApi } from './cli/helpers/api.ts';
import { expensesApi } from './examples/apis/expenses.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/people.md'), 'utf8');
const example = readFileSync(
  join(ROOT, 'workflows/examples/expense-approval/approve-expense.arazzo.yaml'),
  'utf8',
);
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'people-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the program of docs/people.md runs, and asks what its document says', async () => {
  const api = await startApi(expensesApi());
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const program = block('ts')
    .replace("'arazzo-xstate'", JSON.stringify(join(ROOT, 'src/index.ts')))
    .replace('http://127.0.0.1:8080', api.url);
  writeFileSync(
    join(folder, 'program.ts'),
    `${program}\nawait waitFor(actor, ({ status }) => status === 'done');\n`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.ts')], { cwd: ROOT });
  expect(stdout).toBe('Pay **120 EUR** for a train?\n');
  expect(api.received.map(({ path }) => path)).toEqual(['/expenses', '/expenses/e-1/payment']);
});

test('the step of docs/people.md is one of the example, its question written out', () => {
  const stepOf = (text: string): JsonObject => {
    const list = parseDocument(text, { uri: 'file:///page.yaml' }).value?.value;
    const [step] = (list ?? []) as unknown as readonly JsonObject[];
    return step ?? {};
  };
  const shown = stepOf(block('yaml'));
  const lines = example.split('\n');
  const start = lines.indexOf('      - stepId: askManager');
  const written = stepOf(
    lines
      .slice(start, lines.indexOf('      - stepId: askDirector'))
      .map((line) => line.slice(6))
      .join('\n'),
  );
  for (const field of ['stepId', 'timeout', 'successCriteria', 'onTimeout', 'onCancel', 'onFailure'])
    expect(shown[field]).toEqual(written[field]);
  expect(example).toContain(String((shown['interaction'] as JsonObject)['prompt']));
});
