import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDocument } from '../../src/run/load-document.ts';
import { coreOf, everyWay, expectAgreement } from '../model/core.ts';
import { restoredReplayOf } from '../model/replay.ts';
import { EXAMPLES, EXAMPLES_FOLDER, extraPaths, subjectFor } from './examples.ts';

const files = readdirSync(EXAMPLES_FOLDER, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.arazzo.yaml'));

describe('the examples', () => {
  it.each(files)('%s has no diagnostics', async (file) => {
    const { value, diagnostics } = await loadDocument(new URL(file, EXAMPLES_FOLDER).href);
    expect(diagnostics).toEqual([]);
    expect(value?.plans).toHaveLength(value?.document.workflows.length ?? 0);
  });

  it('are all tried', () => {
    const folderOf = (file: string): string => file.slice(0, file.indexOf('/'));
    expect([...new Set(files.map(folderOf))].toSorted()).toEqual(
      EXAMPLES.map(({ file }) => folderOf(file)).toSorted(),
    );
  });
});

describe.each(EXAMPLES)('$workflowId', async (example) => {
  const subject = await subjectFor(example);
  const core = coreOf(subject, example.alphabet);
  const { paths } = core.paths();
  const ways = [...everyWay(core), ...extraPaths(core, example)];

  it(`does what its document says on each of its ${paths.length} paths`, async () => {
    await expectAgreement(paths, 'stubs');
    expect(paths.length).toBeGreaterThan(20);
  });

  it(`does what its document says on each of ${ways.length} ways from a situation to the next`, async () => {
    await expectAgreement(ways, 'stubs');
  });

  it('does the same when it is stored and restored in every state', () => {
    const replay = restoredReplayOf(subject);
    expect(ways.flatMap((path) => replay(path) ?? []).slice(0, 3)).toEqual([]);
  });

  it('has an end in each of its final states', () => {
    expect([...new Set(paths.map((path) => path.status))].toSorted()).toEqual([
      'cancelled',
      'done',
      'failed',
    ]);
  });
});
