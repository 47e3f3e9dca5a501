// Runs the generated path suites of every document in workflows/ over stubs, until one fails.
// It is started in a copy of the project that a fault was seeded into, and prints one line of JSON: a `Verdict`.
// Usage: node test/faults/generated-suites.ts
import { readdirSync } from 'node:fs';
import { loadDocument } from '../../src/run/load-document.ts';
import { createWorkflowModel } from '../../src/testing/create-workflow-model.ts';
import { COVERAGE_KINDS, shareOf } from '../../src/testing/coverage.ts';
import type { PathOptions } from '../../src/testing/workflow-model.ts';

/** What became of the suites: `killedBy` names the path or the measure that failed first. */
export interface Verdict {
  readonly killedBy?: string;
  /** How many paths were run. */
  readonly paths: number;
}

const WORKFLOWS = new URL('../../workflows/', import.meta.url);
/** What no document in `workflows/` has; not all of it can be covered. */
const RARE = ['rare', 'questions'].map((name) => new URL(`documents/${name}.arazzo.yaml`, import.meta.url));
/** One path for each edge, then walks by chance: they meet what only a certain order of things shows. */
const STRATEGIES: readonly PathOptions[] = [
  { strategy: 'edges' },
  { strategy: 'random', seed: 20_261_120, count: 60, maxLength: 25 },
];

/** Edges that no run can take, by workflow; why is told where their coverage is tested. */
const UNREACHABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'usage-report': { 'gettingReportBackoff —time over→ gettingReport': 'never without a token' },
};

/** For small documents: a budget keeps it from growing. */
const SIMPLE: PathOptions = { budget: 1500 };

async function runSuites(): Promise<Verdict> {
  let count = 0;
  const files = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.arazzo.yaml'))
    // The examples first: their descriptions are small, and most faults are seen in them.
    .toSorted(
      (a, b) => Number(b.startsWith('examples')) - Number(a.startsWith('examples')) || (a < b ? -1 : 1),
    );
  const documents = [...RARE, ...files.map((file) => new URL(file.replaceAll('\\', '/'), WORKFLOWS))];
  for (const document of documents) {
    const { value } = await loadDocument(document.href);
    if (value === undefined) return { killedBy: `${document.pathname} cannot be read`, paths: count };
    for (const { workflowId } of value.document.workflows) {
      const killedBy = await runSuite(value, workflowId, !RARE.includes(document), () => (count += 1));
      if (killedBy !== undefined) return { killedBy: `${workflowId}: ${killedBy}`, paths: count };
    }
  }
  return { paths: count };
}

type Loaded = NonNullable<Awaited<ReturnType<typeof loadDocument>>['value']>;

async function runSuite(
  loaded: Loaded,
  workflowId: string,
  isWhole: boolean,
  counted: () => void,
): Promise<string | undefined> {
  try {
    const model = createWorkflowModel(loaded, { workflowId, unreachable: UNREACHABLE[workflowId] ?? {} });
    for (const strategy of isWhole ? STRATEGIES : [...STRATEGIES, SIMPLE]) {
      for (const path of model.paths(strategy).paths) {
        counted();
        try {
          await path.run({ over: 'stubs' });
        } catch {
          return path.description;
        }
      }
    }
    if (!isWhole) return undefined;
    const coverage = model.coverage();
    const kind = COVERAGE_KINDS.find((one) => shareOf(coverage[one]) < 1);
    return kind === undefined ? undefined : `coverage of ${kind}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'something was thrown';
  }
}

console.log(JSON.stringify(await runSuites()));
