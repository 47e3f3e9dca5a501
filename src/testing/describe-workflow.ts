import { UsageError } from '../machines/usage-error.ts';
import { isValid } from '../document/diagnostic.ts';
import { loadDocument, type LoadedDocument, type LoadOptions } from '../run/load-document.ts';
import { createWorkflowModel, type ModelOptions, type WorkflowModel } from './create-workflow-model.ts';
import { COVERAGE_KINDS, shareOf, type Coverage, type CoverageKind } from './coverage.ts';
import type { PathOptions } from './workflow-model.ts';

/** What a test runner gives to write a test; those of vitest, `node:test`, Jest and Mocha fit. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

/** What a test runner gives to put tests together. */
export type DescribeFunction = (name: string, register: () => void) => unknown;

/** How a workflow is described. */
export interface DescribeOptions extends ModelOptions, PathOptions {
  /** Default: the global one of the test runner, `test` or `it`. */
  readonly test?: TestFunction;
  /** Default: the global one of the test runner. */
  readonly describe?: DescribeFunction;
  /** Where the paths are run; see `RunPathOptions`. Default `http`. */
  readonly over?: 'http' | 'stubs';
  /** Whether paths run a second time, stored and restored in each state. Default: those that `isRestored` says. */
  readonly restore?: boolean;
  /**
   * The share, from 0 to 1, of each kind that the paths must cover, in a test at the end; one number is for edges and
   * criteria. Default: none must.
   */
  readonly threshold?: number | Partial<Record<CoverageKind, number>>;
  /** How the document is read, where it is given by its path. */
  readonly load?: LoadOptions;
}

/**
 * Registers one test for each path of a workflow, or of each workflow of a document, with the test runner that runs the
 * file: vitest, `node:test`, Jest or Mocha. Each test fails with the step, the request and the difference.
 *
 * @param document - a document of `loadDocument`, or its path or URL, which is read first: await the result then
 * @throws UsageError where there is no test runner, or the document is not valid
 */
export async function describeWorkflow(
  document: LoadedDocument | string | URL,
  options: DescribeOptions = {},
): Promise<void> {
  const loaded =
    typeof document === 'string' || document instanceof URL
      ? await load(String(document), options.load)
      : document;
  // No `await` before this: tests of a loaded document are registered before the call returns.
  register(loaded, options);
}

async function load(path: string, options: LoadOptions = {}): Promise<LoadedDocument> {
  const { value, diagnostics } = await loadDocument(path, options);
  if (value !== undefined && isValid(diagnostics)) return value;
  const problems = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ location, message }) => `${location.uri}:${location.line}:${location.column} ${message}`);
  throw new UsageError('invalid-option', `"${path}" is not valid.\n${problems.join('\n')}`);
}

function register(loaded: LoadedDocument, options: DescribeOptions): void {
  const globals = globalThis as { readonly [name: string]: unknown };
  const test = options.test ?? globals['test'] ?? globals['it'];
  const describe = options.describe ?? globals['describe'];
  if (typeof test !== 'function' || typeof describe !== 'function')
    throw new UsageError(
      'invalid-option',
      "No test runner was found: give its functions, as in `import { describe, test } from 'node:test'` and `describeWorkflow(document, { describe, test })`.",
    );
  const ids =
    options.workflowId === undefined
      ? loaded.plans.map(({ workflowId }) => workflowId)
      : [options.workflowId];
  for (const workflowId of ids) {
    const model = createWorkflowModel(loaded, { ...options, workflowId });
    const { paths, notice } = model.paths(options);
    const run = {
      over: options.over ?? 'http',
      ...(options.restore === undefined ? {} : { restore: options.restore }),
    };
    const title = notice === undefined ? workflowId : `${workflowId} (${notice})`;
    (describe as DescribeFunction)(title, () => {
      for (const path of paths) (test as TestFunction)(path.description, () => path.run(run));
      registerEnd(model, options, test as TestFunction);
    });
  }
}

/** The test that comes last: what was covered. It stops the server, too. */
function registerEnd(model: WorkflowModel, { threshold }: DescribeOptions, test: TestFunction): void {
  const name = threshold === undefined ? 'coverage' : 'covers what it must';
  test(name, async () => {
    await model.close();
    const missed = threshold === undefined ? [] : belowThreshold(model.coverage(), threshold);
    if (missed.length > 0) throw new Error(missed.join('\n'));
  });
}

/** What is below a threshold, with what is missing, a line each; empty where nothing is. */
export function belowThreshold(
  coverage: Coverage,
  threshold: NonNullable<DescribeOptions['threshold']>,
): readonly string[] {
  const wanted: Partial<Record<CoverageKind, number>> =
    typeof threshold === 'number' ? { edges: threshold, criteria: threshold } : threshold;
  return COVERAGE_KINDS.flatMap((kind) => {
    const least = wanted[kind];
    const measure = coverage[kind];
    if (least === undefined || shareOf(measure) >= least) return [];
    const missing = measure.items.filter(({ count }) => count === 0);
    return [
      `${kind}: ${measure.covered} of ${measure.total} are covered, below the threshold of ${least * 100} %`,
      ...missing.map(({ text, why }) => `  not covered: ${text}${why === undefined ? '' : ` (${why})`}`),
    ];
  });
}
