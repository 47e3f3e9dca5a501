// Runs the generated path suites of every document in workflows/ over stubs, until one fails.
// It is started in a copy of the project that a fault was seeded into, and prints one line of JSON: a `Verdict`.
// Usage: node test/faults/generated-suites.ts [<part of the path of the document that is run first, with all its suites>]
import { readdirSync } from 'node:fs';
import { loadDocument } from '../../src/run/load-document.ts';
import { isUsageError } from '../../src/machines/usage-error.ts';
import { createWorkflowModel, type WorkflowModel } from '../../src/testing/create-workflow-model.ts';
import { COVERAGE_KINDS, shareOf } from '../../src/testing/coverage.ts';
import { isPathFailure } from '../../src/testing/path-failure.ts';
import type { PathOptions } from '../../src/testing/workflow-model.ts';
import type { WorkflowPath } from '../../src/testing/workflow-path.ts';

/** What became of the suites: `killedBy` names the path or the measure that failed first. */
export interface Verdict {
  readonly killedBy?: string;
  /** How many paths were run. */
  readonly paths: number;
}

const WORKFLOWS = new URL('../../workflows/', import.meta.url);

/**
 * What is run of every workflow before the next is: one path for each edge, which are few and see most; walks by chance,
 * which meet what only a certain order of things shows; and every simple path, where there are not too many.
 */
const STRATEGIES: readonly PathOptions[] = [
  { strategy: 'edges' },
  { strategy: 'random', seed: 20_261_120, count: 60, maxLength: 25 },
  { strategy: 'simple', budget: 200 },
];

/** Edges that no run can take, by workflow; why is told where their coverage is tested. */
const UNREACHABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'usage-report': { 'gettingReportBackoff —time over→ gettingReport': 'never without a token' },
};

async function runSuites(): Promise<Verdict> {
  let count = 0;
  const models: WorkflowModel[] = [];
  const likely = process.argv[2];
  const isLikely = (file: string): boolean => likely !== undefined && file.includes(likely);
  const files = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.arazzo.yaml'))
    // The examples before the logins: their descriptions are small, and most faults are seen in them.
    .toSorted(
      (a, b) =>
        Number(isLikely(b)) - Number(isLikely(a)) ||
        Number(b.startsWith('examples')) - Number(a.startsWith('examples')) ||
        (a < b ? -1 : 1),
    );
  const run = async (
    model: () => WorkflowModel,
    strategy: PathOptions,
    name: string,
  ): Promise<Verdict | undefined> => {
    const killedBy = await runSuite(model, strategy, () => (count += 1));
    return killedBy === undefined ? undefined : { killedBy: `${name}: ${killedBy}`, paths: count };
  };
  const [first = {}, ...others] = STRATEGIES;
  const runOthers = async (model: WorkflowModel): Promise<Verdict | undefined> => {
    for (const strategy of others) {
      const verdict = await run(() => model, strategy, model.workflowId);
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  };
  for (const file of files) {
    const { value } = await loadDocument(new URL(file.replaceAll('\\', '/'), WORKFLOWS).href);
    if (value === undefined) return { killedBy: `${file} cannot be read`, paths: count };
    for (const { workflowId } of value.document.workflows) {
      const create = (): WorkflowModel => {
        const model = createWorkflowModel(value, { workflowId, unreachable: UNREACHABLE[workflowId] ?? {} });
        models.push(model);
        return model;
      };
      const verdict = await run(create, first, workflowId);
      if (verdict !== undefined) return verdict;
    }
    for (const model of isLikely(file) ? models.splice(0) : []) {
      const verdict = await runOthers(model);
      if (verdict !== undefined) return verdict;
    }
  }
  for (const model of models) {
    const verdict = await runOthers(model);
    if (verdict !== undefined) return verdict;
  }
  return { paths: count };
}

/** Runs paths of one workflow; gives the one that failed, or what is not covered by one path for each edge. */
async function runSuite(
  create: () => WorkflowModel,
  options: PathOptions,
  counted: () => void,
): Promise<string | undefined> {
  try {
    const model = create();
    for (const path of pathsOf(model, options)) {
      counted();
      try {
        await path.run({ over: 'stubs' });
      } catch (error) {
        if (isPathFailure(error)) return path.description;
        throw error;
      }
    }
    if (options.strategy !== 'edges') return undefined;
    const coverage = model.coverage();
    const kind = COVERAGE_KINDS.find((one) => shareOf(coverage[one]) < 1);
    return kind === undefined ? undefined : `coverage of ${kind}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'something was thrown';
  }
}

function pathsOf(model: WorkflowModel, options: PathOptions): readonly WorkflowPath[] {
  try {
    return model.paths(options).paths;
  } catch (error) {
    // There are too many simple ones.
    if (options.strategy === 'simple' && isUsageError(error)) return [];
    throw error;
  }
}

console.log(JSON.stringify(await runSuites()));
