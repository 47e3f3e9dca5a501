import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDocument } from '../../src/run/load-document.ts';
import type { WorkflowPath } from '../../src/testing/workflow-paths.ts';
import { pathOf, replayOf, searchPaths } from '../model/replay.ts';
import { EXAMPLES, EXAMPLES_FOLDER, subjectFor } from './examples.ts';

const files = readdirSync(EXAMPLES_FOLDER, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.arazzo.yaml'));

describe('the examples', () => {
  it.each(files)('%s has no diagnostics but that it is a draft', async (file) => {
    const { value, diagnostics } = await loadDocument(new URL(file, EXAMPLES_FOLDER).href);
    const isDraft = value?.document.version === '1.2';
    expect(diagnostics.map(({ code }) => code)).toEqual(isDraft ? ['arazzo/draft-version'] : []);
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
  const { paths, edges: found } = searchPaths(subject, example.alphabet);
  const edges = [...found, ...(example.extra ?? []).map((happenings) => pathOf(subject, happenings))];
  const replay = replayOf(subject);

  const expectNoDifference = (tried: readonly WorkflowPath[], restored: boolean): void => {
    const differences = tried.flatMap((path) => replay(path, { restored }) ?? []);
    expect(differences.slice(0, 3)).toEqual([]);
  };

  it(`does what its document says on each of its ${paths.length} paths`, () => {
    expectNoDifference(paths, false);
    expect(paths.length).toBeGreaterThan(50);
  });

  it(`does what its document says on a path for each of its ${edges.length} edges`, () => {
    expectNoDifference(edges, false);
  });

  it('does the same when it is stored and restored in every state', () => {
    expectNoDifference(edges, true);
  });

  it('has an end in each of its final states', () => {
    expect([...new Set(paths.map((path) => path.state))].toSorted()).toEqual(['cancelled', 'done', 'failed']);
  });
});
